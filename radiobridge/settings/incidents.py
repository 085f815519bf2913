"""`[incidents]`: how alerts become incidents."""

from __future__ import annotations

from pydantic import Field

from radiobridge.settings.table import Table


class IncidentSettings(Table):
    """`[incidents]`: what people do about alerts is followed step by step."""

    enabled: bool = True
    """False: alerts are published and answered, and nothing is followed up."""
    join_s: float = Field(1800, ge=0, le=7 * 86_400)
    """Seconds after the last call within which the same alert from the same post joins the open incident."""
    number_digits: int = Field(2, ge=1, le=4)
    """Digits of the numbers that incidents are keyed by: 2 gives 1 to 99."""
    reopen_s: float = Field(3600, ge=0, le=7 * 86_400)
    """Seconds after its end within which it may be opened again, and its number means nothing else."""
