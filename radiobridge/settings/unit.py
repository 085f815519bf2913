"""`[[unit]]`: whoever carries a radio, as the radio says who it is."""

from __future__ import annotations

from pydantic import Field

from radiobridge.settings.table import Table, UnitId


class UnitSettings(Table):
    """`[[unit]]`: somebody who is known by the id of his radio."""

    ids: tuple[UnitId, ...] = Field(min_length=1)
    """What its radios send: MDC-1200, DTMF PTT-ID (ANI)."""
    name: str = Field(min_length=1, max_length=64)
    """How he is called in texts, logs and messages."""
    role: str | None = Field(None, min_length=1, max_length=64)
    """Such as officer, patrol, guard."""
    phone: str | None = Field(None, min_length=1, max_length=32)
    post: str | None = None
    """The post that he belongs to."""
