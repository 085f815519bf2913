"""What sounds in one transmission: silence for the lead, an announcement or a relay, and who the station is.

Over a relay announcements may sound, and it is lower then. Sans-IO: sound goes in at the rate of all sound
that is sent, and comes out block by block at the device's.
"""

from __future__ import annotations

import numpy as np

from radiobridge.events import Samples
from radiobridge.resample import Resampler, resampled
from radiobridge.transmit.relayed import RelayedSound

_TAKE_S = 0.1
"""So much of a relay is taken at a time."""


class Programme:
    """`from_hz`: the rate of what goes in; `to_hz`: of what comes out."""

    def __init__(self, from_hz: int, to_hz: int, lead_s: float) -> None:
        self._from_hz = from_hz
        self._to_hz = to_hz
        self._lead_left = round(lead_s * to_hz)
        self._ready = np.zeros(self._lead_left, np.float32)
        self._relay: RelayedSound | None = None
        self._resampler = Resampler(from_hz, to_hz)
        self._duck = 1.0
        self._over = np.zeros(0, np.float32)
        self._after = np.zeros(0, np.float32)

    def play(self, sound: Samples) -> None:
        """The sound follows what is there already."""
        self._ready = np.concatenate([self._ready, self._brought(sound)])

    def relay(self, sound: RelayedSound, duck_db: float) -> None:
        """The sound follows as it comes in; it is `duck_db` lower while another sounds over it."""
        self._relay = sound
        self._duck = 10 ** (-duck_db / 20)

    def end_with(self, sound: Samples) -> None:
        """The sound comes last."""
        self._after = self._brought(sound)

    def sound_over(self, sound: Samples) -> None:
        """The sound comes over the relay, from the next block on."""
        self._over = self._brought(sound)

    def block(self, frames: int) -> Samples:
        """The next samples, `frames` at the most; none where the relay has brought none yet."""
        while self._relay is not None and len(self._ready) < frames:
            if not self._fetch(self._relay):
                break
        if self._relay is None and len(self._after):
            self._ready = np.concatenate([self._ready, self._after])
            self._after = self._after[:0]
        if len(self._over):
            return self._mixed(frames)
        block, self._ready = self._ready[:frames], self._ready[frames:]
        return block

    def late_by(self, late_s: float, written: int) -> None:
        """The device sounds so much later than it is written to, and the lead is so much shorter.

        Asked once, after the first `written` samples.
        """
        cut = min(max(round(late_s * self._to_hz), 0), max(self._lead_left - written, 0))
        self._ready = self._ready[cut:]
        self._lead_left = 0

    @property
    def is_in_lead(self) -> bool:
        """Whether `late_by` is of use: there is a lead, and it was not shortened yet."""
        return self._lead_left > 0

    @property
    def has_over(self) -> bool:
        """Something still sounds over the relay."""
        return bool(len(self._over))

    @property
    def is_over(self) -> bool:
        """No block follows."""
        return not (self._relay or len(self._ready) or len(self._after) or len(self._over))

    def _fetch(self, relay: RelayedSound) -> bool:
        """More of the relay is ready; False where none has come."""
        taken = relay.take(round(_TAKE_S * self._from_hz))
        is_over = relay.is_over
        brought = self._resampler.feed(taken) if len(taken) else taken
        if is_over:
            brought = np.concatenate([brought, self._resampler.finish()])
            self._relay = None
        self._ready = np.concatenate([self._ready, brought])
        return bool(len(taken)) or is_over

    def _mixed(self, frames: int) -> Samples:
        """What sounds over the relay, and the relay under it as far as it has come."""
        over, self._over = self._over[:frames], self._over[frames:]
        under, self._ready = self._ready[: len(over)], self._ready[len(over) :]
        block = over.copy()
        block[: len(under)] += np.float32(self._duck) * under
        return np.clip(block, -1, 1)

    def _brought(self, sound: Samples) -> Samples:
        return resampled(sound, self._from_hz, self._to_hz)
