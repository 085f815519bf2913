"""`[voice]`: what makes speech of the texts that are sent."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from radiobridge.settings.choice import DriverChoice


class VoiceSettings(DriverChoice):
    """`[voice]`: its driver; the keys that are not here are the driver's own."""

    driver: str = "espeak_ng"
    max_mb: float = Field(200, gt=0, le=100_000)
    """Speech is rendered once and kept on disk; beyond this size what was used least recently goes."""
    style: Literal["plain", "service"] = "plain"
    """How digits are said: plain, or as the services say them (niner; 洞幺两三四五六拐八勾)."""
