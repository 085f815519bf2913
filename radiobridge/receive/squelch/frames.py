"""What the sources of a squelch are fed with, and what they answer: all in frames of 10 ms."""

from __future__ import annotations

from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from radiobridge.events import Samples

FRAME_S = 0.01
"""Everything is measured and decided over this time."""

SQUELCH_RATE_HZ = 16000
"""Rate of the sound that a squelch takes."""

Heard: TypeAlias = NDArray[np.bool_]
"""For each frame, whether it holds what is listened for."""


class SoundSource(Protocol):
    """A source that listens to the sound: all of it, without a gap, for as long as the channel lives.

    Its answers must not depend on how many frames it is fed at once. It has no hang time of its own.
    """

    def feed(self, sound: Samples) -> Heard:
        """What is heard in whole frames: float32 mono, at 16 kHz for `noise`, at 8 kHz for the others."""
