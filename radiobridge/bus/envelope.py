"""What every wire message is made in: the envelope, and times as they are written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer


def _rfc3339(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Time = Annotated[datetime, PlainSerializer(_rfc3339, return_type=str, when_used="json")]
"""A moment: RFC 3339, UTC, milliseconds."""


def moment(seconds: float) -> datetime:
    """The moment `seconds` after 1970 in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


class Part(BaseModel):
    """Something inside a message."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", use_attribute_docstrings=True, serialize_by_alias=True
    )


class Message(Part):
    """The envelope of everything that the station publishes."""

    topic: ClassVar[str]
    """Topic below `radiobridge/v1/<station>/`; names in braces stand for levels."""
    retained: ClassVar[bool] = False
    qos: ClassVar[Literal[0, 1]] = 1

    kind: str = Field(alias="schema")
    """Which message this is, and its version."""
    id: str
    """ULID; a message that arrives twice has the same id both times."""
    at: Time
    """When the message was made."""
    station: str
    """The station's name."""

    def payload(self) -> bytes:
        """The message as it goes over the wire: JSON, UTF-8; fields without a value are left out."""
        return self.model_dump_json(by_alias=True, exclude_none=True).encode()
