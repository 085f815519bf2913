"""A squelch that opens on one CTCSS tone, for sound that never stops.

Strategy. Closed, it takes looks (`ctcss_look`) at a fifth of a second, and at half a second for tones in
noise, whenever the tone stands out of what is beside it; that costs next to nothing otherwise. Open, it
follows the tone's phase, which a look has found: that tells within some tens of ms that the tone has gone,
and by the phase itself that the radio is about to leave the air (reverse burst). What opens it is stricter
than what keeps it open: at its threshold it does not flap.
"""

from __future__ import annotations

from cmath import phase
from collections import deque

import numpy as np
from numpy.typing import NDArray

from radiobridge.events import Samples
from radiobridge.receive.ctcss_look import MAX_OFFSET, HeardTone, Look
from radiobridge.receive.subaudible import FAINTEST, FRAME_S, RATE_HZ, SubaudibleSound, hann, whole_frames
from radiobridge.signalling.ctcss import standard_tone

_SHORT = Look(0.2, most_other_db=-10, most_unsteady_db=-20)
_LONG = Look(0.5, most_other_db=-10, most_unsteady_db=-19)
_SHORT_EVERY, _LONG_EVERY = 2, 8
"""Frames from one look to the next."""

_BESIDE_HZ = 12.0
"""Just outside the main lobe of the short look."""
_STANDS_OUT = 6.0
"""How much more power than there the tone must have to be worth a look."""

_ROUGH_HZ = 0.3
"""How well the frequency is known before a look: what keeps it from looking at a neighbour all the time."""

_ARROW = round(0.04 * RATE_HZ)
"""The phase is that of the last 40 ms."""
_FIRST_ARROW = round(0.15 * RATE_HZ)
_FOLLOWS = 0.08
"""Share of each frame in the arrow that is expected: it follows a tone that is 0.3 Hz off by 12 degrees."""
_NEAR = (0.5, 1.6)
"""Only a frame whose arrow lies so far along the expected one is followed."""
_GONE = 0.4
_GONE_FRAMES, _DROWNED_FRAMES = 10, 25
"""The tone is gone when on average over so many frames less than this of the expected arrow is there."""
_DROWNED = 2.0
"""With more than this much of the tone's power at its frequency, something else is there; then it takes
longer to say whether the tone is."""
_TURNED, _TURNED_LENGTH, _TURNED_FRAMES = -0.25, (0.5, 1.6), 3
"""A phase turned by 120 to 240 degrees leaves -0.5 to -1 of the expected arrow, as long as before, for
this many frames."""
_TURNED_SPREAD = 0.5
"""How far these may be apart."""
_LOCKED_OUT_FRAMES = 30
"""After a reverse burst (at most 200 ms), the rest of which is a tone too."""


class CtcssSquelch:
    """Whether the tone is there, frame by frame; the states do not depend on how the frames are fed.

    Raises:
        ValueError: `hz` is no tone of the table; the message names the nearest.
    """

    def __init__(self, hz: float) -> None:
        self._tone_hz = standard_tone(hz)
        self._sound = SubaudibleSound(_LONG.seconds, FRAME_S)
        self._probes = _probes(self._tone_hz)
        self._most_turn = np.pi * _SHORT.seconds * (MAX_OFFSET * self._tone_hz + _ROUGH_HZ)
        self._frames = 0
        self._closed_until = 0
        self._lock: _Lock | None = None

    def feed(self, sound: Samples) -> NDArray[np.bool_]:
        """The state after each frame of 10 ms of sound at 8 kHz (float32, mono).

        Raises:
            ValueError: the sound is no whole number of frames.
        """
        states = np.empty(whole_frames(sound), np.bool_)
        for frame, kept in enumerate(self._sound.steps(sound)):
            states[frame] = self._is_open(kept)
        return states

    def _is_open(self, kept: Samples) -> bool:
        self._frames += 1
        if self._lock is None:
            tone = self._look(kept)
            if tone:
                self._lock = _Lock(tone.hz, kept, self._sound.made)
        else:
            self._lock.follow(kept, self._sound.made)
            if self._lock.is_turned or self._lock.is_gone:
                if self._lock.is_backwards:
                    self._closed_until = self._frames + _LOCKED_OUT_FRAMES
                self._lock = None
        return self._lock is not None

    def _look(self, kept: Samples) -> HeardTone | None:
        if self._frames % _SHORT_EVERY or self._frames < self._closed_until:
            return None
        tone, below, above, early, late = (self._probes @ kept[-_SHORT.frames :]).tolist()
        power = abs(tone) ** 2
        if power < FAINTEST or power < _STANDS_OUT * max(abs(below), abs(above)) ** 2:
            return None
        if abs(phase(late * early.conjugate())) > self._most_turn:
            return None
        looks = (_SHORT,) if self._frames % _LONG_EVERY else (_SHORT, _LONG)
        for look in looks:
            heard = look.at(kept, FAINTEST)
            if heard and heard.tone_hz == self._tone_hz:
                return heard
        return None


class _Lock:
    """A tone that is being followed.

    In 40 ms of sound a tone is an arrow; turned back by the time that has gone by, it stays where it is.
    """

    def __init__(self, hz: float, kept: Samples, made: int) -> None:
        self._hz = hz
        self._kernel = _kernel(hz, _ARROW)
        self._expected = self._arrow(_kernel(hz, _FIRST_ARROW), kept, made)
        self._arrows = deque([1 + 0j] * _DROWNED_FRAMES, _DROWNED_FRAMES)
        """Those of the last frames, seen from the expected one: 1 when all is well."""

    def _arrow(self, kernel: NDArray[np.complex64], kept: Samples, made: int) -> complex:
        begin_s = (made - len(kernel)) / RATE_HZ
        turns = self._hz * begin_s % 1
        return complex(kept[-len(kernel) :] @ kernel) * complex(np.exp(-2j * np.pi * turns))

    def follow(self, kept: Samples, made: int) -> None:
        """One more frame."""
        arrow = self._arrow(self._kernel, kept, made)
        seen = arrow / self._expected
        self._arrows.append(seen)
        if _NEAR[0] < seen.real < _NEAR[1] and abs(seen.imag) < seen.real:
            self._expected += _FOLLOWS * (arrow - self._expected)

    @property
    def is_gone(self) -> bool:
        """True when the tone is no longer there."""
        arrows = list(self._arrows)
        last = arrows[-_GONE_FRAMES:]
        if sum(abs(arrow) ** 2 for arrow in last) < _DROWNED * len(last):
            arrows = last
        return sum(arrow.real for arrow in arrows) < _GONE * len(arrows)

    @property
    def is_backwards(self) -> bool:
        """True when its last phase was turned round."""
        return self._arrows[-1].real < _TURNED

    @property
    def is_turned(self) -> bool:
        """True when its phase stays turned round: a reverse burst."""
        last = list(self._arrows)[-_TURNED_FRAMES:]
        return all(
            arrow.real < _TURNED
            and _TURNED_LENGTH[0] < abs(arrow) < _TURNED_LENGTH[1]
            and abs(arrow - last[0]) < _TURNED_SPREAD
            for arrow in last
        )


def _kernel(hz: float, frames: int) -> NDArray[np.complex64]:
    """What turns so many frames into the arrow of a tone: 1 long for a sine with an RMS of 1."""
    turned = np.exp(-2j * np.pi * hz * np.arange(frames) / RATE_HZ)
    return np.asarray(np.sqrt(2) * hann(frames) * turned, np.complex64)


def _probes(hz: float) -> NDArray[np.complex64]:
    """Kernels of the tone, of what is below and above it, and of its two halves: shape (5, frames)."""
    whole = [_kernel(hz + off, _SHORT.frames) for off in (0.0, -_BESIDE_HZ, _BESIDE_HZ)]
    half = _SHORT.frames // 2
    early, late = np.zeros((2, _SHORT.frames), np.complex64)
    early[:half] = _kernel(hz, half)
    late[half:] = early[:half] * np.exp(-1j * np.pi * hz * _SHORT.seconds)
    return np.array([*whole, early, late])
