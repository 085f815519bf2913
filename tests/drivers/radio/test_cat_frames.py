"""What goes over the line, byte by byte: every frame there and back, and readers of broken streams."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.radio.cat import metered_db
from drivers.radio.civ import CivFrame, CivReader, Jam, from_bcd, to_bcd
from drivers.radio.rigctl import RigAnswer, RigAnswerReader, RigCommand, VfoReader
from drivers.radio.text_cat import Message, MessageReader
from drivers.radio.yaesu5 import Command, FrequencyMode, ReceiveStatus, TransmitStatus

_BYTE = st.integers(0, 255)
_ADDRESS = st.integers(0, 0xEF)
_BODY = st.lists(st.integers(0, 0xFB), min_size=1, max_size=20).map(bytes)
_PRINTABLE = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters=":"), min_size=1
)
_WORD = _PRINTABLE.filter(lambda word: not word.startswith("RPRT"))
_WORDS = st.lists(_PRINTABLE, max_size=3).map(tuple)

FRAMES: dict[type[Any], st.SearchStrategy[Any]] = {
    CivFrame: st.builds(CivFrame, _ADDRESS, _ADDRESS, _BODY),
    Message: st.builds(Message, st.text(st.characters(max_codepoint=0xFF)), st.sampled_from(";\r")),
    Command: st.builds(Command, _BYTE, st.binary(min_size=4, max_size=4)),
    FrequencyMode: st.builds(FrequencyMode, st.integers(0, 99_999_999).map(lambda n: n * 10), _BYTE),
    ReceiveStatus: st.builds(ReceiveStatus, st.booleans(), st.integers(0, 15), st.integers(0, 7)),
    TransmitStatus: st.builds(TransmitStatus, st.booleans(), st.integers(0, 127)),
    RigCommand: st.builds(RigCommand, _WORD, _WORDS),
    RigAnswer: st.builds(
        RigAnswer, _WORD, _WORDS, st.lists(_WORD, max_size=3).map(tuple), st.integers(-20, 0)
    ),
}


def _frame_classes() -> Iterator[type[Any]]:
    for file in Path("drivers/radio").glob("*.py"):
        module = importlib.import_module(f"drivers.radio.{file.stem}")
        for kind in vars(module).values():
            if dataclasses.is_dataclass(kind) and hasattr(kind, "from_bytes"):
                yield kind  # type: ignore[misc]  # a class, since from a module


def test_every_frame_class_is_tried() -> None:
    assert set(_frame_classes()) == set(FRAMES)


@pytest.mark.parametrize("kind", FRAMES, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_every_frame_comes_back_as_it_went(kind: type[Any], data: st.DataObject) -> None:
    frame = data.draw(FRAMES[kind])
    assert kind.from_bytes(frame.to_bytes()) == frame


FREQUENCY = bytes.fromhex("fe fe e0 a4 03 00 40 07 14 00 fd")
ANSWER = CivFrame(0xE0, 0xA4, bytes.fromhex("03 00 40 07 14 00"))


@pytest.mark.parametrize(
    ("stream", "found"),
    [
        (FREQUENCY, [ANSWER]),
        (FREQUENCY * 2, [ANSWER, ANSWER]),
        (b"\x00\x13\xfd\xff" + FREQUENCY, [ANSWER]),
        (b"\xfe" + FREQUENCY, [ANSWER]),
        (FREQUENCY[:6] + FREQUENCY, [ANSWER]),
        (b"\xfc\xfc" + FREQUENCY, [Jam.COLLISION, Jam.COLLISION, ANSWER]),
        (FREQUENCY[:6] + b"\xfc" + FREQUENCY, [Jam.COLLISION, ANSWER]),
        (b"\xfe\xfe\xfd\xfe\xfe\xe0\xfd\xfe\xfe\xe0\xa4\xfd", []),
        (b"\xfe\xfe" + bytes(2000) + FREQUENCY, [ANSWER]),
    ],
)
def test_frames_are_found_whatever_is_around_them_and_however_they_come(
    stream: bytes, found: list[CivFrame | Jam]
) -> None:
    assert CivReader().feed(stream) == found
    one_by_one = CivReader()
    assert [frame for byte in stream for frame in one_by_one.feed(bytes([byte]))] == found


@given(st.binary(max_size=60))
def test_no_stream_breaks_a_reader(stream: bytes) -> None:
    CivReader().feed(stream)
    MessageReader(";").feed(stream)


@pytest.mark.parametrize(("number", "raw"), [(14_074_000, "00 40 07 14 00"), (145_500_000, "00 00 50 45 01")])
def test_frequencies_are_digits_from_behind(number: int, raw: str) -> None:
    assert to_bcd(number, 5) == bytes.fromhex(raw)
    assert from_bcd(bytes.fromhex(raw)) == number


def test_an_empty_memory_has_no_frequency() -> None:
    assert from_bcd(b"\xff") is None


@pytest.mark.parametrize(("raw", "db"), [(-1, -54), (0, -54), (5, -51), (10, -48), (20, 0), (99, 0)])
def test_a_meter_is_read_between_its_points(raw: int, db: float) -> None:
    assert metered_db(raw, ((0, -54.0), (10, -48.0), (20, 0.0))) == db


@pytest.mark.parametrize(
    "raw",
    [
        b"get_freq:\nFrequency: 1\nRPRT 0\nget_freq:\nFrequency: 1\nRPRT 0\n",
        b"RPRT -1\n",
        b"145500000\nRPRT 0\n",
        b"get_freq:\nFrequency: 1\nRPRT what\n",
        b"\xff\xfe\nRPRT 0\n",
        b"x" * 5000,
    ],
)
def test_what_is_no_answer_of_rigctld_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):
        RigAnswerReader().feed(raw)


def test_half_an_answer_of_rigctld_is_waited_out() -> None:
    reader = RigAnswerReader()
    assert reader.feed(b"get_dcd:\nDCD: 1\nRPR") is None
    answer = reader.feed(b"T 0\n")
    assert answer == RigAnswer("get_dcd", (), ("DCD: 1",), 0)
    assert answer.value == "1"


@pytest.mark.parametrize(
    ("line", "wanted"), [(b"ChkVFO: 0\n", False), (b"ChkVFO: 1\nRPRT 0\n", True), (b"Chk", None)]
)
def test_rigctld_says_whether_commands_name_a_vfo(line: bytes, *, wanted: bool | None) -> None:
    assert VfoReader().feed(line) is wanted


def test_another_server_is_not_taken_for_rigctld() -> None:
    with pytest.raises(ValueError, match="SSH"):
        VfoReader().feed(b"SSH-2.0-OpenSSH_9.2\r\n")
