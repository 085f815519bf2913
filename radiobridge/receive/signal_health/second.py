"""A second of a channel's sound, as the driver brought it, in frames of 20 ms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from radiobridge.events import Samples

FRAME_S = 0.02
FRAMES = 50
_QUIETEST = 10

Powers = NDArray[np.float32]


def frames_in_a_second(rate_hz: int) -> int:
    """Samples of a `Second` at `rate_hz`: so many that its frames are equally long."""
    return round(rate_hz * FRAME_S) * FRAMES


class Second:
    """`frames` has the shape (50, samples); full scale is -1 to 1, and nothing in it is beyond."""

    def __init__(self, samples: Samples, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        lowest, highest = samples.min(), samples.max()
        if not (lowest >= -1 and highest <= 1):
            samples = np.clip(np.nan_to_num(samples, nan=0.0), -1, 1)
            lowest, highest = samples.min(), samples.max()
        self.is_constant = bool(lowest == highest)
        self.samples = samples
        self.frames = samples.reshape(FRAMES, -1)
        self.powers: Powers = np.einsum("ij,ij->i", self.frames, self.frames) / self.frames.shape[1]
        """Mean square of each frame, the offset included: what the squelch sees."""
        order = self.powers.argsort()
        self.typical_power = float(self.powers[order[FRAMES // 2]])
        self.offset = float(self.frames[order[:_QUIETEST]].mean())
        """Mean of the quietest frames: that of voices, and of what is clipped, is not zero either."""
