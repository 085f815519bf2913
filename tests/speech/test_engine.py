"""The recogniser's process: whatever it does, every transmission ends once, and a crash costs no call-in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from radiobridge.events import Condition, Health, PhraseHeard, SpeechEnded, Words
from radiobridge.settings import SpeechSettings
from radiobridge.speech import engine as engine_module
from radiobridge.speech.engine import SpeechEngine
from radiobridge.speech.frames import Load, frames, write_frame
from tests.speech.builders import AT, KOREAN, blocks, korean_book, spoken
from tests.speech.test_pool import Events

TEXT = "지원 화재"


@contextmanager
def engine(folder: Path, model: str = KOREAN) -> Iterator[tuple[SpeechEngine, Events]]:
    events = Events()
    settings = SpeechSettings(models={"ko": model})
    running = SpeechEngine("ko", settings, folder, korean_book(TEXT), emit=events)
    running.start_loading()
    try:
        yield running, events
    finally:
        running.stop()
        running.join(5)


def begin(running: SpeechEngine, name: str) -> None:
    running.start("main", name, AT)
    for block in blocks(name, spoken(TEXT)):
        running.feed(block)


def kill(running: SpeechEngine, number: signal.Signals = signal.SIGKILL) -> None:
    give_up = time.monotonic() + 20
    while (process := running.process_id) is None:
        assert time.monotonic() < give_up
        time.sleep(0.01)
    os.kill(process, number)


def well(events: Events) -> None:
    events.until(Health, condition=Condition.OK)


def test_what_is_said_is_heard_in_another_process(tmp_path: Path) -> None:
    with engine(tmp_path) as (running, events):
        well(events)
        assert running.process_id != os.getpid()
        begin(running, "a")
        running.finish("a", AT + 3)
        assert events.until(PhraseHeard).id == "a"
        assert events.until(SpeechEnded) == SpeechEnded("main", AT + 3, "a", complete=True)


def test_a_crash_in_mid_transmission_costs_no_call_in(tmp_path: Path) -> None:
    with engine(tmp_path) as (running, events):
        well(events)
        begin(running, "a")
        kill(running, signal.SIGSEGV)
        told = events.until(Health, condition=Condition.FAILED)
        assert told.why.startswith("the recogniser crashed (signal 11); it starts again by itself")
        # What is said meanwhile waits for the next process too.
        begin(running, "b")
        running.finish("a", AT + 3)
        running.finish("b", AT + 3)
        well(events)
        for _ in range(2):
            assert events.until(SpeechEnded).complete
    heard = [event.id for event in events.all if isinstance(event, PhraseHeard)]
    assert sorted(heard) == ["a", "b"]


def test_what_was_told_before_a_crash_is_not_told_again(tmp_path: Path) -> None:
    with engine(tmp_path) as (running, events):
        well(events)
        # Enough quiet ends the utterance while the transmission goes on.
        begin(running, "a")
        for block in blocks("a", spoken(" "), AT + 5):
            running.feed(block)
        first = events.until(Words)
        kill(running)
        well(events)
        running.finish("a", AT + 8)
        assert events.until(SpeechEnded).complete
    words = [event for event in events.all if isinstance(event, Words)]
    assert words.count(first) == 1
    assert len({event.at for event in words}) == len(words)


def test_what_was_there_at_two_crashes_is_given_up(tmp_path: Path) -> None:
    with engine(tmp_path) as (running, events):
        well(events)
        begin(running, "a")
        for _ in range(2):
            kill(running)
            events.until(Health, condition=Condition.FAILED)
        assert events.until(SpeechEnded) == SpeechEnded("main", events_at(), "a", complete=False)
        well(events)
        begin(running, "b")
        running.finish("b", AT + 3)
        assert events.until(PhraseHeard).id == "b"
        running.finish("a", AT + 3)
        assert events.until(SpeechEnded).id == "b"


def events_at() -> float:
    """When the last block of the sound begins."""
    return list(blocks("a", spoken(TEXT)))[-1].at


def test_a_process_that_hangs_is_ended_and_starts_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "HUNG_S", 0.3)
    with engine(tmp_path) as (running, events):
        well(events)
        begin(running, "a")
        kill(running, signal.SIGSTOP)
        give_up = time.monotonic() + 20
        while not any(isinstance(e, Health) and "hung and was ended" in e.why for e in events.all):
            assert time.monotonic() < give_up
            running.look_after()
            time.sleep(0.1)
        monkeypatch.setattr(engine_module, "HUNG_S", 60.0)
        running.finish("a", AT + 3)
        assert events.until(PhraseHeard).id == "a"
        assert events.until(SpeechEnded).complete


def test_a_process_that_works_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "HUNG_S", 2.0)
    with engine(tmp_path) as (running, events):
        well(events)
        process = running.process_id
        give_up = time.monotonic() + 4
        while time.monotonic() < give_up:
            running.look_after()
            time.sleep(0.05)
        assert running.process_id == process


def test_a_missing_model_is_said_and_transmissions_still_end(tmp_path: Path) -> None:
    with engine(tmp_path, "no-such-model") as (running, events):
        begin(running, "deaf")
        running.finish("deaf", AT + 3)
        assert "no-such-model" in events.until(Health, condition=Condition.FAILED).why
        assert not events.until(SpeechEnded).complete


def test_closing_ends_what_goes_on_and_what_comes_later(tmp_path: Path) -> None:
    with engine(tmp_path) as (running, events):
        begin(running, "a")
        running.stop()
        running.join(5)
        running.start("main", "late", AT)
        ended = {event.id: event.complete for event in events.all if isinstance(event, SpeechEnded)}
    assert set(ended) == {"a", "late"}
    assert not ended["late"]
    assert running.process_id is None or not Path(f"/proc/{running.process_id}").exists()


def test_new_phrases_are_heard_without_a_new_process(tmp_path: Path) -> None:
    with engine(tmp_path) as (running, events):
        well(events)
        process = running.process_id
        running.reload(korean_book("구조 요청"))
        begin(running, "a")
        running.finish("a", AT + 3)
        events.until(SpeechEnded)
        assert not [event for event in events.all if isinstance(event, PhraseHeard)]
        assert running.process_id == process


def test_the_process_ends_when_the_daemon_is_gone_and_not_by_its_signals(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "radiobridge.speech.engine_child"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        settings = SpeechSettings(models={"ko": KOREAN})
        write_frame(process.stdin, Load("ko", settings, tmp_path, korean_book(TEXT)))
        come = frames(process.stdout)
        assert next(come).condition is Condition.DEGRADED
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process.send_signal(number)
        assert next(come).condition is Condition.OK
        process.stdin.close()
        assert list(come) == []
        assert process.wait(10) == 0
