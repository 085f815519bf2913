"""`reply` and `reply_tones`: what whoever called is told on the air; several tables have them."""

from __future__ import annotations

from pydantic import Field

from radiobridge.events import Reply
from radiobridge.settings.table import Table, Texts


class Answering(Table):
    """A table whose alert is answered on the channel that it came from, when it is on disk."""

    reply: Texts = Field(default_factory=dict)
    """What is said, by language; the same {…} as in text."""
    reply_tones: str = ""
    """What is sent before it, such as beep, attention, dtmf:*1#, morse:R; see docs/transmit-tones.md."""

    @property
    def answer(self) -> Reply:
        """Both."""
        return Reply(self.reply, self.reply_tones)
