"""Recognition beside the channels: sound is handed over and waits for a worker; events come back.

A few workers serve all live transmissions, a short piece at a time, so that decoding goes on while
people speak and no channel waits for another to end. A channel never waits for the recogniser: what
it cannot take is left out, and said.
"""

from __future__ import annotations

import logging
import os
import time
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Condition as Waiting
from threading import Lock, Thread
from types import TracebackType
from typing import Self, TypeAlias

from radiobridge.errors import ModelError, RadiobridgeError
from radiobridge.events import Condition, Health, PhraseHeard, SpeechEnded, Transcript, TransmissionAudio
from radiobridge.settings.models import SpeechSettings
from radiobridge.speech.health import SpeechHealth
from radiobridge.speech.lanes import Lane, Listening, SpokenLanguage
from radiobridge.speech.model_choice import choose_model, one_at_a_time
from radiobridge.speech.phrases import PhraseBook
from radiobridge.speech.recogniser import SpeechModel
from radiobridge.speech.recognition import RATE_HZ, SpeechEvent
from radiobridge.speech.transcripts import Transcription
from radiobridge.speech.typist import Typist

log = logging.getLogger(__name__)

Emit: TypeAlias = Callable[[SpeechEvent | SpeechEnded | Transcript | Health], None]

_CLOSE_S = 0.8
"""How long `close` lets the workers bring out the last words."""


class SpeechPool:
    """Recognises the transmissions of all channels.

    Each transmission that was started gives exactly one SpeechEnded, as its last event, whatever
    happens to the model, the recogniser or the pool. `emit` is called from several threads, also from
    within `start`, `feed`, `reload` and `close`: it must only hand the event on.
    """

    def __init__(
        self,
        settings: SpeechSettings,
        state_dir: Path,
        languages: Iterable[str],
        book: PhraseBook,
        *,
        emit: Emit,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._state_dir = state_dir
        self._languages = {name: SpokenLanguage(name, SpeechHealth(name)) for name in sorted(set(languages))}
        self._book = book
        self._emit = emit
        self._clock = clock
        self._lanes: dict[str, Lane] = {}
        self._started = 0
        self._ready: deque[Lane] = deque()
        self._changed = Waiting()
        self._telling = Lock()
        self._at_work_since: dict[int, float] = {}
        """Monotonic, by the transmission's number."""
        self._closing = False
        self._workers = [
            Thread(target=self._serve, name=f"speech-{number}", daemon=True)
            for number in range(max(2, os.cpu_count() or 1))
        ]
        self._typist = Typist(settings.second_opinion, self._languages, tell=self._tell, emit=emit)

    def __enter__(self) -> Self:
        self.start_loading()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start_loading(self) -> None:
        """The workers wait for sound and the models load in the background."""
        for language in self._languages.values():
            self._tell(language.health.loading)
        for worker in self._workers:
            worker.start()
        Thread(target=self._load_models, name="speech-models", daemon=True).start()
        if self._settings.transcripts:
            self._typist.start()

    def reload(self, book: PhraseBook) -> None:
        """New phrases, from the next transmission on."""
        with self._changed:
            self._book = book
            loaded = [(it, it.listening.model) for it in self._languages.values() if it.listening]
        for language, model in loaded:
            self._listen(language, model)

    def start(self, channel: str, transmission: str, language: str, at: float) -> None:
        """A transmission begins, in a language that has a model; its sound will follow."""
        with self._changed:
            is_open = not self._closing
            if is_open:
                spoken = self._languages[language]
                self._started += 1
                lane = Lane(self._started, channel, transmission, spoken, at, broken=spoken.failed)
                self._lanes[transmission] = lane
        if not is_open:
            self._emit(SpeechEnded(channel, at, transmission, complete=False))

    def feed(self, audio: TransmissionAudio) -> None:
        """Sound of a transmission that was started: mono at RATE_HZ. Never waits for the recogniser."""
        if audio.rate_hz != RATE_HZ:
            raise ValueError(f"the recogniser takes {RATE_HZ} Hz, not {audio.rate_hz} Hz")
        with self._changed:
            lane = self._lanes.get(audio.id)
            if lane is None:
                return
            was_complete = lane.complete
            taken = lane.offer(audio, self._settings.max_behind_s)
            self._wake(lane)
        if was_complete and not taken:
            self._tell_left_out(lane)

    def finish(self, transmission: str, at: float) -> None:
        """The transmission is over; its last words and its SpeechEnded will come."""
        with self._changed:
            lane = self._lanes.get(transmission)
            if lane is not None:
                lane.at = at
                lane.finished = True
                self._wake(lane)

    @property
    def busy_s(self) -> float:
        """How long a worker has had its piece of sound, the one that has had it for the longest time."""
        with self._changed:
            return time.monotonic() - min(self._at_work_since.values(), default=time.monotonic())

    def close(self) -> None:
        """Every transmission has ended; takes less than a second, what is not recognised by then is lost."""
        with self._changed:
            self._closing = True
            self._typist.close()
            for lane in self._lanes.values():
                lane.finished = True
                self._wake(lane)
            self._changed.notify_all()
        deadline = time.monotonic() + _CLOSE_S
        for worker in self._workers:
            if worker.ident is not None:
                worker.join(max(0.0, deadline - time.monotonic()))
        with self._changed:
            self._ready.clear()
            left = list(self._lanes.values())
            self._lanes.clear()
        for lane in left:
            self._emit(SpeechEnded(lane.channel, lane.at, lane.transmission, complete=False))

    def _wake(self, lane: Lane) -> None:
        """The lane stands in the workers' queue if there is something to do; the lock is held."""
        if lane.has_work and not lane.in_work and lane.transmission in self._lanes:
            lane.in_work = True
            self._ready.append(lane)
            self._changed.notify()

    def _tell(self, change: Callable[[float], Health | None]) -> None:
        """Notes a change of condition and publishes it; in the same order in all threads."""
        with self._telling:
            health = change(self._clock())
            if health is not None:
                self._emit(health)

    def _tell_left_out(self, lane: Lane) -> None:
        left_out = f"sound of channel {lane.channel} is left out"
        if lane.finished:
            left_out = f"{lane.left_out_s:.1f} s of channel {lane.channel} were left out"
        why = (
            f"{left_out}: the recogniser was more than {self._settings.max_behind_s:g} s behind; "
            "use a smaller model or a faster machine, or let fewer channels recognise speech"
        )
        log.warning("%s", why)
        self._tell(lambda at: lane.language.health.trouble(at, lane.number, Condition.DEGRADED, why))

    def _load_models(self) -> None:
        for language in self._languages.values():
            model, why = None, ""
            try:
                with one_at_a_time(self._state_dir):
                    model = self._loaded(language)
            except RadiobridgeError as error:
                why = str(error)
            except Exception as error:  # the top of a thread: whatever it is, it must be said
                log.exception("the speech model of %s", language.name)
                why = f"the model does not load: {error!r}"
            if self._closing:
                return
            if model:
                self._listen(language, model)
            else:
                self._give_up(language, why)

    def _loaded(self, language: SpokenLanguage) -> SpeechModel:
        """The best model that loads. Raises ModelError: none does."""
        specs, failed = list(self._settings.models[language.name]), []
        while specs:
            choice = choose_model(specs, self._state_dir)
            try:
                model = SpeechModel.load(choice.folder, language.name)
            except ModelError as error:
                log.warning("speech/%s: %s: %s", language.name, choice.spec, error)
                failed.append(f"{choice.spec} does not load ({error})")
                specs.remove(choice.spec)
                continue
            used_instead = f"; {choice.spec} is used instead" if failed and not choice.why else ""
            why = "; ".join(filter(None, [*failed, choice.why])) + used_instead
            language.health.chosen(why)
            log.info("speech/%s: %s %s", language.name, choice.spec, why)
            return model
        raise ModelError("; ".join(failed))

    def _give_up(self, language: SpokenLanguage, why: str) -> None:
        log.error("no speech in %s: %s", language.name, why)
        with self._changed:
            language.failed = True
            for lane in self._lanes.values():
                if lane.language is language:
                    lane.give_up()
                    self._wake(lane)
        self._tell(lambda at: language.health.failed(at, why))

    def _listen(self, language: SpokenLanguage, model: SpeechModel) -> None:
        with self._changed:
            language.listening = Listening(model, self._book, model.grammar(self._book))
            for lane in self._lanes.values():
                self._wake(lane)
        self._tell(lambda at: language.health.loaded(at, language.unheard))

    def _serve(self) -> None:
        while (lane := self._next_lane()) is not None:
            try:
                self._work(lane)
            except Exception as error:  # the top of a thread: one transmission must not end the others
                log.exception("recognition on channel %s", lane.channel)
                self._fail(lane, error)
            with self._changed:
                del self._at_work_since[lane.number]
                lane.in_work = False
                self._wake(lane)

    def _next_lane(self) -> Lane | None:
        with self._changed:
            while not self._ready:
                if self._closing:
                    return None
                self._changed.wait()
            lane = self._ready.popleft()
            self._at_work_since[lane.number] = time.monotonic()
            return lane

    def _work(self, lane: Lane) -> None:
        with self._changed:
            piece, is_last = lane.take_piece()
        listening = lane.language.listening
        if listening and not lane.broken:
            if lane.recognition is None:
                lane.recognition = listening.model.recognise(
                    lane.channel, lane.transmission, listening.book, listening.grammar
                )
            if self._is_read_again(listening):
                lane.kept += piece
            for audio in piece:
                self._emit_of(lane, lane.recognition.feed(audio.samples, audio.at))
            if is_last:
                self._emit_of(lane, lane.recognition.finish())
        if is_last:
            self._end(lane)

    def _is_read_again(self, listening: Listening) -> bool:
        """Its transmissions get a transcript; one that was decoded freely only by a second opinion."""
        wanted = listening.grammar.lines or self._settings.second_opinion
        return self._settings.transcripts and bool(wanted)

    def _emit_of(self, lane: Lane, events: Iterable[SpeechEvent]) -> None:
        for event in events:
            with self._changed:
                is_live = lane.transmission in self._lanes
            if is_live:
                if isinstance(event, PhraseHeard):
                    lane.raised.add(event.meaning)
                self._emit(event)

    def _fail(self, lane: Lane, error: Exception) -> None:
        with self._changed:
            lane.give_up()
        why = f"recognition failed on channel {lane.channel}: {error!r}; the log has the details"
        self._tell(lambda at: lane.language.health.trouble(at, lane.number, Condition.FAILED, why))

    def _end(self, lane: Lane) -> None:
        with self._changed:
            if self._lanes.pop(lane.transmission, None) is None:
                return
        lane.recognition = None
        if lane.complete:
            self._tell(lambda at: lane.language.health.recognised(at, lane.number))
        elif lane.left_out_s and not lane.broken:
            self._tell_left_out(lane)
        self._emit(SpeechEnded(lane.channel, lane.at, lane.transmission, lane.complete))
        if lane.kept and lane.language.listening:
            self._transcribe_later(lane, lane.language.listening)

    def _transcribe_later(self, lane: Lane, listening: Listening) -> None:
        alerts = frozenset(lane.raised)
        wanted = Transcription(lane.channel, lane.transmission, listening, tuple(lane.kept), alerts)
        if given_up := self._typist.put(wanted):
            channels = ", ".join(sorted({each.channel for each in given_up}))
            why = (
                f"no time to transcribe what was said on {channels}: phrases are heard all the same; use a "
                "smaller model or a faster machine, or set transcripts = false"
            )
            self._tell(lambda at: lane.language.health.trouble(at, lane.number, Condition.DEGRADED, why))
