"""Nobody on the radio takes it: an SMS goes out, and its answer takes the incident.

The modem is gammu's dummy behind the real gammu-smsd.
"""

from __future__ import annotations

from pathlib import Path
from signal import SIGKILL

from tests.brokers import KEEPS_ALL, Mosquitto
from tests.builders import keyed
from tests.commands.calls import called
from tests.drivers.notify.smsd import Smsd
from tests.system.station import RATE_HZ, Bus, Radio, config, daemon, eventually
from tests.system.test_incidents import CODES, response

LI = "+8613800000001"
PEOPLE = f"""
[[unit]]
ids = ["1234"]
name = "Sergeant Li"
phone = "{LI}"

[[group]]
name = "duty"
to = {{ sms = "Sergeant Li" }}
"""


def test_an_incident_that_nobody_takes_is_taken_by_sms_across_a_crash(tmp_path: Path) -> None:
    modem = tmp_path / "modem"
    modem.mkdir()
    rule = response('siren = "yard"', 'after_s = 0.5\nnotify = ["duty"]')
    with (
        Smsd(modem) as smsd,
        Mosquitto(tmp_path, *KEEPS_ALL) as broker,
        Bus(broker.port) as bus,
    ):
        notifier = (
            f'[[notifier]]\nname = "sms"\nlanguage = "zh"\ngap_s = 0\n'
            f'driver = {{ driver = "gammu_smsd", config = "{smsd.config}" }}\n'
        )
        path, port = config(tmp_path, broker.url, more=CODES + PEOPLE + rule + notifier)
        with daemon(path) as running, Radio(port) as radio:
            bus.next("health/channel/gate", condition="ok")
            radio.play(keyed("*103#", RATE_HZ))
            incident = bus.next("alert")["incident"]["id"]
            escalated = bus.next("step", state="open")["step"]
            while escalated["kind"] != "escalated":
                escalated = bus.next("step")["step"]
            assert escalated["text"] == "group duty"
            running.send(SIGKILL)
        with daemon(path) as running:
            # Whenever the crash was, it goes out.
            eventually(lambda: bool(smsd.sent_texts()))
            assert bus.next("siren/yard", on=True)
            smsd.receives("+8613900000009", "*701#")
            stranger = bus.next("callin", channel="sms")
            assert (stranger["caller"]["phone"], stranger["text"]) == ("+8613900000009", "*701#")
            smsd.receives(LI, "收到 *701#")
            taken = bus.next("step", state="responding")["step"]
            assert (taken["who"]["name"], taken["who"]["by"]) == ("Sergeant Li", "text")
            assert bus.next("siren/yard", on=False)
            assert bus.next("callin", channel="sms")["caller"]["name"] == "Sergeant Li"
            eventually(lambda: "1号警情，收到，你正在赶来。" in smsd.sent_texts())
            pages = [text for text in smsd.sent_texts() if "收到" not in text]
            # Twice where the crash may have swallowed the first.
            assert len(pages) in (1, 2)
            for page in pages:
                assert page.startswith("还没有人处理。1号警情，")
                assert "emergency at School 3" in page
            smsd.receives(LI, "*901#")
            assert bus.next(f"incident/{incident}", state="closed")
            running.stop()
        report = called("report", "day", "--config", str(path)).stdout
        assert "was on the way" in report
