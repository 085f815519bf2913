"""What the settings' tables have in common: their base, and names and texts as they stand in several."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

_LONGEST_LEVEL = 64


def _topic_level(value: str) -> str:
    """A name that may stand between two slashes of an MQTT topic."""
    if not value or len(value) > _LONGEST_LEVEL or re.search(r"[+#/\s\x00-\x1f\x7f$]", value):
        raise ValueError(
            f"{value!r} becomes part of an MQTT topic: 1 to 64 characters without + # / $ or spaces"
        )
    return value


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", value):
        raise ValueError(f"{value!r} is not a language tag such as zh, yue, en or ko")
    return value


def one_or_more(value: object) -> object:
    """A text that stands by itself is a list of one."""
    return (value,) if isinstance(value, str) else value


TopicLevel = Annotated[str, AfterValidator(_topic_level)]
UnitId = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, min_length=1)]
"""Id of a radio as it is told: hexadecimal digits are capitals."""
Language = Annotated[str, AfterValidator(_language)]
Texts = dict[Language, str]
"""A text by language."""


class Table(BaseModel):
    """A table of the settings file: frozen, no unknown keys, each key's docstring its description."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
