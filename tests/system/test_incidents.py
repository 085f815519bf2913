"""One call and what follows: the real daemon, mosquitto, keys, and an ear on the police channel."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from signal import SIGHUP, SIGKILL
from typing import Any

import numpy as np
import pytest

from radiobridge.events import Samples
from radiobridge.transmit.mdc1200 import mdc1200, ptt_id
from tests.brokers import KEEPS_ALL, Mosquitto
from tests.builders import keyed
from tests.dispatch.access.test_admission import LI, RFC_CODES
from tests.drivers.notify.smsd import Smsd
from tests.system.far_side import Ear
from tests.system.station import RATE_HZ, Bus, Radio, config, daemon, eventually, free_udp_port

CODES = """
[[post]]
id = "03"
name = { en = "School 3" }
units = ["07"]

[[code]]
keys = "*1{post:2}#"
alert = "emergency"
reply_tones = "dtmf:A"

[[code]]
keys = "*7{incident:2}#"
does = "come"
reply_tones = "dtmf:B"

[[code]]
keys = "*9{incident:2}#"
does = "close"
reply_tones = "dtmf:C"
"""
SENDS = "transmit = { lead_s = 0.1, tail_s = 0.05, gap_s = 0.1, free_s = 0.1, timeout_s = 20 }\n"


def response(*stages: str) -> str:
    return "[[response]]\n" + "".join(f"[[response.stage]]\n{stage}\n" for stage in stages)


class Town:
    """Two channels, gate and police, each with a radio that plays to it and an ear on what it sends."""

    def __init__(self, folder: Path, broker: Mosquitto, gate: Ear, police: Ear, more: str) -> None:
        self.police_port = free_udp_port()
        second = (
            f'[[channel]]\nname = "police"\n'
            f'input = {{ driver = "udp", port = {self.police_port}, rate_hz = 16000 }}\n{_sends(police)}'
        )
        self.path, self.gate_port = config(
            folder, broker.url, more=second + CODES + more, channel=_sends(gate)
        )


def _sends(ear: Ear) -> str:
    return (
        'radio = { driver = "vox" }\n'
        f'output = {{ driver = "udp", port = {ear.port}, rate_hz = 16000 }}\n{SENDS}'
    )


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path, *KEEPS_ALL) as running:
        yield running


@pytest.fixture
def ears() -> Iterator[tuple[Ear, Ear]]:
    with Ear() as gate, Ear() as police:
        yield gate, police


def quiet(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE_HZ), np.float32)


def kinds(bus: Bus, count: int) -> list[str]:
    return [bus.next("step")["step"]["kind"] for _ in range(count)]


def test_a_call_is_called_out_taken_and_closed_over_the_air(
    tmp_path: Path, broker: Mosquitto, ears: tuple[Ear, Ear]
) -> None:
    gate, police = ears
    rule = response('channels = ["police"]\ntones = "dtmf:D"\nsiren = "yard"')
    town = Town(tmp_path, broker, *ears, rule)
    with (
        Bus(broker.port) as bus,
        daemon(town.path),
        Radio(town.gate_port) as school,
        Radio(town.police_port) as patrol,
    ):
        bus.next("health/channel/police", condition="ok")
        assert bus.next("siren/yard")["on"] is False
        school.play(keyed("*103#"))
        alert = bus.next("alert")
        incident, number = alert["incident"]["id"], alert["incident"]["number"]
        assert number == 1
        state = bus.next(f"incident/{incident}", state="open")
        assert (state["type"], state["post"]["name"]["en"]) == ("emergency", "School 3")
        assert kinds(bus, 2) == ["opened", "called-out"]
        assert bus.next("siren/yard", on=True)["incidents"] == [incident]
        called = bus.next("channel/police/announcement")
        assert (called["outcome"], called["cause"]) == ("sent", incident)
        patrol.play(keyed("*701#"))
        step = bus.next("step")
        assert (step["state"], step["step"]["kind"]) == ("responding", "coming")
        assert (step["step"]["who"]["channel"], step["step"]["who"]["by"]) == ("police", "dtmf")
        assert bus.next("siren/yard")["on"] is False
        assert bus.next(f"incident/{incident}", state="responding")["responders"]
        told = bus.next("channel/gate/announcement", cause=incident)
        assert told["outcome"] == "sent"
        bus.next("channel/police/announcement")
        assert police.keys == "DB"
        patrol.play(keyed("*901#"))
        assert bus.next(f"incident/{incident}", state="closed")["log"][-1]["kind"] == "closed"
        bus.next("channel/police/announcement")
        assert police.keys == "DBC"
        patrol.play(keyed("*701#"))
        refused = bus.next("refused")
        assert (refused["why"], refused["number"], refused["incident"]) == ("over", 1, incident)
        assert "over" in refused["text"]["en"]
    assert gate.keys == "A"
    # The school heard its own answer, and that somebody comes.
    assert len(gate.sound) / 16_000 > 1


def test_while_nobody_takes_it_the_next_ones_are_called_also_across_a_crash(
    tmp_path: Path, broker: Mosquitto, ears: tuple[Ear, Ear]
) -> None:
    rule = response(
        'channels = ["police"]\ntones = "dtmf:1"\nsay = {}',
        'after_s = 4\nchannels = ["police"]\ntones = "dtmf:2"\nsiren = "yard"',
    )
    town = Town(tmp_path, broker, *ears, rule)
    with Bus(broker.port) as bus:
        with daemon(town.path) as running, Radio(town.gate_port) as school:
            bus.next("health/channel/gate", condition="ok")
            school.play(keyed("*103#"))
            incident = bus.next("alert")["incident"]["id"]
            assert kinds(bus, 2) == ["opened", "called-out"]
            running.stop(SIGKILL)
        with daemon(town.path):
            seen = [bus.next("step")["step"] for _ in range(4)]
            # What the crash may have swallowed comes once more, with the ids that it had. The call is made
            # once more, too, since nobody knows whether it was heard.
            assert [step["kind"] for step in seen[:2]] == ["opened", "called-out"]
            assert {(step["kind"], step["stage"]) for step in seen[2:]} == {
                ("called-out", 0),
                ("escalated", 1),
            }
            assert bus.next("siren/yard", on=True)
            state = bus.next(f"incident/{incident}", steps=4)
            assert [step["kind"] for step in state["log"][:2]] == ["opened", "called-out"]


def test_a_call_that_waits_while_somebody_takes_the_incident_is_never_heard(
    tmp_path: Path, broker: Mosquitto, ears: tuple[Ear, Ear]
) -> None:
    _, police = ears
    town = Town(tmp_path, broker, *ears, response('channels = ["police"]\ntones = "dtmf:D"'))
    with (
        Bus(broker.port) as bus,
        daemon(town.path),
        Radio(town.gate_port) as school,
        Radio(town.police_port) as patrol,
    ):
        bus.next("health/channel/police", condition="ok")
        # Somebody talks on the police channel, and keys in the same breath that he comes.
        talk = np.random.default_rng(1).normal(0, 0.05, 6 * RATE_HZ).astype(np.float32)
        said = np.concatenate([talk, keyed("*701#", around_s=0.1)])
        talking = threading.Thread(target=patrol.play, args=(said,))
        talking.start()
        bus.next("channel/police/state", activity="receiving")
        school.play(keyed("*103#"))
        assert kinds(bus, 3) == ["opened", "called-out", "coming"]
        talking.join()
        withdrawn = bus.next("channel/police/announcement")
        assert withdrawn["outcome"] == "withdrawn"
        assert bus.next("channel/police/announcement")["outcome"] == "sent"
    assert police.keys == "B"


def test_the_bus_acts_and_is_told_why_not(tmp_path: Path, broker: Mosquitto, ears: tuple[Ear, Ear]) -> None:
    town = Town(tmp_path, broker, *ears, "")
    with Bus(broker.port) as bus, daemon(town.path), Radio(town.gate_port) as school:
        bus.next("health/channel/gate", condition="ok")

        def ask(verb: str, **command: Any) -> dict[str, Any]:
            bus.send(f"command/{verb}", {"by": "duty officer", **command})
            return bus.next(f"answer/{verb}")

        none = ask("acknowledge")
        assert (none["ok"], none["text"]) == (False, "No incident is open.")
        school.play(keyed("*103#"))
        incident = bus.next("alert")["incident"]["id"]
        assert ask("acknowledge")["text"] == "Incident 1 is yours."
        assert ask("note", incident=incident, note="two boys")["ok"]
        assert "There is no incident 47" in ask("close", incident=47)["text"]
        assert not ask("note", incident=1)["ok"]
        bus.send("command/close", {"incident": 1})
        assert "by: Field required" in bus.next("answer/close")["text"]
        assert ask("false-alarm", incident=1)["ok"]
        state = bus.next(f"incident/{incident}", state="false-alarm")
        assert [step["who"].get("name") for step in state["log"][1:]] == ["duty officer"] * 3
        assert ask("reopen", incident=1)["ok"]
        assert bus.next(f"incident/{incident}", state="acknowledged")


def test_a_panic_is_one_incident_and_one_call(
    tmp_path: Path, broker: Mosquitto, ears: tuple[Ear, Ear]
) -> None:
    _, police = ears
    town = Town(tmp_path, broker, *ears, response('channels = ["police"]\ntones = "dtmf:D"'))
    with Bus(broker.port) as bus, daemon(town.path), Radio(town.gate_port) as school:
        bus.next("health/channel/police", condition="ok")
        for _ in range(4):
            school.play(keyed("*103#"))
            bus.next("channel/gate/announcement")
        ids = {bus.next("alert")["incident"]["id"] for _ in range(4)}
        assert len(ids) == 1
        state = bus.next(f"incident/{ids.pop()}", calls=4)
        assert state["state"] == "open"
        bus.next("channel/police/announcement")
        bus.send("command/say", {"channels": ["police"], "tones": "dtmf:7"})
        bus.next("channel/police/announcement")
    assert police.keys == "D7"


def test_a_reload_takes_new_rules_and_a_check_in_makes_no_incident(
    tmp_path: Path, broker: Mosquitto, ears: tuple[Ear, Ear]
) -> None:
    check_in = '[[code]]\nkeys = "*8{post:2}#"\nalert = "check-in"\n[alert.check-in]\nincident = false\n'
    town = Town(tmp_path, broker, *ears, check_in)
    with Bus(broker.port) as bus, daemon(town.path) as running, Radio(town.gate_port) as school:
        bus.next("health/channel/police", condition="ok")
        school.play(keyed("*803#"))
        assert "incident" not in bus.next("alert", type="check-in")
        school.play(keyed("*103#"))
        incident = bus.next("alert", type="emergency")["incident"]["id"]
        assert kinds(bus, 1) == ["opened"]
        text = town.path.read_text(encoding="utf-8")
        town.path.write_text(text + response('channels = ["police"]'), encoding="utf-8")
        running.send(SIGHUP)
        assert kinds(bus, 1) == ["called-out"]
        assert bus.next("channel/police/announcement")["cause"] == incident


def test_the_nearest_posts_of_a_csv_file_are_called_each_by_its_selective_call(
    tmp_path: Path, broker: Mosquitto, ears: tuple[Ear, Ear]
) -> None:
    rule = response('kinds = ["school"]\nnearest = 2\ntones = "dtmf:D"\nsay = { en = "{posts}" }')
    town = Town(tmp_path, broker, *ears, rule + '[roster]\nposts = "posts.csv"\n')
    (tmp_path / "posts.csv").write_text(
        "id,name.en,kind,lat,lon,channel,selcall\n"
        "04,School 4,school,22.9,113.1,police,dtmf:44\n"
        "05,School 5,school,22.2,113.1,police,dtmf:55\n"
        "06,School 6,school,22.1,113.1,police,dtmf:66\n"
        "07,School 7,school,22.0,113.1,police,dtmf:77\n"
    )
    with Bus(broker.port) as bus, daemon(town.path), Radio(town.gate_port) as school:
        bus.next("health/channel/police", condition="ok")
        school.play(keyed("*106#"))
        assert bus.next("alert")["post"]["kind"] == "school"
        step = bus.next("step", number=1)["step"]
        while step["kind"] != "called-out":
            step = bus.next("step")["step"]
        assert (step["posts"], step["text"]) == (["05", "07"], "post 05, post 07")
        bus.next("channel/police/announcement", outcome="sent")
    assert ears[1].keys == "5577D"


def test_a_code_that_needs_a_one_time_code_is_done_once_and_its_digits_are_shown_to_nobody(
    tmp_path: Path, broker: Mosquitto, ears: tuple[Ear, Ear]
) -> None:
    guarded = (
        f'[[operator]]\nid = "07"\nname = "Sergeant Li"\notp_secret = "{LI["otp_secret"]}"\n'
        '[[code]]\nkeys = "*6{incident:2}{otp:6}#"\ndoes = "close"\nneeds = "otp"\n'
    )
    town = Town(tmp_path, broker, *ears, guarded)
    with Bus(broker.port) as bus, daemon(town.path) as running, Radio(town.gate_port) as school:
        bus.next("health/channel/police", condition="ok")
        school.play(keyed("*103#"))
        incident = bus.next("alert")["incident"]["id"]
        bus.next("channel/gate/announcement")
        with Radio(town.police_port) as patrol:
            patrol.play(keyed("*601000000#"))
            refused = bus.next("refused")
            assert (refused["why"], refused["act"]) == ("wrong-code", "close")
            assert refused["text"]["en"] == "Not accepted."
            bus.next("channel/police/announcement")
            patrol.play(keyed(f"*601{RFC_CODES[0]}#"))
            state = bus.next(f"incident/{incident}", state="closed")
            assert state["log"][-1]["who"] == {"name": "Sergeant Li", "channel": "police", "by": "dtmf"}
            bus.next("channel/police/announcement")
            patrol.play(keyed(f"*601{RFC_CODES[0]}#"))
            assert bus.next("refused")["why"] == "replay"
            callins = [bus.next("callin", channel="police") for _ in range(3)]
        assert {callin["keys"] for callin in callins} == {"*601••••••#"}
        assert {digit["key"] for callin in callins for digit in callin["digits"]} == set("*601•#")
        log = running.log.read_text(encoding="utf-8")
        assert str(RFC_CODES[0]) not in log
        assert LI["otp_secret"] not in log


def test_one_call_from_one_of_33_schools_and_all_that_follows_across_a_crash(
    tmp_path: Path, broker: Mosquitto, ears: tuple[Ear, Ear]
) -> None:
    """Keyed, called out; a crash; escalated by SMS; one comes, one takes it late by SMS; closed by a code."""
    _, police = ears
    modem = tmp_path / "modem"
    modem.mkdir()
    schools = "".join(
        f'[[post]]\nid = "{number:02}"\nname = {{ en = "School {number}" }}\n'
        for number in range(1, 34)
        if number != 3
    )
    people = (
        '[[unit]]\nids = ["1234"]\nname = "Patrol 7"\nrole = "patrol"\n'
        f'[[operator]]\nid = "07"\nname = "Sergeant Li"\notp_secret = "{LI["otp_secret"]}"\n'
        '[[code]]\nkeys = "*6{incident:2}{otp:6}#"\ndoes = "close"\nneeds = "otp"\n'
        '[[code]]\nkeys = "*4{incident:2}#"\ndoes = "arrive"\n'
        '[[code]]\nkeys = "*3{incident:2}#"\ndoes = "acknowledge"\n'
        '[[unit]]\nids = ["5678"]\nname = "Officer Wang"\nphone = "+8613800000002"\n'
        '[[group]]\nname = "duty"\nto = { sms = "Officer Wang" }\n'
    )
    rule = response(
        'channels = ["police"]\ntones = "dtmf:1"\nsay = { en = "School" }',
        'after_s = 10\nchannels = ["police"]\ntones = "dtmf:2"\nsay = { en = "Nobody" }\nsiren = "yard"\n'
        'notify = ["duty"]',
    )
    smsd = Smsd(modem)
    sms = f'[[notifier]]\nname = "sms"\ndriver = {{ driver = "gammu_smsd", config = "{smsd.config}" }}\n'
    town = Town(tmp_path, broker, *ears, schools + people + rule + sms)
    # The station is deaf for a moment after its own call.
    patrol_keys = np.concatenate([quiet(1), mdc1200(ptt_id("1234"), RATE_HZ), keyed("*701#")])
    with smsd, Bus(broker.port) as bus, Radio(town.police_port) as police_radio:
        with daemon(town.path) as running, Radio(town.gate_port) as school:
            bus.next("health/channel/police", condition="ok")
            school.play(keyed("*117#"))
            alert = bus.next("alert")
            incident = alert["incident"]["id"]
            assert (alert["post"]["name"]["en"], alert["incident"]["number"]) == ("School 17", 1)
            assert kinds(bus, 2) == ["opened", "called-out"]
            bus.next("channel/police/announcement")
            running.stop(SIGKILL)
        with daemon(town.path):
            assert kinds(bus, 4) == ["opened", "called-out", "called-out", "escalated"]
            assert bus.next("siren/yard", on=True)["incidents"] == [incident]
            for _ in range(2):
                bus.next("channel/police/announcement")
            police_radio.play(patrol_keys)
            coming = bus.next("step")["step"]
            assert coming["kind"] == "coming"
            assert coming["who"] == {"name": "Patrol 7", "unit": "1234", "channel": "police", "by": "dtmf"}
            assert bus.next("siren/yard", on=False)
            bus.next("channel/police/announcement")
            police_radio.play(keyed("*401#"))
            assert bus.next("step")["state"] == "on-scene"
            bus.next("channel/police/announcement")
            eventually(lambda: any("emergency at School 17" in text for text in smsd.sent_texts()))
            smsd.receives("+8613800000002", "I have it: *301#")
            late = bus.next("step", state="on-scene")["step"]
            assert (late["kind"], late["who"]["name"], late["who"]["by"]) == (
                "acknowledged",
                "Officer Wang",
                "text",
            )
            police_radio.play(keyed(f"*601{RFC_CODES[0]}#"))
            state = bus.next(f"incident/{incident}", state="closed")
            names = [responder["who"].get("name") for responder in state["responders"]]
            assert names == ["Patrol 7", None]
            log = [step["kind"] for step in state["log"]]
            called = ["opened", "called-out", "called-out", "escalated"]
            assert log == [*called, "coming", "arrived", "acknowledged", "closed"]
            assert state["log"][-1]["who"]["name"] == "Sergeant Li"
    # The call of the first stage is made again, since the crash may have swallowed it.
    assert police.keys == "112B"
