"""Sound, and the transmissions that it is cut into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Samples: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class AudioBlock:
    """Sound as a driver delivers it.

    `samples`: float32, shape (frames,), mono, full scale is -1 to 1. `at`: when the first sample
    was taken, as well as the driver knows. `lost_frames`: how many the device dropped before it.
    """

    samples: Samples
    rate_hz: int
    at: float
    lost_frames: int = 0


@dataclass(frozen=True, slots=True)
class TransmissionStarted:
    """The squelch opened; `id` (ULID) names the transmission and the call-in it may become.

    `recording` is the file that will hold its sound, empty where it is not recorded.
    """

    channel: str
    at: float
    id: str
    recording: str = ""


@dataclass(frozen=True, slots=True)
class TransmissionAudio:
    """Sound of the open transmission, pre-roll included: float32 mono at the chain's rate."""

    channel: str
    at: float
    id: str
    samples: Samples
    rate_hz: int


@dataclass(frozen=True, slots=True)
class TransmissionEnded:
    """The squelch closed, or the transmission was cut at its greatest length (`cut`)."""

    channel: str
    at: float
    id: str
    started_at: float
    duration_s: float
    peak_dbfs: float
    level_dbfs: float
    cut: bool = False
    recording: str = ""
