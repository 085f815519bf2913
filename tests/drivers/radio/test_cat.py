"""What the drivers that ask a radio over a serial port do, each with a fake radio of its own kind."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from radiobridge.errors import DeviceLost
from radiobridge.ports import ANSWER_S, Radio
from tests.drivers.radio.cat_rigs import CAT_RIGS, CatRig
from tests.drivers.radio.fake_pty import Transport
from tests.drivers.radio.fake_radios import asked, reply
from tests.drivers.radio.rig import HASTE_S, wait_until

_SLACK_S = 0.25
"""What a busy machine may take more; less than another try."""

_DRIVERS = [name for name, rig in CAT_RIGS.items() if issubclass(rig, CatRig)]
_FRAMED = [name for name in _DRIVERS if name != "yaesu5"]
"""Answers of five-byte radios have no begin: noise before each of them makes them unreadable."""


@pytest.fixture
def rig(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CatRig]:
    with ExitStack() as stack:
        made = CAT_RIGS[request.param](tmp_path, stack, monkeypatch)
        assert isinstance(made, CatRig)
        yield made


every = pytest.mark.parametrize("rig", _DRIVERS, indirect=True)
icom = pytest.mark.parametrize("rig", ["icom"], indirect=True)
kenwood = pytest.mark.parametrize("rig", ["kenwood"], indirect=True)
yaesu = pytest.mark.parametrize("rig", ["yaesu"], indirect=True)
yaesu5 = pytest.mark.parametrize("rig", ["yaesu5"], indirect=True)


def _everything(driver: Radio) -> tuple[Any, ...]:
    driver.set_ptt(True)
    keyed = driver.ptt()
    driver.set_ptt(False)
    return keyed, driver.ptt(), driver.carrier(), driver.frequency_hz(), driver.mode()


_SEEN = (True, False, True, 145_500_000, "FM")


@every
def test_a_radio_tells_all_that_it_knows(rig: CatRig) -> None:
    rig.radio.carrier = True
    assert _everything(rig.opened()) == _SEEN


@pytest.mark.parametrize(
    ("rig", "transport"),
    [(name, Transport.BYTEWISE) for name in _DRIVERS]
    + [(name, Transport.NOISY_ONCE) for name in _DRIVERS]
    + [(name, Transport.NOISY) for name in _FRAMED]
    + [("icom", Transport.ECHOING)],
    indirect=["rig"],
)
def test_it_does_so_however_its_answers_come(rig: CatRig, transport: Transport) -> None:
    rig.radio.carrier = True
    rig.port.transport = transport
    assert _everything(rig.opened()) == _SEEN


@every
def test_a_radio_that_does_not_obey_is_lost_in_time(rig: CatRig) -> None:
    driver = rig.opened()
    rig.radio.obeys = False
    rig.haste()
    began = time.monotonic()
    with pytest.raises(DeviceLost, match="does not transmit though it was told to"):
        driver.set_ptt(True)
    assert time.monotonic() - began < HASTE_S + _SLACK_S


@every
def test_a_radio_that_somebody_else_keeps_keyed_does_not_open(rig: CatRig) -> None:
    rig.radio.obeys = False
    rig.haste()
    with pytest.raises(DeviceLost, match="told not to: is the key of its microphone pressed"):
        rig.opened()


@every
def test_a_silent_radio_says_what_to_look_at(rig: CatRig) -> None:
    rig.silent()
    began = time.monotonic()
    with pytest.raises(DeviceLost, match=r"its menu say .* baud"):
        rig.opened()
    assert time.monotonic() - began < HASTE_S + _SLACK_S


@every
def test_a_radio_that_falls_silent_closes_soon_and_is_told_to_release_ptt(rig: CatRig) -> None:
    driver = rig.opened()
    driver.set_ptt(True)
    rig.silent()
    began = time.monotonic()
    driver.close()
    assert time.monotonic() - began < HASTE_S + _SLACK_S
    assert not rig.is_keyed()


@every
def test_a_port_that_is_unplugged_while_an_answer_is_awaited_is_lost_at_once(rig: CatRig) -> None:
    driver = rig.opened()
    rig.silent()
    before = len(rig.radio.asked)

    def unplug() -> None:
        wait_until(lambda: len(rig.radio.asked) > before)
        rig.unplug()

    unplugging = threading.Thread(target=unplug)
    unplugging.start()
    with pytest.raises(DeviceLost, match="died"):
        driver.frequency_hz()
    unplugging.join()


@every
def test_while_it_is_keyed_a_radio_receives_nothing_and_is_asked_whether_it_is_there(rig: CatRig) -> None:
    driver = rig.opened()
    rig.radio.carrier = True
    driver.set_ptt(True)
    assert driver.carrier() is False
    rig.silent()
    with pytest.raises(DeviceLost):
        driver.carrier()


@every
def test_a_radio_that_is_not_to_be_asked_for_its_carrier_is_watched_all_the_same(rig: CatRig) -> None:
    driver = rig.opened(carrier=False)
    assert driver.carrier() is None
    rig.silent()
    with pytest.raises(DeviceLost):
        driver.carrier()


@pytest.mark.parametrize(
    ("rig", "question"),
    [
        ("icom", asked(b"\x15\x01")),
        ("kenwood", b"BY;"),
        ("yaesu", b"BY;"),
        ("yaesu5", b"\x00\x00\x00\x00\xe7"),
    ],
    indirect=["rig"],
)
def test_a_question_that_is_never_answered_is_asked_no_more(rig: CatRig, question: bytes) -> None:
    rig.radio.answers[question] = b""
    driver = rig.opened()
    began = time.monotonic()
    assert driver.carrier() is None
    assert time.monotonic() - began < ANSWER_S
    before = rig.radio.asked.count(question)
    assert driver.carrier() is None
    assert rig.radio.asked.count(question) == before
    assert driver.frequency_hz() == 145_500_000


@kenwood
def test_a_radio_that_falls_silent_over_two_questions_is_lost_in_time(rig: CatRig) -> None:
    driver = rig.opened()
    answers = iter([rig.radio.answer_to(b"IF;")])
    rig.monkeypatch.setattr(
        rig.radio, "answer_to", lambda command: next(answers, b"") if command == b"IF;" else b""
    )
    began = time.monotonic()
    with pytest.raises(DeviceLost):
        driver.carrier()
    assert time.monotonic() - began < ANSWER_S


@every
def test_a_question_that_is_answered_no_more_means_that_the_radio_is_lost(rig: CatRig) -> None:
    driver = rig.opened()
    driver.carrier()
    rig.silent()
    with pytest.raises(DeviceLost):
        driver.carrier()


@pytest.mark.parametrize(
    ("rig", "question", "refusal"),
    [
        ("icom", asked(b"\x15\x01"), reply(b"\xfa")),
        ("kenwood", b"BY;", b"?;"),
        ("yaesu", b"BY;", b"?;"),
    ],
    indirect=["rig"],
)
def test_a_radio_that_knows_no_carrier_tells_none(rig: CatRig, question: bytes, refusal: bytes) -> None:
    rig.radio.answers[question] = refusal
    assert rig.opened().carrier() is None


@icom
def test_a_radio_without_ptt_by_ci_v_says_so(rig: CatRig) -> None:
    rig.radio.answers[asked(b"\x1c\x00\x00")] = reply(b"\xfa")
    with pytest.raises(DeviceLost, match="refuses the CI-V command 1C 00 00"):
        rig.opened()


@icom
def test_a_malformed_acknowledgement_counts(rig: CatRig) -> None:
    rig.radio.answers[asked(b"\x1c\x00\x00")] = bytes.fromhex("fe fe e0 94 1c 00 00 fb fd")
    rig.radio.keyed = False
    rig.opened()


@icom
def test_what_a_radio_tells_all_others_is_no_answer(rig: CatRig) -> None:
    unasked = bytes.fromhex("fe fe 00 94 03 70 28 57 03 00 fd fe fe 00 a2 00 70 28 57 03 00 fd")
    rig.radio.answers[asked(b"\x03")] = unasked + reply(bytes.fromhex("03 00 00 50 45 01"))
    assert rig.opened().frequency_hz() == 145_500_000


@icom
def test_another_radio_on_the_wire_does_not_answer_for_this_one(rig: CatRig) -> None:
    driver = rig.opened()
    rig.radio.answers[asked(b"\x03")] = bytes.fromhex("fe fe e0 a2 03 00 00 50 45 01 fd")
    rig.radio.answers[asked(b"\x1c\x00")] = b""
    rig.haste()
    with pytest.raises(DeviceLost):
        driver.frequency_hz()


@icom
@pytest.mark.parametrize(("raw", "db"), [(0, -54), (120, 0), (241, 64)])
def test_the_s_meter_is_told_in_db_over_s9(rig: CatRig, raw: int, db: float) -> None:
    rig.radio.meter = raw
    assert rig.opened().strength_db() == db


@pytest.mark.parametrize(
    ("rig", "question", "trouble"),
    [
        ("icom", asked(b"\x03"), b"\xfc\xfc\xfc"),
        ("icom", asked(b"\x03"), reply(b"\xfa")),
        ("kenwood", b"FA;", b"E;"),
        ("kenwood", b"FA;", b"O;"),
        ("kenwood", b"FA;", b"?;"),
        ("yaesu", b"FA;", b"?;"),
    ],
    indirect=["rig"],
)
def test_a_question_that_did_not_arrive_whole_is_asked_again(
    rig: CatRig, question: bytes, trouble: bytes
) -> None:
    driver = rig.opened()
    understood = rig.radio.answer_to
    troubles = iter([trouble])
    rig.monkeypatch.setattr(rig.radio, "answer_to", lambda command: next(troubles, understood(command)))
    assert driver.frequency_hz() == 145_500_000
    assert rig.radio.asked[-2:] == [question] * 2


@kenwood
def test_a_ts_radio_sends_the_sound_of_its_data_jack_where_the_settings_say_so(rig: CatRig) -> None:
    rig.opened(audio="data").set_ptt(True)
    assert b"TX1;" in rig.radio.asked
    assert b"TX;" not in rig.radio.asked


@kenwood
@pytest.mark.parametrize(
    ("model", "question", "answer", "db"),
    [
        ("021", b"SM0;", b"SM00015;", 0),
        ("020", b"SM0;", b"SM00020;", 60),
        ("024", b"SM;", b"SM0035;", 0),
        ("999", b"SM;", b"SM0035;", None),
    ],
)
def test_each_ts_radio_has_its_own_s_meter(
    rig: CatRig, model: str, question: bytes, answer: bytes, db: float | None
) -> None:
    rig.radio.answers |= {b"ID;": f"ID{model};".encode("ascii"), question: answer}
    assert rig.opened().strength_db() == db


@yaesu
def test_a_radio_that_is_keyed_by_its_microphone_too_has_been_released(rig: CatRig) -> None:
    driver = rig.opened()
    driver.set_ptt(True)
    rig.radio.keyed_by_hand = True
    driver.set_ptt(False)
    assert driver.ptt() is True


@yaesu
@pytest.mark.parametrize(("raw", "db"), [(0, -54), (130, 0), (255, 60)])
def test_a_yaesu_s_meter_is_told_in_db_over_s9(rig: CatRig, raw: int, db: float) -> None:
    rig.radio.meter = raw
    assert rig.opened().strength_db() == db


@yaesu5
@pytest.mark.parametrize(("raw", "db"), [(0, -54), (9, 0), (10, 10), (15, 60)])
def test_an_old_yaesu_s_meter_is_told_in_db_over_s9(rig: CatRig, raw: int, db: float) -> None:
    rig.radio.meter = raw
    assert rig.opened().strength_db() == db


@yaesu5
def test_a_five_byte_radio_that_acknowledges_nothing_is_keyed_all_the_same(rig: CatRig) -> None:
    for command in (b"\x00\x00\x00\x00\x08", b"\x00\x00\x00\x00\x88"):
        assert rig.radio.answer_to(command)
    rig.radio.acknowledges = False  # type: ignore[attr-defined]  # of FakeYaesu5
    assert _everything(rig.opened())[:2] == (True, False)


@yaesu5
def test_a_late_acknowledgement_is_not_taken_for_the_answer_to_the_next_question(rig: CatRig) -> None:
    driver = rig.opened()
    at_once = rig.radio.answer_to

    def late(command: bytes) -> bytes:
        time.sleep(0.1)
        return at_once(command)

    rig.monkeypatch.setattr(rig.radio, "answer_to", late)
    rig.radio.obeys = False
    with pytest.raises(DeviceLost, match="does not transmit though it was told to"):
        driver.set_ptt(True)
