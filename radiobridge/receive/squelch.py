"""Level squelch (VOX): opens on sound, closes after quiet."""

from __future__ import annotations

from radiobridge.settings import SquelchSettings

FRAME_S = 0.01
"""Levels are measured over this time."""


class LevelSquelch:
    """Fed with the mean power of each 10 ms of sound; `is_open` is its state after the last."""

    def __init__(self, settings: SquelchSettings) -> None:
        self._open_power = 10 ** (settings.open_dbfs / 10)
        self._close_power = 10 ** (settings.closing_dbfs / 10)
        self._frames_to_open = max(round(settings.min_s / FRAME_S), 1)
        self._frames_to_close = max(round(settings.hang_s / FRAME_S), 1)
        self.is_open = False
        self.quiet_frames = 0
        """How many frames in a row have been quiet; while open."""
        self._loud_frames = 0

    @property
    def is_calm(self) -> bool:
        """Closed, and no sound has begun that may open it."""
        return not self.is_open and not self._loud_frames

    def would_open_on(self, power: float) -> bool:
        """Whether a frame of this power counts as sound."""
        return power >= self._open_power

    def feed(self, power: float) -> bool:
        """The state after a frame of this mean power (1.0 = full scale)."""
        if self.is_open:
            self.quiet_frames = 0 if power >= self._close_power else self.quiet_frames + 1
            if self.quiet_frames >= self._frames_to_close:
                self.is_open = False
        else:
            self._loud_frames = self._loud_frames + 1 if self.would_open_on(power) else 0
            if self._loud_frames >= self._frames_to_open:
                self.is_open = True
                self._loud_frames = self.quiet_frames = 0
        return self.is_open

    def shut(self) -> None:
        """Closed, whatever is heard."""
        self.is_open = False
        self._loud_frames = self.quiet_frames = 0
