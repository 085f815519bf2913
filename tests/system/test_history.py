"""From a key on the air to the report: the real daemon, a broker that goes, and the command."""

from __future__ import annotations

from pathlib import Path

from tests.brokers import KEEPS_ALL, Mosquitto
from tests.builders import keyed
from tests.commands.calls import called
from tests.system.station import Bus, Radio, config, daemon


def test_an_alert_and_a_fault_of_a_running_station_are_in_its_report(tmp_path: Path) -> None:
    with Mosquitto(tmp_path, *KEEPS_ALL) as broker:
        path, port = config(tmp_path, broker.url)
        with daemon(path) as station:
            with Bus(broker.port) as bus, Radio(port) as radio:
                bus.next("status", state="online")
                radio.play(keyed("*103#"))
                alert = bus.next("alert")
                bus.send(
                    "command/acknowledge", {"incident": alert["incident"]["number"], "by": "Sergeant Li"}
                )
                bus.next("step", state="acknowledged")
                bus.next("health/history", condition="ok")
            broker.kill()
            station.wait_log("health: mqtt is")
            # While it runs the command reads, and writes, the same files.
            living = called("report", "year", "--config", str(path))
            assert station.stop()[0] == 0
    done = called("report", "year", "--config", str(path))
    for each in (living, done):
        assert (each.returncode, each.stderr) == (0, "")
        rows = [line.split() for line in each.stdout.splitlines() if line.strip()]
        assert ["in", "all", "1", "–", "–"] in rows
        assert next(row for row in rows if row[:2] == ["took", "it"])[3] == "1"
        assert ["03", "School", "3", "1", "–"] in rows
    assert any(line.strip().startswith("mqtt ") for line in done.stdout.splitlines())
