"""From what is to be said to what is sent: texts become speech, specifications become tones, in their turn.

Speech takes its time, so it is made in threads of its own, the most urgent first, and never stands before an
alert. What cannot be spoken is told, and what was asked for beside it is sent all the same.
"""

from __future__ import annotations

import itertools
import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from radiobridge.errors import DeviceLost, MissingPart, VoiceError
from radiobridge.events import Announcement, AnnouncementEnded, Condition, Health, Outcome, Samples
from radiobridge.ports import Spoken, Voice, load_voice
from radiobridge.resample import resampled
from radiobridge.settings import TransmitSettings, VoiceSettings
from radiobridge.transmit.spelled import tones_of
from radiobridge.transmitter import SEND_HZ, SendingEvent, Transmitter
from radiobridge.voice import VoiceCache, levelled, spoken_text

log = logging.getLogger(__name__)

_BETWEEN_S = 0.25
"""Quiet between tones and words, and between two languages."""
_THREADS = 2
"""One may be rendering a long bulletin while the other has an answer ready."""
_PART = "voice"
_MOST_WITHDRAWN = 1000
"""So many may be under way; the oldest is over by then."""


class _Job(NamedTuple):
    """Sorted by urgency, then by age."""

    order: tuple[int, int]
    announcement: Announcement


class Announcements:
    """The sending of all channels. `send` may be called from any thread, `emit` is called from several."""

    def __init__(
        self,
        settings: VoiceSettings,
        folder: Path,
        transmitters: Mapping[str, tuple[Transmitter, TransmitSettings]],
        emit: Callable[[SendingEvent], None],
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._transmitters = transmitters
        self._emit = emit
        self._jobs: queue.PriorityQueue[_Job | tuple[tuple[int, int], None]] = queue.PriorityQueue()
        self._count = itertools.count()
        self._rendering = threading.Lock()
        self._voice: Voice | None = None
        self._cache: VoiceCache | None = None
        self._trouble = ""
        self._withdrawn: dict[str, None] = {}
        self._threads = [
            threading.Thread(target=self._run, name=f"announcements-{n}", daemon=True)
            for n in range(_THREADS)
        ]

    def start(self) -> None:
        """What is asked for is made and handed to its channel."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Nothing more is made."""
        for _ in self._threads:
            self._jobs.put(((-99, next(self._count)), None))

    @property
    def channels(self) -> list[str]:
        """The channels that can send."""
        return [*self._transmitters]

    def send(self, announcement: Announcement) -> None:
        """The announcement will be sent on its channel, or its end tells why not."""
        order = (-announcement.priority.rank, next(self._count))
        self._jobs.put(_Job(order, announcement))

    def withdraw(self, channel: str, announcement: str) -> None:
        """The announcement is not sent, unless it is on the air already."""
        self._withdrawn[announcement] = None
        while len(self._withdrawn) > _MOST_WITHDRAWN:
            del self._withdrawn[next(iter(self._withdrawn))]
        if found := self._transmitters.get(channel):
            found[0].withdraw(announcement)

    def _run(self) -> None:
        self._identify()
        while True:
            _, announcement = self._jobs.get()
            if announcement is None:
                return
            try:
                self._make(announcement)
            except Exception as error:
                log.exception("announcement %s: fault in making it", announcement.id)
                self._failed(announcement, f"fault in making it: {error!r}")

    def _identify(self) -> None:
        """The channels know how they say who they are; done by whichever thread comes first."""
        with self._rendering:
            if self._voice is not None or self._trouble:
                return
            self._open_voice()
        for transmitter, settings in self._transmitters.values():
            if settings.identify:
                try:
                    sound = self._sound(settings, [settings.identify.tones], settings.identify.text, "")
                except (VoiceError, ValueError) as error:
                    self._tell(f"identify: {error}")
                else:
                    transmitter.identify_by(sound)

    def _open_voice(self) -> None:
        try:
            driver = load_voice(self._settings.driver)
            voice = driver(driver.Settings.model_validate(self._settings.options))
            voice.open()
        except (LookupError, MissingPart, DeviceLost) as error:
            self._tell(str(error.args[0]))
            return
        self._voice = voice
        self._cache = VoiceCache(self._folder, voice, self._settings.max_mb, self._tell)
        self._emit(Health(_PART, time.time(), Condition.OK))

    def _make(self, announcement: Announcement) -> None:
        found = self._transmitters.get(announcement.channel)
        if found is None:
            self._failed(announcement, f"channel {announcement.channel!r} has no output", Outcome.REFUSED)
            return
        transmitter, settings = found
        try:
            tones = [*announcement.selcalls, announcement.tones]
            sound = self._sound(settings, tones, announcement.text, announcement.language)
        except (VoiceError, ValueError) as error:
            self._tell(str(error))
            self._failed(announcement, str(error))
            return
        transmitter.offer(announcement, sound)
        if announcement.id in self._withdrawn:  # while its speech was made
            transmitter.withdraw(announcement.id)

    def _sound(
        self, settings: TransmitSettings, tones: Sequence[str], text: Mapping[str, str], language: str
    ) -> Samples:
        """Tones, then words, at `SEND_HZ`. Raises VoiceError or ValueError where nothing is left to send."""
        parts = [tones_of(spec, SEND_HZ, settings.level_dbfs) for spec in tones if spec]
        for tag in _spoken_languages(settings, text, language):
            try:
                parts.append(self._speech(text[tag], tag, settings.level_dbfs))
            except VoiceError as error:
                if not parts:
                    raise
                self._tell(str(error))
        quiet = np.zeros(round(_BETWEEN_S * SEND_HZ), np.float32)
        joined = [piece for part in parts for piece in (quiet, part)]
        return np.concatenate(joined[1:]) if joined else quiet

    def _speech(self, text: str, language: str, level_dbfs: float) -> Samples:
        words = spoken_text(text, language, self._settings.style)
        spoken = self._cache.kept(words, language) if self._cache else None
        if spoken is None:
            spoken = self._rendered(words, language)
        return levelled(resampled(spoken.samples, spoken.rate_hz, SEND_HZ), SEND_HZ, level_dbfs)

    def _rendered(self, words: str, language: str) -> Spoken:
        with self._rendering:
            if self._cache is None:
                self._open_voice()
            if self._cache is None:
                raise VoiceError(f"there is no voice: {self._trouble}")
            spoken = self._cache.spoken(words, language)
        if self._trouble:
            self._trouble = ""
            self._emit(Health(_PART, time.time(), Condition.OK))
        return spoken

    def _failed(self, announcement: Announcement, why: str, outcome: Outcome = Outcome.FAILED) -> None:
        self._emit(
            AnnouncementEnded(
                announcement.id, announcement.channel, time.time(), outcome, why=why, cause=announcement.cause
            )
        )

    def _tell(self, why: str) -> None:
        if why != self._trouble:
            self._trouble = why
            log.error("voice: %s", why)
            self._emit(Health(_PART, time.time(), Condition.DEGRADED, why))


def _spoken_languages(settings: TransmitSettings, text: Mapping[str, str], language: str) -> list[str]:
    """What is spoken of `text`: the channel's languages in their order, or the caller's, or the first."""
    wanted = [tag for tag in settings.languages if tag in text]
    if not wanted and language in text:
        wanted = [language]
    return wanted or [*text][:1]
