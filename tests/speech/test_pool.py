"""The pool: every transmission that was started ends exactly once, whatever happens."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from radiobridge.events import Condition, Health, PhraseHeard, SpeechEnded, Transcript
from radiobridge.settings import SpeechSettings
from radiobridge.speech.pool import SpeechPool
from tests.speech.builders import AT, KOREAN, blocks, korean_book, spoken

WAIT_S = 60
T = TypeVar("T")


class Events:
    """What a pool emitted, in its order."""

    def __init__(self) -> None:
        self.all: list[object] = []
        self._new: queue.Queue[object] = queue.Queue()

    def __call__(self, event: object) -> None:
        self.all.append(event)
        self._new.put(event)

    def until(self, kind: type[T], **fields: object) -> T:
        """The next event of this kind with these fields."""
        while True:
            event = self._new.get(timeout=WAIT_S)
            if isinstance(event, kind) and all(getattr(event, k) == v for k, v in fields.items()):
                return event


@contextmanager
def pool(folder: Path, *models: str, **settings: float | str) -> Iterator[tuple[SpeechPool, Events]]:
    events = Events()
    speech = SpeechSettings.model_validate({"models": {"ko": models or KOREAN}, **settings})
    with SpeechPool(speech, folder, {"ko"}, korean_book("지원 화재"), emit=events) as running:
        yield running, events


def say(running: SpeechPool, transmission: str, text: str = "지원 화재") -> None:
    running.start("main", transmission, "ko", AT)
    for block in blocks(transmission, spoken(text)):
        running.feed(block)
    running.finish(transmission, AT + 3)


def test_transmissions_at_once_are_each_heard_and_ended(tmp_path: Path) -> None:
    with pool(tmp_path) as (running, events):
        events.until(Health, condition=Condition.OK)
        for name in ("a", "b", "c"):
            say(running, name)
        for _ in range(3):
            events.until(SpeechEnded)
    heard = [e.id for e in events.all if isinstance(e, PhraseHeard)]
    ended = [e for e in events.all if isinstance(e, SpeechEnded)]
    assert sorted(heard) == sorted(e.id for e in ended) == ["a", "b", "c"]
    assert all(e.complete for e in ended)


def test_sound_that_came_before_the_model_is_not_lost(tmp_path: Path) -> None:
    with pool(tmp_path) as (running, events):
        say(running, "early")
        assert events.until(PhraseHeard).id == "early"
        assert events.until(SpeechEnded).complete


def test_what_was_said_is_transcribed_afterwards(tmp_path: Path) -> None:
    with pool(tmp_path) as (running, events):
        say(running, "a")
        ended = events.until(SpeechEnded)
        transcript = events.until(Transcript)
    assert (transcript.id, transcript.language, transcript.by) == (ended.id, "ko", "vosk")
    assert transcript.text
    assert transcript.text == " ".join(word.text for word in transcript.words)
    # The voice of the test is too poor for a free decoding to say more of it than this.
    assert transcript.supports | transcript.doubts <= {"fire"}


def test_without_transcripts_nothing_is_decoded_twice(tmp_path: Path) -> None:
    with pool(tmp_path, transcripts=False) as (running, events):
        say(running, "a")
        events.until(SpeechEnded)
        say(running, "b")
        events.until(SpeechEnded)
    assert not [event for event in events.all if isinstance(event, Transcript)]


def test_a_missing_model_is_said_and_transmissions_still_end(tmp_path: Path) -> None:
    with pool(tmp_path, "no-such-model") as (running, events):
        say(running, "deaf")
        failed = events.until(Health, condition=Condition.FAILED)
        assert "no-such-model" in failed.why
        ended = [e for e in events.all if isinstance(e, SpeechEnded)] or [events.until(SpeechEnded)]
    assert [e.complete for e in ended] == [False]


def test_a_model_that_is_missing_is_passed_over_for_the_next_and_told(tmp_path: Path) -> None:
    with pool(tmp_path, "no-such-model", KOREAN) as (running, events):
        while "is used instead" not in (told := events.until(Health, condition=Condition.DEGRADED)).why:
            continue
        assert "speech model 'no-such-model' is not in" in told.why
        say(running, "heard")
        assert events.until(PhraseHeard).id == "heard"


def test_a_model_that_does_not_load_is_passed_over_for_the_next_and_told(
    tmp_path: Path, hollow_model: Path
) -> None:
    with pool(tmp_path, str(hollow_model), KOREAN) as (running, events):
        while "is used instead" not in (told := events.until(Health, condition=Condition.DEGRADED)).why:
            continue
        assert "does not load" in told.why
        assert "install it again" in told.why
        say(running, "heard")
        assert events.until(PhraseHeard).id == "heard"


def test_where_no_model_loads_all_are_told(tmp_path: Path, hollow_model: Path) -> None:
    with pool(tmp_path, str(hollow_model), str(hollow_model)) as (_, events):
        assert events.until(Health, condition=Condition.FAILED).why.count("does not load") == 2


def test_what_cannot_wait_is_left_out_and_said(tmp_path: Path) -> None:
    with pool(tmp_path, max_behind_s=0.5) as (running, events):
        say(running, "long")
        events.until(Health, condition=Condition.DEGRADED)
        assert not events.until(SpeechEnded).complete


def test_new_phrases_count_from_the_next_transmission_on(tmp_path: Path) -> None:
    with pool(tmp_path) as (running, events):
        events.until(Health, condition=Condition.OK)
        running.reload(korean_book("지진 위험"))
        say(running, "one")
        events.until(SpeechEnded)
        say(running, "two", "지진 위험")
        events.until(SpeechEnded)
    assert [e.id for e in events.all if isinstance(e, PhraseHeard)] == ["two"]


def test_closing_ends_what_is_open(tmp_path: Path) -> None:
    with pool(tmp_path) as (running, events):
        running.start("main", "open", "ko", AT)
    assert [e.id for e in events.all if isinstance(e, SpeechEnded)] == ["open"]
