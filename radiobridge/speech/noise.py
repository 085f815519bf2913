"""Steady noise under a voice, made quieter block by block. Sans-IO.

The noise of each frequency is what never goes away for a second and a half (minimum statistics); each is
lowered by how little of it is voice (the Wiener gain, decision-directed). Sources: Martin, "Noise power
spectral density estimation based on optimal smoothing and minimum statistics", IEEE Trans. SAP 9 (2001);
Ephraim and Malah, "Speech enhancement using a MMSE short-time spectral amplitude estimator", IEEE Trans. ASSP
32 (1984).
"""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radiobridge.events import Samples

HOP = 128
"""8 ms at 16 kHz: blocks are a multiple of it."""
_WINDOW = 4 * HOP
_SMOOTHED = 0.88
"""Of the power a frame before: over some 0.13 s."""
_CHUNK_FRAMES, _CHUNKS = 12, 16
_BIAS = 1.6
"""The least of a noise is less than its mean, by about so much when it is smoothed so."""
_BELIEF = 0.92
"""How much of the last frame's voice is believed to be there still (Ephraim and Malah: 0.98)."""
_LEAST_GAIN = 0.4
"""More would make the voice sound under water, to recognisers as to people."""


class NoiseReduction:
    """One voice; as much comes out as goes in, 24 ms later."""

    def __init__(self) -> None:
        self._window = np.sqrt(np.hanning(_WINDOW + 1)[:-1])
        self._before = np.zeros(_WINDOW - HOP)
        self._overlap = np.zeros(_WINDOW)
        self._power: NDArray[Any] = np.zeros(_WINDOW // 2 + 1)
        self._voice = np.zeros(_WINDOW // 2 + 1)
        self._chunk: NDArray[Any] | None = None
        self._minima: deque[NDArray[Any]] = deque(maxlen=_CHUNKS)
        self._frames = 0

    def feed(self, block: Samples) -> Samples:
        """The voice in the block; a last block may be of any length."""
        whole = np.concatenate([block, np.zeros(-len(block) % HOP, np.float32)])
        sound = np.concatenate([self._before, whole])
        self._before = sound[len(whole) :]
        hops = [self._quieter(sound[at : at + _WINDOW]) for at in range(0, len(whole), HOP)]
        return np.concatenate([block[:0], *hops])[: len(block)].astype(np.float32)

    def _quieter(self, frame: NDArray[Any]) -> NDArray[Any]:
        """One hop of the frame's sound, and of those before it."""
        spectrum = np.fft.rfft(frame * self._window)
        power = np.abs(spectrum) ** 2
        against_noise = power / self._noise(power)
        voice = _BELIEF * self._voice + (1 - _BELIEF) * np.maximum(against_noise - 1, 0)
        gain = np.maximum(voice / (1 + voice), _LEAST_GAIN)
        self._voice = gain**2 * against_noise
        self._overlap += np.fft.irfft(spectrum * gain) * self._window / 2
        hop = self._overlap[:HOP].copy()
        self._overlap = np.concatenate([self._overlap[HOP:], np.zeros(HOP)])
        return hop

    def _noise(self, power: NDArray[Any]) -> NDArray[Any]:
        """What of the power is always there."""
        # The mean of what there is, until there is enough: a low first frame would be the least for long.
        kept = min(_SMOOTHED, self._frames / (self._frames + 1))
        self._power = kept * self._power + (1 - kept) * power
        self._frames += 1
        if self._frames < _CHUNK_FRAMES:
            return _BIAS * self._power + 1e-12
        self._chunk = self._power if self._chunk is None else np.minimum(self._chunk, self._power)
        least = np.minimum.reduce([*self._minima, self._chunk])
        if self._frames % _CHUNK_FRAMES == 0:
            self._minima.append(self._chunk)
            self._chunk = None
        noise: NDArray[Any] = _BIAS * least + 1e-12
        return noise
