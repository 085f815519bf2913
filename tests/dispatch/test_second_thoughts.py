"""What becomes known of a spoken alert after it went out."""

from __future__ import annotations

import pytest

from radiobridge.dispatch.desk import Desk, Made
from radiobridge.events import (
    Alert,
    Amendment,
    Certainty,
    Digit,
    PhraseHeard,
    Reply,
    Transcript,
    TransmissionStarted,
)
from radiobridge.settings import Settings

AT = 1_800_000_000.0
ASKS = {"ask_back": {"en": "Say again, or key one"}, "confirm_key": "1", "confirm_s": 30}


class Room:
    """A desk with a clock that moves by itself."""

    def __init__(self, **speech: object) -> None:
        self.now = AT
        settings = Settings.model_validate(
            {
                "channel": [{"name": "gate", "input": "udp"}, {"name": "yard", "input": "udp"}],
                "speech": {**ASKS, **speech},
            }
        )
        ids = iter(range(1000))
        self.desk = Desk(settings, clock=lambda: self.now, new_id=lambda: f"N{next(ids)}")

    def says(self, confidence: float = 0.85, call: str = "T1") -> Alert:
        self.desk.feed(TransmissionStarted("gate", self.now, call))
        heard = PhraseHeard(
            channel="gate",
            at=self.now,
            id=call,
            alert="fire",
            texts={},
            language="en",
            text="there is a fire",
            confidence=confidence,
            reply=Reply({"en": "Received"}),
        )
        (alert,) = self.desk.feed(heard)
        assert isinstance(alert, Alert)
        return alert

    def keys(self, key: str, channel: str = "gate") -> list[Made]:
        return self.desk.feed(Digit(channel, self.now, key, 0.1, -20, 0, 25))

    def transcript(self, supports: str = "", doubts: str = "", call: str = "T1") -> Amendment:
        sets = (frozenset(supports.split()), frozenset(doubts.split()))
        event = Transcript("gate", self.now, call, "en", "there is a fire here", (), "vosk", *sets)
        (amendment,) = self.desk.feed(event)
        assert isinstance(amendment, Amendment)
        return amendment


@pytest.fixture
def room() -> Room:
    return Room()


def test_who_is_heard_with_doubt_is_asked_back_and_who_is_not_is_answered(room: Room) -> None:
    assert room.says(0.85).reply == Reply({"en": "Say again, or key one"})
    assert room.says(0.99, "T2").reply == Reply({"en": "Received"})


def test_a_key_confirms_a_doubtful_alert_and_is_answered(room: Room) -> None:
    alert = room.says()
    room.now += 5
    (amendment,) = room.keys("1")
    assert isinstance(amendment, Amendment)
    assert (amendment.by, amendment.callin) == ("key", "T1")
    assert amendment.certainties == {alert.id: Certainty.OBSERVED}
    assert amendment.reply == Reply({"en": "Received"})
    assert room.keys("1") == []


def test_a_key_confirms_nothing_too_late_on_another_channel_or_where_there_is_no_doubt(room: Room) -> None:
    room.says(0.99)
    assert room.keys("1") == []
    room.says(call="T2")
    assert room.keys("1", "yard") == []
    assert room.keys("2") == []
    room.now += 31
    assert room.keys("1") == []


def test_without_a_confirming_key_nothing_is_confirmed() -> None:
    room = Room(confirm_key=None)
    room.says()
    assert room.keys("1") == []


def test_a_transcript_makes_an_alert_more_or_less_sure_and_tells_what_was_said(room: Room) -> None:
    doubtful, sure = room.says(), room.says(0.99, "T2")
    first, second = room.transcript(supports="fire"), room.transcript(doubts="fire", call="T2")
    assert first.certainties == {doubtful.id: Certainty.LIKELY}
    assert second.certainties == {sure.id: Certainty.POSSIBLE}
    assert first.text == "there is a fire here"


def test_a_transcript_that_changes_nothing_has_its_text_alone(room: Room) -> None:
    room.says()
    assert room.transcript(doubts="fire").certainties == {}
    assert room.transcript(supports="flood").certainties == {}
    assert room.transcript(supports="fire", call="T9").certainties == {}


def test_whoever_was_asked_confirms_also_what_a_transcript_has_borne_out(room: Room) -> None:
    alert = room.says()
    room.transcript(supports="fire")
    (amendment,) = room.keys("1")
    assert isinstance(amendment, Amendment)
    assert amendment.certainties == {alert.id: Certainty.OBSERVED}


def test_what_a_caller_has_confirmed_no_transcript_makes_doubtful(room: Room) -> None:
    room.says()
    room.keys("1")
    assert room.transcript(doubts="fire").certainties == {}
