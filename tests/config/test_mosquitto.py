import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import MQTTMessage

from tests.brokers import KEEPS_ALL, SHIPPED, Listener, Mosquitto
from tests.builders import keyed
from tests.commands.calls import called
from tests.config.logins import (
    CONSOLE,
    NEWCOMER,
    SCREEN,
    STATION,
    accepted,
    asking_for_a_login,
    client,
    let_in,
    login,
)
from tests.system.far_side import Ear
from tests.system.station import ROOT, Radio, config, daemon

HERE = "radiobridge/v1/duty-room"
ELSEWHERE = "radiobridge/v1/another-station"
AWAY: dict[str, Any] = {"client_id": "screen", "keep_session": True}
"""A subscriber that the broker keeps messages for."""
ON_DISK_S = 1.5


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with asking_for_a_login(tmp_path) as running:
        yield running


def wait_until_on_disk(database: Path, payload: bytes) -> None:
    deadline = time.monotonic() + ON_DISK_S
    while not (database.exists() and payload in database.read_bytes()):
        assert time.monotonic() < deadline, f"not on disk within {ON_DISK_S} s"
        time.sleep(0.01)


def test_what_waits_for_a_subscriber_that_is_away_survives_the_death_of_the_broker(tmp_path: Path) -> None:
    broker = Mosquitto(tmp_path, *KEEPS_ALL)
    with broker:
        with Listener(broker.port, "alert", **AWAY):
            pass
        with Listener(broker.port, "nothing") as publisher:
            publisher.client.publish("alert", b"fire at school 3", 1).wait_for_publish(10)
            wait_until_on_disk(tmp_path / f"data-{broker.port}" / "mosquitto.db", b"fire at school 3")
            broker.kill()
    with broker, Listener(broker.port, "alert", **AWAY) as back:
        back.wait_for_payloads({b"fire at school 3"})


def test_more_than_a_thousand_messages_wait_for_a_subscriber_that_is_away(tmp_path: Path) -> None:
    payloads = [b"%d" % number for number in range(1200)]
    with Mosquitto(tmp_path, *KEEPS_ALL) as broker:
        with Listener(broker.port, "alert", **AWAY):
            pass
        with Listener(broker.port, "nothing") as publisher:
            for sent in [publisher.client.publish("alert", payload, 1) for payload in payloads]:
                sent.wait_for_publish(60)
        with Listener(broker.port, "alert", **AWAY) as back:
            back.wait_for_payloads(set(payloads))


def test_it_starts_beside_the_settings_of_debian(tmp_path: Path) -> None:
    added = tmp_path / "conf.d"
    added.mkdir()
    (added / "radiobridge.conf").write_text("\n".join(KEEPS_ALL) + "\n", encoding="utf-8")
    with Mosquitto(tmp_path, "persistence true", "log_dest stderr", f"include_dir {added}") as broker:
        assert let_in(broker.port, None)


def test_only_this_machine_comes_in_without_a_login() -> None:
    text = (SHIPPED / "radiobridge.conf").read_text(encoding="utf-8")
    assert re.findall("^listener (.*)$", text, re.MULTILINE) == ["1883 127.0.0.1"]


def test_the_file_has_the_lines_for_a_login_commented_out() -> None:
    text = (SHIPPED / "radiobridge.conf").read_text(encoding="utf-8")
    for key in ("password_file", "acl_file"):
        assert f"\n# {key} /etc/mosquitto/radiobridge." in text


def test_where_it_asks_for_a_login_nobody_comes_in_without(broker: Mosquitto) -> None:
    assert let_in(broker.port, login(STATION))
    assert not let_in(broker.port, (STATION, "wrong"))
    assert not let_in(broker.port, None)


def test_a_station_publishes_below_its_own_name_alone(broker: Mosquitto) -> None:
    own = [f"{HERE}/{rest}" for rest in ("alert", "status", "health/channel/gate", "answer/replay")]
    assert all(accepted(broker.port, STATION, *own))
    assert not any(accepted(broker.port, STATION, f"{ELSEWHERE}/alert", f"{ELSEWHERE}/status", "alert"))


def test_a_station_gets_commands_receipts_what_became_of_its_announcements_and_nothing_else(
    broker: Mosquitto,
) -> None:
    told = ("answer/say", "channel/gate/announcement", "incident/1", "status")
    with Listener(broker.port, "#", login=login(STATION)) as station:
        not_for_it = ("alert", "callin", "step", "channel/gate/state", "health/channel/gate")
        accepted(broker.port, STATION, *(f"{HERE}/{rest}" for rest in (*not_for_it, *told)))
        accepted(broker.port, CONSOLE, f"{HERE}/command/replay")
        accepted(broker.port, SCREEN, f"{HERE}/receipt/{SCREEN}", f"{ELSEWHERE}/receipt/{SCREEN}")
        accepted(broker.port, CONSOLE, f"{HERE}/command/last")
        station.wait_for(lambda messages: any(m.topic.endswith("/last") for m in messages))
        topics = [message.topic for message in station.messages]
    due = (*told, "command/replay", f"receipt/{SCREEN}", "command/last")
    assert topics == [f"{HERE}/{rest}" for rest in due]


def test_a_screen_sees_all_of_its_station_and_no_other(broker: Mosquitto) -> None:
    with Listener(broker.port, "#", login=login(SCREEN)) as screen:
        accepted(broker.port, SCREEN, f"{ELSEWHERE}/receipt/{SCREEN}")
        accepted(broker.port, STATION, f"{HERE}/alert")
        accepted(broker.port, CONSOLE, f"{HERE}/command/replay")
        screen.wait_for(lambda messages: any(m.topic.endswith("/replay") for m in messages))
        topics = [message.topic for message in screen.messages]
    assert topics == [f"{HERE}/alert", f"{HERE}/command/replay"]


def test_a_screen_publishes_nothing_but_its_receipts(broker: Mosquitto) -> None:
    others = ("alert", "status", "command/replay", "receipt", f"receipt/{CONSOLE}", f"receipt/{SCREEN}/more")
    assert accepted(broker.port, SCREEN, f"{HERE}/receipt/{SCREEN}") == [True]
    assert not any(accepted(broker.port, SCREEN, *(f"{HERE}/{rest}" for rest in others)))


def test_a_console_gives_commands_to_its_station_and_raises_no_alert(broker: Mosquitto) -> None:
    others = (f"{HERE}/alert", f"{HERE}/receipt/{SCREEN}", f"{ELSEWHERE}/command/replay")
    assert accepted(broker.port, CONSOLE, f"{HERE}/command/replay") == [True]
    assert not any(accepted(broker.port, CONSOLE, *others))


def test_a_login_without_a_line_gets_nothing_and_may_nothing(broker: Mosquitto) -> None:
    with Listener(broker.port, "#", login=login(NEWCOMER)) as newcomer:
        accepted(broker.port, STATION, f"{HERE}/alert")
        assert not any(accepted(broker.port, NEWCOMER, f"{HERE}/alert", f"{HERE}/command/replay"))
        assert newcomer.messages == []


def acl_of_the_daemon(folder: Path) -> Path:
    """The shipped ACL with the daemon's station in place of the one in it."""
    acl = folder / "acl"
    shipped = (SHIPPED / "radiobridge.acl").read_text(encoding="utf-8")
    acl.write_text(shipped.replace(f"{HERE}/", f"{ROOT}/"), encoding="utf-8")
    return acl


def test_say_works_with_the_login_of_the_station_and_its_password_file(tmp_path: Path) -> None:
    secret = tmp_path / "mqtt-password"
    secret.write_text(f"{login(STATION)[1]}\n", encoding="utf-8")
    with asking_for_a_login(tmp_path, acl_of_the_daemon(tmp_path)) as broker, Ear() as ear:
        output = f'output = {{ driver = "udp", port = {ear.port}, rate_hz = 16000 }}\n'
        path, _ = config(tmp_path, broker.url, channel=output, mqtt=f'username = "{STATION}"')
        say = ("say", "--config", str(path), "--password-file", str(secret), "--tones", "dtmf:7", "gate")
        with daemon(path, CREDENTIALS_DIRECTORY=str(tmp_path)) as running:
            running.wait_log("connected to")
            done = called(*say)
            assert (done.returncode, done.stderr) == (0, "")
            assert ear.keys == "7"
        stopped = called(*say, "--timeout-s", "1")
    assert stopped.returncode == 1
    assert "station 'test' is offline since" in stopped.stderr


def test_the_daemon_needs_no_more_rights_than_the_acl_gives_it(tmp_path: Path) -> None:
    acl = acl_of_the_daemon(tmp_path)
    with asking_for_a_login(tmp_path, acl) as broker, Listener(broker.port, login=login(SCREEN)) as screen:

        def came(topic: str, *words: str) -> dict[str, Any]:
            """The first message of this topic with these words."""

            def matching(messages: list[MQTTMessage]) -> list[bytes]:
                these = [bytes(m.payload) for m in messages if m.topic == f"{ROOT}/{topic}"]
                return [payload for payload in these if all(word.encode() in payload for word in words)]

            screen.wait_for(lambda messages: bool(matching(messages)))
            message: dict[str, Any] = json.loads(matching(screen.messages)[0])
            return message

        mqtt = (
            f'username = "{STATION}"\npassword = "{login(STATION)[1]}"\n'
            f'receipts = ["{SCREEN}"]\nreceipt_timeout_s = 1'
        )
        path, port = config(tmp_path, broker.url, mqtt=mqtt)
        with daemon(path) as running, Radio(port) as radio:
            radio.play(keyed("*103#"))
            ids = [came("alert", "*103#")["id"], came("step")["id"], came("callin")["id"]]
            came(f"health/receipts/{SCREEN}", "degraded")
            screen.client.publish(f"{ROOT}/receipt/{SCREEN}", json.dumps({"ids": ids}), 1)
            came(f"health/receipts/{SCREEN}", '"ok"')
            with client(broker.port, login(CONSOLE)) as (console, _):
                console.publish(f"{ROOT}/command/replay", '{"since": "2020-01-01T00:00:00Z"}', 1)
                assert came("answer/replay")["ok"]
            running.stop()
            came("status", "offline")
        health = [json.loads(m.payload) for m in screen.messages if m.topic == f"{ROOT}/health/mqtt"]
    assert {part["condition"] for part in health} == {"ok"}
