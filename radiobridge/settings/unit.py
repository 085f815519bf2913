"""`[[unit]]`: whoever carries a radio, as the radio says who it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, Field

from radiobridge.near import did_you_mean
from radiobridge.settings.table import Table, UnitId

_FIVE_TONE = ("[0-9A-DF]{4,8}", "4 to 8 digits")
_SYSTEMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "mdc1200": ("[0-9A-F]{4}", "four hexadecimal digits"),
        "dtmf": ("[0-9A-D*#]{1,16}", "1 to 16 keys"),
        **dict.fromkeys(("ccir", "eea", "eia", "zvei1", "zvei2", "zvei3"), _FIVE_TONE),
    }
)
"""Systems in which radios say who they are: what an id looks like there, and how that is said."""


def _radio_id(value: str) -> str:
    system, colon, digits = value.partition(":")
    if not colon:
        return value
    system = system.strip().lower()
    if system not in _SYSTEMS:
        near = did_you_mean(system, _SYSTEMS)
        raise ValueError(f"no system {system!r} tells ids{near}; there are {', '.join(_SYSTEMS)}")
    form, told = _SYSTEMS[system]
    if not re.fullmatch(form, digits := digits.strip()):
        raise ValueError(f"{value!r}: an id in {system} has {told}")
    return f"{system}:{digits}"


RadioId = Annotated[UnitId, AfterValidator(_radio_id)]
"""Id of a radio: `1A2B`, in whichever system; `mdc1200:1A2B`, `dtmf:12`, `ccir:12345` in one alone."""


class UnitSettings(Table):
    """`[[unit]]`: somebody who is known by the id of his radio."""

    ids: tuple[RadioId, ...] = Field(min_length=1)
    """What its radios send: MDC-1200, DTMF PTT-ID (ANI), five-tone."""
    name: str = Field(min_length=1, max_length=64)
    """How he is called in texts, logs and messages."""
    role: str | None = Field(None, min_length=1, max_length=64)
    """Such as officer, patrol, guard."""
    phone: str | None = Field(None, min_length=1, max_length=32)
    post: str | None = None
    """The post that he belongs to."""
