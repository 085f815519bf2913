"""From what is heard in each frame to open and closed: the time it takes to open, hang time, flapping."""

from __future__ import annotations

from radiobridge.receive.squelch.frames import FRAME_S

_SHORT_S = 1.0
"""An opening shorter than this is one flap: who presses PTT to talk needs more."""
_FLAPS = 3
_WITHIN_S = 5.0
"""After so many flaps that began within this time, the next opening is held."""


class Gate:
    """Opens after `min_s` of frames in a row in which something was heard, closes after `hang_s` without.

    A signal that fades in and out opens and closes again and again. Such flapping is held open: from the
    fourth opening within 5 s the hang time is `flap_hang_s`, until that has closed it.
    """

    def __init__(self, min_s: float, hang_s: float, flap_hang_s: float = 0.0) -> None:
        self.frames_to_open = _frames(min_s)
        """How many frames in a row it takes."""
        self.is_open = False
        self.quiet_frames = 0
        """For how many frames in a row nothing has been heard; while open."""
        self._hang = _frames(hang_s)
        self._flap_hang = _frames(flap_hang_s)
        self._run = 0
        self._now = 0
        self._opened = 0
        self._flaps: list[int] = []
        self._held_since: int | None = None

    @property
    def is_calm(self) -> bool:
        """Closed, and nothing has begun that may open it."""
        return not self.is_open and not self._run

    @property
    def flapping_s(self) -> float:
        """For how long it has been held open because it flaps; 0 when it does not."""
        return 0.0 if self._held_since is None else (self._now - self._held_since) * FRAME_S

    def rest(self, frames: int) -> None:
        """So many frames went by in which nothing was heard; only while calm."""
        self._now += frames

    def feed(self, heard: bool) -> bool:
        """Whether it is open after the next frame."""
        self._now += 1
        if self.is_open:
            self.quiet_frames = 0 if heard else self.quiet_frames + 1
            if self.quiet_frames >= (self._hang if self._held_since is None else self._flap_hang):
                self._close()
        else:
            self._run = self._run + 1 if heard else 0
            if self._run >= self.frames_to_open:
                self._open()
        return self.is_open

    def shut(self) -> None:
        """Closed, whatever is heard."""
        self.is_open = False
        self._run = self.quiet_frames = 0
        self._flaps.clear()
        self._held_since = None

    def _open(self) -> None:
        self.is_open = True
        self.quiet_frames = self._run = 0
        self._opened = self._now - self.frames_to_open
        self._flaps = [began for began in self._flaps if self._now - began <= _WITHIN_S / FRAME_S]
        if len(self._flaps) >= _FLAPS and self._flap_hang > self._hang:
            self._held_since = self._now

    def _close(self) -> None:
        self.is_open = False
        if self._held_since is not None:
            self._held_since = None
            self._flaps.clear()
        elif (self._now - self.quiet_frames - self._opened) * FRAME_S < _SHORT_S:
            self._flaps.append(self._opened)


def _frames(seconds: float) -> int:
    return max(round(seconds / FRAME_S), 1)
