"""Check-ins and bulletins of a real daemon: asked for on the air, keyed, told on the bus, kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from signal import SIGKILL

from tests.brokers import KEEPS_ALL, Mosquitto
from tests.builders import keyed
from tests.commands.calls import called
from tests.system.far_side import Ear
from tests.system.station import RATE_HZ, Bus, Radio, config, daemon

POSTS = "".join(f'[[post]]\nid = "{n:02}"\nname = {{ en = "School {n}" }}\n' for n in (1, 2, 3))
CODES = """
[alert.check-in]
incident = false
text = { en = "{post.name} is well" }

[[code]]
keys = "*8{post:2}#"
alert = "check-in"

[[code]]
keys = "*7{post:2}#"
alert = "seen"
"""


def rounds() -> str:
    """A roll call that began a minute ago, local time, and a check-in whose time will be up in seconds."""
    now = datetime.now().astimezone()
    morning, soon = now - timedelta(minutes=1), now + timedelta(seconds=1)
    return (
        f'[[check_in]]\nname = "morning"\nat = ["{morning:%H:%M:%S}"]\nwithin_s = 3600\n'
        'counts = ["check-in"]\nchannels = ["gate"]\ntones = "dtmf:AB"\nsay = { en = "Schools, check in." }\n'
        f'[[check_in]]\nname = "gone"\nat = ["{soon:%H:%M:%S}"]\nwithin_s = 10\nreminders = 0\n'
        'counts = ["seen"]\nposts = ["02"]\nalert = "missed-check-in"\n'
    )


def test_a_roll_call_is_said_answered_kept_over_a_crash_and_told(tmp_path: Path) -> None:
    with Mosquitto(tmp_path, *KEEPS_ALL) as broker, Bus(broker.port) as bus, Ear() as ear:
        sends = (
            f'output = {{ driver = "udp", port = {ear.port}, rate_hz = 16000 }}\n'
            'radio = { driver = "vox" }\n'
            "transmit = { lead_s = 0.1, tail_s = 0.05, gap_s = 0.1, free_s = 0.1 }\n"
        )
        path, port = config(tmp_path, broker.url, more=POSTS + CODES + rounds(), channel=sends)
        with daemon(path) as running, Radio(port) as radio:
            bus.next("health/channel/gate", condition="ok")
            asked = bus.next("round/morning")
            assert (asked["heard"], asked["missing"], asked["over"]) == (0, 3, False)
            assert bus.next("channel/gate/announcement")["outcome"] == "sent"
            assert "AB" in ear.keys
            # The other one is over: who was not heard is an alert, with an incident, and a matter of health.
            missed = bus.next("alert")
            assert (missed["type"], missed["source"], missed["post"]["id"]) == (
                "missed-check-in",
                "supervision",
                "02",
            )
            assert missed["text"]["en"] == "School 2: no check-in"
            assert missed["incident"]["number"] == 1
            assert "School 2" in bus.next("health/check-in/gone", condition="degraded")["why"]
            radio.play(keyed("*803#", RATE_HZ))
            assert bus.next("round/morning", heard=1)["posts"][2]["state"] == "in"
            states: list[str] = []
            while states != ["in"]:
                post = bus.next("post/03")
                states = [each["state"] for each in post["rounds"]]
            assert post["last_heard"] == post["rounds"][0]["at"]
            running.send(SIGKILL)
        before = len(ear.keys)
        with daemon(path) as running, Radio(port) as radio:
            bus.next("health/channel/gate", condition="ok")
            assert bus.next("round/morning", heard=1)["posts"][2]["state"] == "in"
            radio.play(keyed("*801#", RATE_HZ))
            assert bus.next("round/morning", heard=2)["missing"] == 1
            assert len(ear.keys) == before
            bulletin = {"name": "girl", "channels": ["gate"], "text": {"en": "A girl in red is missing."}}
            bus.send("command/bulletin", bulletin | {"counts": ["seen"], "posts": ["01", "02"]})
            answer = bus.next("answer/bulletin")
            assert answer["text"] == "the bulletin is said on gate; 2 posts are to confirm it (round/girl)"
            assert bus.next("channel/gate/announcement")["outcome"] == "sent"
            radio.play(keyed("*702#", RATE_HZ))
            heard = bus.next("round/girl", heard=1)
            assert [(each["post"], each["state"]) for each in heard["posts"]] == [
                ("01", "waiting"),
                ("02", "in"),
            ]
            # That it was seen is what the other check-in had waited for, too.
            assert bus.next("health/check-in/gone")["condition"] == "ok"
            bus.send("command/bulletin", bulletin | {"posts": ["99"]})
            assert "no [[post]] has the id '99'" in bus.next("answer/bulletin", ok=False)["text"]
            code, _ = running.stop()
            assert code == 0


def test_a_button_on_the_bus_is_an_alert_a_test_is_none_and_a_dead_one_is_known(tmp_path: Path) -> None:
    more = (
        POSTS
        + CODES
        + "[alert.emergency]\n"
        + (
            '[[contact]]\nname = "gate-3"\npost = "03"\nalert = "emergency"\ntopic = "town/button/3"\n'
            'key = "alarm"\ntest_days = 30\n'
            '[[contact]]\nname = "gate-1"\npost = "01"\nalert = "emergency"\n'
            'input = { driver = "serial_line", port = "ttyUSB99", line = "cts" }\n'
        )
    )
    with Mosquitto(tmp_path, *KEEPS_ALL) as broker, Bus(broker.port) as bus:
        path, _ = config(tmp_path, broker.url, more=more)
        bus.client.publish("town/button/3", '{"alarm": true}', 1, retain=True)
        with daemon(path) as running:
            dead = bus.next("health/contact/gate-1", condition="failed")
            assert "ttyUSB99 is not there" in dead["why"]
            assert bus.next("health/contact/gate-3")["condition"] == "ok"
            bus.send("command/contact-test", {"contact": "gate-3"})
            assert bus.next("answer/contact-test")["ok"]
            bus.client.publish("town/button/3", '{"alarm": true}', 1)
            tested = bus.next("alert")
            assert (tested["status"], tested["source"], tested["post"]["id"]) == ("Test", "contact", "03")
            assert "incident" not in tested
            bus.client.publish("town/button/3", "no JSON", 1)
            bus.client.publish("town/button/3", '{"alarm": false, "battery": 80}', 1)
            bus.client.publish("town/button/3", '{"alarm": true}', 1)
            pressed = bus.next("alert")
            assert (pressed["status"], pressed["incident"]["number"]) == ("Actual", 1)
            state = ""
            while state != "pressed":
                (contact,) = bus.next("post/03")["contacts"]
                state = contact["state"]
            assert contact["tested"]
            shown = called("posts", "--config", str(path))
            assert shown.returncode == 1
            (dead_row,) = [row for row in shown.stdout.splitlines() if "gate-1" in row]
            assert "never" in dead_row
            assert "ttyUSB99 is not there" in dead_row
            assert "gate-3: pressed" in shown.stdout
            assert "gate-3" not in called("posts", "--config", str(path), "--bad").stdout
            bus.send("command/contact-test", {"contact": "gate-33"})
            assert "did you mean 'gate-3'" in bus.next("answer/contact-test", ok=False)["text"]
            assert "says nothing of it: no JSON" in running.log.read_text(encoding="utf-8")
            running.stop()
