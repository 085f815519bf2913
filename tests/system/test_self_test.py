"""The self-test of a real daemon: what a channel sends over UDP is what another, or itself, hears."""

from __future__ import annotations

from pathlib import Path

from tests.brokers import KEEPS_ALL, Mosquitto
from tests.system.station import CODES, Bus, config, daemon, free_udp_port

TRANSMIT = "transmit = { lead_s = 0.1, tail_s = 0.1, gap_s = 0.1, free_s = 0.1, wait_s = 0.5 }\n"


def test_what_one_channel_sends_another_must_hear_and_over_a_loop_back_itself(tmp_path: Path) -> None:
    monitor, alone = free_udp_port(), free_udp_port()
    more = f"""
[[channel]]
name = "monitor"
input = {{ driver = "udp", port = {monitor}, rate_hz = 16000 }}

[[channel]]
name = "alone"
input = {{ driver = "udp", port = {alone}, rate_hz = 16000 }}
output = {{ driver = "udp", port = {alone}, rate_hz = 16000 }}
{TRANSMIT}
[[self_test]]
sent_on = "gate"
heard_on = "monitor"
every_s = 3600

[[self_test]]
sent_on = "alone"
every_s = 3600
"""
    channel = f'output = {{ driver = "udp", port = {monitor}, rate_hz = 16000 }}\n{TRANSMIT}'
    with Mosquitto(tmp_path, *KEEPS_ALL) as broker, Bus(broker.port) as bus:
        path, _ = config(tmp_path, broker.url, more=CODES + more, channel=channel)
        with daemon(path):
            bus.next("status", state="online")
            for name, hearer in (("gate", "monitor"), ("alone", "alone")):
                bus.send("command/self-test", {"channel": name})
                assert bus.next("answer/self-test")["text"] == f"the self-test of {name} is under way"
                ended = bus.next(f"self-test/{name}")
                assert (ended["result"], ended["heard_on"], ended["heard"]) == ("passed", hearer, "DCBA")
                assert ended["snr_db"] > 20
                assert bus.next(f"health/self-test/{name}")["condition"] == "ok"
            bus.send("command/self-test", {"channel": "monitr"})
            refused = bus.next("answer/self-test", ok=False)
            assert "no [[self_test]] is sent on 'monitr'" in refused["text"]
            # Keys of a test raise no alert, and are a call-in like any other.
            assert bus.next("callin", channel="monitor")["keys"] == "DCBA"
            # A loop-back is heard while it is sent, and nothing else is.
            bus.send("command/say", {"channels": ["alone"], "tones": "dtmf:5678"})
            bus.next("channel/alone/announcement", outcome="sent")
            bus.next("callin", channel="alone", keys="DCBA")
            bus.send("command/self-test", {"channel": "alone"})
            assert bus.next("callin", channel="alone")["keys"] == "DCBA"
