"""The recogniser of one language, in a process of its own: when its engine crashes or hangs, it starts again.

The sound of every transmission that goes on is kept, and given to the new process from its beginning: a
crash costs some seconds and no call-in. A transmission that was there at two crashes may be their cause: it
is given up, and its call-in goes out without words.
"""

from __future__ import annotations

import logging
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TypeAlias

import numpy as np

from radiobridge.backoff import Backoff
from radiobridge.events import (
    Condition,
    Health,
    PhraseHeard,
    SpeechEnded,
    Transcript,
    TransmissionAudio,
    Words,
)
from radiobridge.settings.models import SpeechSettings
from radiobridge.speech.frames import (
    Close,
    Finish,
    FromEngine,
    Load,
    Phrases,
    Ping,
    Pong,
    Sound,
    Start,
    ToEngine,
    frames,
    write_frame,
)
from radiobridge.speech.phrases import PhraseBook
from radiobridge.speech.recognition import RATE_HZ, SpeechEvent

log = logging.getLogger(__name__)

Emit: TypeAlias = Callable[[SpeechEvent | SpeechEnded | Transcript | Health], None]

HUNG_S = 20.0
"""A piece of half a second of sound takes no machine so long; nor does an answer to a ping."""
_BEGIN_S = 60.0
"""The longest that a new process may take to answer at all."""
_END_S = 1.0
_MOST_CRASHES = 2


@dataclass(slots=True)
class _Transmission:
    """One that goes on, with all of its sound."""

    start: Start
    sound: list[Sound] = field(default_factory=list)
    finish: Finish | None = None
    crashes: int = 0
    told_until: float = 0.0
    """End of the last words that were told of it."""

    @property
    def frames(self) -> list[ToEngine]:
        """All that a new process must know of it."""
        return [self.start, *self.sound, *([self.finish] if self.finish else [])]

    @property
    def at(self) -> float:
        """The end of its sound so far."""
        if self.finish:
            return self.finish.at
        return self.sound[-1].at if self.sound else self.start.at


class SpeechEngine:
    """One language. `emit` is called from its reading thread, and from those that call `start` and `join`."""

    def __init__(
        self,
        language: str,
        settings: SpeechSettings,
        state_dir: Path,
        book: PhraseBook,
        *,
        emit: Emit,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._language = language
        self._settings = settings
        self._state_dir = state_dir
        self._book = book
        self._emit = emit
        self._clock = clock
        self._lock = threading.Lock()
        self._open: dict[str, _Transmission] = {}
        self._frames: queue.SimpleQueue[ToEngine | None] = queue.SimpleQueue()
        """What the process is still to be told; None ends its writer."""
        self._process: subprocess.Popen[bytes] | None = None
        self._asked_at: float | None = None
        """When it was asked for a sign of life that has not come yet; monotonic."""
        self._answers = False
        self._hangs = False
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"speech-{language}", daemon=True)

    @property
    def process_id(self) -> int | None:
        """Of the process that works now."""
        return self._process.pid if self._process else None

    def start_loading(self) -> None:
        """The process is on its way; sound may come already."""
        self._thread.start()

    def reload(self, book: PhraseBook) -> None:
        """New phrases, from the next transmission on."""
        with self._lock:
            self._book = book
            self._frames.put(Phrases(book))

    def start(self, channel: str, transmission: str, at: float) -> None:
        """A transmission begins; its sound will follow."""
        begun = _Transmission(Start(channel, transmission, at))
        with self._lock:
            is_open = not self._closing.is_set()
            if is_open:
                self._open[transmission] = begun
                self._frames.put(begun.start)
        if not is_open:
            self._emit(SpeechEnded(channel, at, transmission, complete=False))

    def feed(self, audio: TransmissionAudio) -> None:
        """Sound of a transmission that was started: mono at RATE_HZ. Never waits."""
        if audio.rate_hz != RATE_HZ:
            raise ValueError(f"the recogniser takes {RATE_HZ} Hz, not {audio.rate_hz} Hz")
        pcm = (np.clip(audio.samples, -1, 1) * np.iinfo(np.int16).max).astype("<i2").tobytes()
        sound = Sound(audio.channel, audio.id, audio.at, pcm)
        with self._lock:
            going_on = self._open.get(audio.id)
            if going_on and not going_on.finish:
                going_on.sound.append(sound)
                self._frames.put(sound)

    def finish(self, transmission: str, at: float) -> None:
        """The transmission is over; its last words and its SpeechEnded will come."""
        with self._lock:
            going_on = self._open.get(transmission)
            if going_on and not going_on.finish:
                going_on.finish = Finish(transmission, at)
                self._frames.put(going_on.finish)

    def look_after(self) -> None:
        """A process that hangs is ended, so that another takes over; called every few seconds."""
        now = time.monotonic()
        asked_at = self._asked_at
        if asked_at is None:
            self._asked_at = now
            self._frames.put(Ping())
        elif now - asked_at > (HUNG_S if self._answers else _BEGIN_S):
            self._kill()

    def stop(self) -> None:
        """The last words are brought out; `join` waits for them."""
        with self._lock:
            self._closing.set()
            self._frames.put(Close())

    def join(self, timeout_s: float) -> None:
        """Every transmission has ended; what is not recognised when the time is up is lost."""
        if self._thread.ident:
            self._thread.join(max(timeout_s, 0))
        if process := self._process:
            process.kill()
        self._give_up(list(self._open.values()))

    def _kill(self) -> None:
        process = self._process
        if process:
            self._hangs = True
            process.kill()

    def _run(self) -> None:
        backoff = Backoff()
        while not self._closing.is_set():
            backoff.opens(time.monotonic())
            why = self._serve()
            if self._closing.is_set():
                return
            log.error("speech/%s: %s", self._language, why)
            self._emit(Health(f"speech/{self._language}", self._clock(), Condition.FAILED, why))
            with self._lock:
                for going_on in self._open.values():
                    going_on.crashes += 1
                lost = [each for each in self._open.values() if each.crashes >= _MOST_CRASHES]
            self._give_up(lost)
            self._closing.wait(backoff.died(time.monotonic()))

    def _serve(self) -> str:
        """From the start of a process to its end: why it ended."""
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "radiobridge.speech.engine_child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        except OSError as error:
            return f"the recogniser's process cannot be started: {error.strerror or error}"
        log.debug("speech/%s: process %d", self._language, process.pid)
        outgoing = self._told_anew(process)
        writer = threading.Thread(target=_write, args=(process.stdin, outgoing), daemon=True)
        writer.start()
        if process.stdout:
            with process.stdout:
                for frame in frames(process.stdout):
                    self._came(frame)
        code = _code_of(process)
        outgoing.put(None)
        writer.join()
        self._process = None
        if self._hangs:
            return "the recogniser hung and was ended; it starts again by itself, with what was being said"
        return f"the recogniser crashed ({_ended(code)}); it starts again by itself, with what was being said"

    def _told_anew(self, process: subprocess.Popen[bytes]) -> queue.SimpleQueue[ToEngine | None]:
        """The new process will be told all that goes on."""
        told: queue.SimpleQueue[ToEngine | None] = queue.SimpleQueue()
        with self._lock:
            told.put(Load(self._language, self._settings, self._state_dir, self._book))
            for going_on in self._open.values():
                for frame in going_on.frames:
                    told.put(frame)
            self._frames, self._process = told, process
            self._asked_at, self._answers, self._hangs = None, False, False
            if self._closing.is_set():
                told.put(Close())
        return told

    def _came(self, frame: FromEngine) -> None:
        self._answers = True
        match frame:
            case Pong():
                self._asked_at = None
                if frame.busy_s > HUNG_S:
                    self._kill()
            case SpeechEnded():
                with self._lock:
                    is_open = self._open.pop(frame.id, None)
                if is_open:
                    self._emit(frame)
            case Words() | PhraseHeard():
                if self._is_news(frame):
                    self._emit(frame)
            case _:
                self._emit(frame)

    def _is_news(self, event: Words | PhraseHeard) -> bool:
        """It was not told by a process before this one. A phrase comes right behind its words."""
        with self._lock:
            going_on = self._open.get(event.id)
            if going_on is None:
                # It has ended: a transcript found a phrase.
                return isinstance(event, PhraseHeard)
            if event.at < going_on.told_until:
                return False
            if isinstance(event, Words):
                if event.at == going_on.told_until:
                    return False
                going_on.told_until = event.at
            return True

    def _give_up(self, lost: list[_Transmission]) -> None:
        for going_on in lost:
            with self._lock:
                is_open = self._open.pop(going_on.start.id, None)
            if is_open:
                start = going_on.start
                self._emit(SpeechEnded(start.channel, going_on.at, start.id, complete=False))


def _write(pipe: IO[bytes], outgoing: queue.SimpleQueue[ToEngine | None]) -> None:
    """All frames go to the process, until it is gone or there are no more."""
    with suppress(OSError), pipe:
        while frame := outgoing.get():
            write_frame(pipe, frame)


def _code_of(process: subprocess.Popen[bytes]) -> int:
    """Its exit code; one that closed its output and lives on is ended."""
    try:
        return process.wait(_END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _ended(code: int) -> str:
    """How a process ended, in a word."""
    return f"signal {-code}" if code < 0 else f"exit code {code}"
