"""A drill of the real daemon: keyed with a PIN, told on the bus, kept over a crash, ended with a report."""

from __future__ import annotations

from pathlib import Path
from signal import SIGKILL

from tests.brokers import KEEPS_ALL, Mosquitto
from tests.builders import keyed
from tests.commands.calls import called
from tests.system.station import RATE_HZ, Bus, Radio, config, daemon

CODES = """
[[post]]
id = "03"
name = { en = "School 3" }

[[operator]]
id = "7"
name = "Li"
pin = "4711"

[[code]]
keys = "*1{post:2}#"
alert = "emergency"

[[code]]
keys = "*7{incident:2}#"
does = "come"

[[code]]
keys = "*60{pin:4}#"
does = "drill"
needs = "pin"

[[code]]
keys = "*61#"
does = "end-drill"
"""


def test_a_drill_is_keyed_marks_everything_goes_on_after_a_crash_and_is_told_of(tmp_path: Path) -> None:
    with Mosquitto(tmp_path, *KEEPS_ALL) as broker, Bus(broker.port) as bus:
        path, port = config(tmp_path, broker.url, more=CODES)
        with daemon(path) as running, Radio(port) as radio:
            bus.next("health/channel/gate", condition="ok")
            assert bus.next("drill")["on"] is False
            radio.play(keyed("*61#", RATE_HZ))
            refused = bus.next("refused")
            assert (refused["act"], refused["why"]) == ("end-drill", "no-drill")
            radio.play(keyed("*600000#", RATE_HZ))
            assert bus.next("refused")["act"] == "drill"
            radio.play(keyed("*604711#", RATE_HZ))
            begun = bus.next("drill", on=True)
            assert begun["by"] == "Li"
            radio.play(keyed("*103#", RATE_HZ))
            assert bus.next("alert")["status"] == "Exercise"
            running.send(SIGKILL)
        with daemon(path) as running, Radio(port) as radio:
            bus.next("health/channel/gate", condition="ok")
            assert bus.next("drill", on=True)["began"] == begun["began"]
            radio.play(keyed("*701#", RATE_HZ))
            assert bus.next("step", state="responding")["number"] == 1
            assert "a drill goes on since" in called("drill", "--config", str(path)).stdout
            ended = called("drill", "off", "--config", str(path), "--by", "duty officer")
            assert (ended.returncode, ended.stdout[:18]) == (0, "The drill is over.")
            last = bus.next("drill", on=False)["last"]
            assert (last["incidents"], last["posts"], last["coming"]["count"]) == (1, ["03"], 1)
            radio.play(keyed("*103#", RATE_HZ))
            real = bus.next("alert", status="Actual")
            # What was an exercise is not joined by what is none.
            assert real["incident"]["number"] == 2
            told = called("drill", "--config", str(path)).stdout
            assert "there is no drill" in told
            assert "posts that called: 03" in told
            assert "coming: 1, after " in told
            again = called("drill", "off", "--config", str(path))
            assert (again.returncode, again.stderr) == (1, "There is no drill.\n")
            assert called("drill", "on", "--minutes", "0", "--config", str(path)).returncode == 2
            running.stop()
