"""`[[signal]]`: signals of radios that raise an alert, beside the keys and the words."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from radiobridge.events import Meaning
from radiobridge.settings.replies import Answering
from radiobridge.settings.table import Texts, TopicLevel, UnitId

System = Literal[
    "mdc1200",
    "dtmf",
    "ccir",
    "eea",
    "eia",
    "zvei1",
    "zvei2",
    "zvei3",
    "two-tone",
    "tone-burst",
    "ctcss",
    "dcs",
]


class SignalRuleSettings(Answering):
    """`[[signal]]`: the first rule whose keys all fit a signal raises its alert."""

    system: System
    """Signalling system; the channel must listen for it in its `signals`."""
    means: Meaning | None = None
    """What was signalled; default: anything."""
    unit: UnitId | None = None
    """Id of the radio that sends; default: any."""
    code: str | None = Field(None, min_length=1)
    """What is called: digits, a page's name, a tone in Hz, a DCS code with its polarity; default: any."""
    alert: TopicLevel
    """The alert's type."""
    post: str | None = None
    """The post that it speaks of; default: that of the radio, or of the channel."""
    text: Texts = Field(default_factory=dict)
    """Overrides the text of the alert type."""
