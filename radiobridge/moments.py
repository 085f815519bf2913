"""Moments as they are published and stored: RFC 3339, UTC, milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import PlainSerializer


def rfc3339(value: datetime) -> str:
    """The moment as text, such as 2026-01-31T06:00:00.000Z."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Time = Annotated[datetime, PlainSerializer(rfc3339, return_type=str, when_used="json")]
"""A moment: RFC 3339, UTC, milliseconds."""


def moment(seconds: float) -> datetime:
    """The moment `seconds` after 1970 in UTC."""
    return datetime.fromtimestamp(seconds, UTC)
