"""What can go wrong, one class for each thing that the caller can do about it.

Every message is written for the person at the station: it names the file, key or device, what was
expected and what to try. A message is complete in itself; no traceback is needed to act on it.
"""

from __future__ import annotations

from dataclasses import dataclass


class RadiobridgeError(Exception):
    """Anything that radiobridge can explain to its user."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a settings file: where it stands, and what would be right."""

    file: str
    line: int | None
    key: str
    expected: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.key}: {self.expected}" if self.key else f"{place}: {self.expected}"


@dataclass(frozen=True, slots=True)
class CellMistake(Mistake):
    """One mistake in a CSV file; `key` is the heading of its column."""

    def __str__(self) -> str:
        line = "" if self.line is None else f", line {self.line}"
        column = f", column {self.key}" if self.key else ""
        return f"{self.file}{line}{column}: {self.expected}"


class SettingsError(RadiobridgeError):
    """The settings file cannot be used; `mistakes` holds every one that was found: mend the file."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


class MissingPart(RadiobridgeError):
    """A library or system package is not installed: install what the message names."""


class DeviceLost(RadiobridgeError):
    """A device does not open, or died: say so and try again with back-off."""


class EndOfAudio(RadiobridgeError):
    """A source that has an end (a file, stdin) came to it: close it, do not open it again."""


class ModelError(RadiobridgeError):
    """A speech model is missing or broken: go on without speech and say so."""


class TransmitRefused(RadiobridgeError):
    """It must not be transmitted now (hours, frequency): say so, and do not try again by itself."""


class VoiceError(RadiobridgeError):
    """A text cannot be spoken (no such language, no such clip, the program failed): say so, go on without."""


class NoticeRefused(RadiobridgeError):
    """A notice can never be sent (no such address, no such text): say so, and do not try again."""


class BrokerRefused(RadiobridgeError):
    """The broker answered and said no (login, protocol, session): mend the settings; retry slowly."""


class OutboxFull(RadiobridgeError):
    """The outbox cannot keep one more message: hold it, say so, and try again."""


class CommandRefused(RadiobridgeError):
    """A command from the bus or the terminal makes no sense: tell its sender why."""
