"""Second thoughts: transmissions that were heard with a grammar are decoded freely when there is time.

The call-in that matters first, others in their order; what the machine cannot carry is left out. A transcript
bears out the phrases that were heard, or does not, and may hold one that the grammar missed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Condition

from radiobridge.events import PhraseHeard, Transcript, TransmissionAudio, Words
from radiobridge.speech.lanes import Listening
from radiobridge.speech.recognition import RATE_HZ, SpeechEvent
from radiobridge.speech.text import written

MOST_WAITING_S = 120.0
"""So much sound may wait to be transcribed."""


@dataclass(frozen=True, slots=True)
class Transcription:
    """A transmission that is to be decoded freely. `alerts`: the types that its phrases raised."""

    channel: str
    transmission: str
    listening: Listening
    sound: tuple[TransmissionAudio, ...]
    alerts: frozenset[str]

    @property
    def seconds(self) -> float:
        """How long its sound is."""
        return sum(len(audio.samples) for audio in self.sound) / RATE_HZ


class TranscriptQueue:
    """What waits; filled and emptied from several threads."""

    def __init__(self, most_s: float = MOST_WAITING_S) -> None:
        self._most_s = most_s
        self._first: deque[Transcription] = deque()
        self._others: deque[Transcription] = deque()
        self._changed = Condition()
        self._closed = False

    def put(self, wanted: Transcription) -> list[Transcription]:
        """It waits for its turn; what is given up for it, the oldest that raised nothing first."""
        with self._changed:
            (self._first if wanted.alerts else self._others).append(wanted)
            given_up = []
            while self._waiting_s > self._most_s:
                given_up.append((self._others or self._first).popleft())
            self._changed.notify()
        return given_up

    def next(self) -> Transcription | None:
        """The next one, as soon as there is one; None when nothing more will come."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._first or self._others)
            if self._closed:
                return None
            return (self._first or self._others).popleft()

    def close(self) -> None:
        """Nothing more is handed out."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def _waiting_s(self) -> float:
        return sum(each.seconds for each in (*self._first, *self._others))


SUPPORTS, DOUBTS = 0.6, 0.35
"""Of a phrase's tokens so many are in the transcript, or no more: between the two it says nothing of it."""


def decoded_freely(wanted: Transcription) -> list[SpeechEvent]:
    """What the model of the language makes of the transmission without a grammar."""
    model, book = wanted.listening.model, wanted.listening.book
    recognition = model.transcribe(wanted.channel, wanted.transmission, book)
    heard = [event for audio in wanted.sound for event in recognition.feed(audio.samples, audio.at)]
    return [*heard, *recognition.finish()]


def transcript(
    wanted: Transcription, heard: Sequence[SpeechEvent], by: str = "vosk"
) -> list[PhraseHeard | Transcript]:
    """What the events of a second recognition tell of the transmission; none where it makes nothing of it.

    A phrase that the grammar has missed comes first.
    """
    language, book = wanted.listening.model.language, wanted.listening.book
    utterances = [event for event in heard if isinstance(event, Words)]
    if not utterances:
        return []
    words = tuple(word for utterance in utterances for word in utterance.words)
    present = {alert: book.presence(language, alert, words) for alert in wanted.alerts}
    missed = [e for e in heard if isinstance(e, PhraseHeard) and e.meaning not in wanted.alerts]
    return [
        *missed[:1],
        Transcript(
            channel=wanted.channel,
            at=utterances[-1].at,
            id=wanted.transmission,
            language=language,
            text=written(word.text for word in words),
            words=words,
            by=by,
            supports=frozenset(alert for alert, share in present.items() if share >= SUPPORTS),
            doubts=frozenset(alert for alert, share in present.items() if share <= DOUBTS),
        ),
    ]
