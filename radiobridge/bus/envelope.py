"""The envelope that every wire message is made in."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from radiobridge.moments import Time


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
