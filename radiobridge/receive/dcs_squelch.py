"""A squelch that opens on one DCS code, for sound that never stops.

Strategy. Closed, the last one and a quarter words of soft bits (`dcs_words`) are compared with the code in
every turn; where they are like it, with all other codes too (`dcs_search`). Open, the turn is known and goes
on with the clock: what the last two thirds of a word have of it tells within some tens of ms that the code
has gone, and the turn-off tone, of which no word has anything, that the radio is about to leave the air. What
opens it is stricter than what keeps it open: at its threshold it does not flap.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from radiobridge.events import Samples
from radiobridge.receive.dcs_search import LEAST_SHARE, likeliest
from radiobridge.receive.dcs_words import PHASES, BitTimes, DcsSound, Matrix, shapes
from radiobridge.receive.subaudible import FAINTEST, FRAME_S, RATE_HZ, hann, whole_frames
from radiobridge.signalling.dcs import BITS_PER_S, TURN_OFF_HZ, WORD_BITS, as_normal

_STEP_FRAMES = 2
"""It listens every so many frames; in between it says what it said last."""
_STEP_S = _STEP_FRAMES * FRAME_S
_TURNS = WORD_BITS * PHASES
"""All turns of a word that are told apart."""
_STEP_TURNS = _STEP_S * BITS_PER_S * PHASES

_OPENS_EVERY = 2
"""Steps from one search to the next."""
_OPEN_BITS, _OPEN_LIKENESS = 28, 0.85
"""The least correlation of all soft bits with the code. In 4 hours of speech nothing that had its share was
more than 0.9 like any of 104 codes, over only 23 bits."""
_LIKELIEST = 0.8
"""The same for one word, which must be more like this code than any other."""

_HELD_BITS = 16
_GONE, _GONE_STEPS = 0.4, 3
"""The code is gone when on average over so many steps less than this of it is there."""
_NEAR = (0.5, 1.6)
_FOLLOWS = 0.05
"""The level that is expected follows one that is so near, by this share each step."""
_PULLS = 0.25
"""Share of a timing error that is put right each step: 0.3 % of clock are 0.06 turns a step."""
_TURN_OFF = round(0.05 * RATE_HZ)
_TURN_OFF_POWER, _TURN_OFF_NOISE, _TURN_OFF_CODE, _TURN_OFF_STEPS = 0.25, 8.0, 0.85, 2
"""Power of the turn-off tone over that of the code (a sine of the code's height has 0.5) and over what was at
its frequency before, and how much of the code may be left, for so many steps."""
_TURN_OFF_FORGETS = 0.1
"""Share of each step in what there was."""
_LOCKED_OUT_STEPS = 12
"""After it has closed: as long as what opened it may still be among the bits that open it."""


class DcsSquelch:
    """Whether the code is there, frame by frame; the states do not depend on how the frames are fed.

    Raises:
        ValueError: `code` (`023N`, `023I`) is none of the table; the message names those like it.
    """

    def __init__(self, code: str) -> None:
        self._code = as_normal(code).removesuffix("N")
        word = shapes([self._code])[:, 0, 0]
        self._opening = _Pattern(word, _OPEN_BITS)
        self._held = _Pattern(word, _HELD_BITS)
        self._one_word = BitTimes(WORD_BITS)
        self._sound = DcsSound(self._opening.times.frames, _STEP_S)
        self._turn_off = np.exp(-2j * np.pi * TURN_OFF_HZ * np.arange(_TURN_OFF) / RATE_HZ)
        self._turn_off = (self._turn_off * hann(_TURN_OFF)).astype(np.complex64)
        self._frames = 0
        self._steps = self._closed_until = 0
        self._lock: _Lock | None = None

    def feed(self, sound: Samples) -> NDArray[np.bool_]:
        """The state after each frame of 10 ms of sound at 8 kHz (float32, mono).

        Raises:
            ValueError: the sound is no whole number of frames.
        """
        count = whole_frames(sound)
        states = [self._lock is not None]
        for _ in self._sound.steps(sound):
            self._listen()
            states.append(self._lock is not None)
        frames = self._frames % _STEP_FRAMES + np.arange(1, count + 1)
        self._frames += count
        return np.array(states, np.bool_)[frames // _STEP_FRAMES]

    def _listen(self) -> None:
        """One more step."""
        self._steps += 1
        if self._lock is None:
            self._lock = self._found()
            return
        amplitudes = self._held.amplitudes(self._sound.heard, self._lock.corner)
        self._lock.follow(amplitudes, self._turn_off_power())
        if self._lock.is_gone or self._lock.is_turned_off:
            self._lock = None
            self._closed_until = self._steps + _LOCKED_OUT_STEPS

    def _found(self) -> _Lock | None:
        if self._steps % _OPENS_EVERY or self._steps < self._closed_until:
            return None
        heard = self._sound.heard
        power = self._sound.power(self._opening.times.frames)
        lock = self._opening.found(heard, power) if power > FAINTEST else None
        if lock:
            code = likeliest(self._one_word.of(heard), _LIKELIEST, power)
            if code and code.code == self._code:
                return lock
        return None

    def _turn_off_power(self) -> float:
        """That of the turn-off tone as it was sent: the band passes half of its amplitude."""
        arrow = complex(self._sound.band[-_TURN_OFF:] @ self._turn_off)
        return 2 * (2 * abs(arrow)) ** 2


class _Pattern:
    """The word as some last bits of sound, in all turns and in the shapes that couplings leave (3, 23)."""

    def __init__(self, word: Matrix, bits: int) -> None:
        self.times = BitTimes(bits)
        turns = (np.arange(WORD_BITS)[:, None] + np.arange(1 - bits, 1)) % WORD_BITS
        rows = word[:, turns]
        rows = rows - rows.mean(axis=2, keepdims=True)
        self._lengths = np.sqrt(np.square(rows).sum(axis=2))
        self._rows = np.ascontiguousarray((rows / self._lengths[:, :, None]).reshape(-1, bits).T)

    def amplitudes(self, heard: Samples, corner: int) -> Matrix:
        """How much of the word, sent as -1 and 1, is there in one shape: (`PHASES`, turn of the last bit)."""
        rows = self._rows[:, corner * WORD_BITS : (corner + 1) * WORD_BITS]
        amplitudes: Matrix = self.times.of(heard) @ rows / self._lengths[corner]
        return amplitudes

    def found(self, heard: Samples, power: float) -> _Lock | None:
        """The turn in which the bits are like the word, if they are like it enough."""
        soft = self.times.of(heard)
        bits = soft.shape[1]
        along = soft @ self._rows
        whole = np.einsum("ij,ij->i", soft, soft) - np.square(soft.sum(axis=1)) / bits
        most = along.max(axis=1)
        phase = int((most / np.sqrt(whole + FAINTEST)).argmax())
        best = float(most[phase])
        needed = max(_OPEN_LIKENESS**2 * float(whole[phase]), LEAST_SHARE * bits * power)
        if best < 0 or best**2 < needed:
            return None
        corner, turn = divmod(int(along[phase].argmax()), WORD_BITS)
        return _Lock(corner, turn * PHASES + phase, best / float(self._lengths[corner, turn]))


class _Lock:
    """The word that is being followed: in which shape and turn (in `PHASES` of a bit), and how strong."""

    def __init__(self, corner: int, turn: float, level: float) -> None:
        self.corner = corner
        self._turn = turn
        self._level = level
        self._there = deque([1.0] * _GONE_STEPS, _GONE_STEPS)
        self._turn_off_noise = _TURN_OFF_POWER / _TURN_OFF_NOISE * level**2
        self._turned_off = 0

    def follow(self, amplitudes: Matrix, turn_off_power: float) -> None:
        """One more step: how much of the word there is in each turn, and the power of the turn-off tone."""
        self._turn += _STEP_TURNS
        near = [(round(self._turn) + off) % _TURNS for off in (-1, 0, 1)]
        found = [float(amplitudes[turn % PHASES, turn // PHASES]) for turn in near]
        best = max(range(len(near)), key=found.__getitem__)
        there = found[1] / self._level
        if _NEAR[0] < there < _NEAR[1]:
            self._turn += _PULLS * (best - 1)
            self._level *= 1 + _FOLLOWS * (there - 1)
        self._there.append(there)
        is_off = (
            turn_off_power > max(_TURN_OFF_POWER * self._level**2, _TURN_OFF_NOISE * self._turn_off_noise)
            and there < _TURN_OFF_CODE
        )
        self._turned_off = self._turned_off + 1 if is_off else 0
        if not is_off:
            self._turn_off_noise += _TURN_OFF_FORGETS * (turn_off_power - self._turn_off_noise)

    @property
    def is_gone(self) -> bool:
        """True when the word is no longer there."""
        return sum(self._there) < _GONE * _GONE_STEPS

    @property
    def is_turned_off(self) -> bool:
        """True when the turn-off tone has come in its place."""
        return self._turned_off >= _TURN_OFF_STEPS
