"""`[[post]]`: a place that calls, and is called."""

from __future__ import annotations

from pydantic import Field

from radiobridge.settings.table import Table, Texts, TopicLevel
from radiobridge.settings.unit import RadioId


class PostSettings(Table):
    """`[[post]]`: a place that calls, as codes name it."""

    id: str = Field(pattern=r"^[0-9A-Za-z_-]{1,32}$")
    name: Texts = Field(min_length=1)
    kind: TopicLevel | None = None
    """What it is: school, kindergarten, police …; responses name kinds."""
    place: str | None = None
    """Address or description for whoever goes there."""
    lat: float | None = Field(None, ge=-90, le=90)
    """Degrees north, WGS 84."""
    lon: float | None = Field(None, ge=-180, le=180)
    """Degrees east, WGS 84."""
    neighbours: tuple[str, ...] = ()
    """Ids of the posts beside it."""
    channel: str | None = None
    """Where it listens; default: the channel whose `post` it is."""
    selcall: str | None = Field(None, min_length=1)
    """What opens its radio before it is called; written as `tones` are."""
    contacts: tuple[str, ...] = ()
    units: tuple[RadioId, ...] = ()
    """Ids of its radios, as they send them."""
    cameras: tuple[str, ...] = ()
    """Links to the cameras that look at it."""
