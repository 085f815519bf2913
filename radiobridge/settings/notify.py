"""`[[notifier]]` and `[[group]]`: who is told by SMS or another service, and how."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from radiobridge.settings.choice import DriverChoice, driver_table
from radiobridge.settings.table import Language, Table, TopicLevel, one_or_more


class NotifierSettings(Table):
    """`[[notifier]]`: a modem or a service that takes texts."""

    name: TopicLevel
    """How groups name it, and health messages (`notify/<name>`)."""
    driver: Annotated[DriverChoice, BeforeValidator(driver_table)]
    """`gammu_smsd`, `apprise`, or another one; with its own keys."""
    language: Language | None = None
    """Of the texts that it sends; default: the first language that a text has."""
    from_anybody: bool = False
    """True: codes in texts from any number count; false: only from the phone of a `[[unit]]`."""
    give_up_s: float = Field(14_400, ge=10, le=7 * 86_400)
    """Seconds for which a notice is tried."""
    gap_s: float = Field(20, ge=0, le=3600)
    """Least seconds between two notices to one address; what comes meanwhile goes out as one."""


class GroupSettings(Table):
    """`[[group]]`: people who are told together."""

    name: TopicLevel
    to: dict[
        TopicLevel, Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(one_or_more)]
    ] = Field(min_length=1)
    """By notifier: its addresses, or names of `[[unit]]`s, which stand for their phones."""
