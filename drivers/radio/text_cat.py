"""CAT in text: two letters, digits, an end. What Kenwood's and Yaesu's radios have in common.

A radio's language is data here: what keys it, what is asked, and what an answer looks like. Garbage before an
answer does not matter, since an answer is told by its end. Source: Kenwood, "TS-590S PC Control Command
Reference"; Yaesu, "FT-991A CAT Operation Reference Manual".
"""

from __future__ import annotations

import re
from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from drivers.radio.cat import CatRadio
from drivers.radio.cat_line import AskAgain, Reader, Refused

LINK_ERRORS = {"E", "O"}
"""The radio lost bytes (E), or got more than it could take (O): ask again."""


@dataclass(frozen=True, slots=True)
class Message:
    """`text` without its end; `end` is one character."""

    text: str
    end: str = ";"

    def to_bytes(self) -> bytes:
        """The message as it goes over the line."""
        return (self.text + self.end).encode("latin-1")

    @classmethod
    def from_bytes(cls, raw: bytes) -> Message:
        """One whole message; its last byte is the end."""
        text = raw.decode("latin-1")
        return cls(text[:-1], text[-1])


class MessageReader:
    """Messages out of bytes that come in pieces."""

    def __init__(self, end: str) -> None:
        self._end = end.encode("latin-1")
        self._waiting = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """What is complete with `data`."""
        self._waiting += data
        *whole, self._waiting = self._waiting.split(self._end)
        return [Message.from_bytes(bytes(raw) + self._end) for raw in whole]


@dataclass(frozen=True, slots=True)
class Question:
    """`request`: what is sent. `answer`: a regular expression for the answer, the value its first group."""

    request: str
    answer: str

    def value_in(self, message: Message) -> str | None:
        """The value, where the message ends with an answer."""
        found = re.search(f"(?:{self.answer})$", message.text, re.DOTALL)
        return found[1] if found else None


@dataclass(frozen=True, slots=True)
class Language:
    """What a family of radios says for what; None where it has no word.

    `here`: what a radio answers that cannot say whether it transmits. `acknowledges`: whether a command is
    answered by its own two letters. `refusals`: how it says no.
    """

    key: str
    release: str
    here: Question
    transmits: Question | None
    busy: Question | None
    frequency: Question | None
    mode: Question | None
    modes: dict[str, str]
    end: str = ";"
    acknowledges: bool = False
    refusals: tuple[str, ...] = ("?",)


class TextRadio(CatRadio):
    """A radio that speaks one of these languages.

    Most do not acknowledge a command: that PTT was obeyed is known by the read-back alone.
    """

    stop_bits: ClassVar[int] = 2
    """Kenwood's want two at 4800 baud, Yaesu's at any; to those that want one, a second is a short pause."""

    @property
    @abstractmethod
    def language(self) -> Language:
        """The language of the radio that the settings name."""

    def _key(self, *, on: bool) -> None:
        command = self.language.key if on else self.language.release
        if self.language.acknowledges:
            self._ask(Question(command, f"({command[:2]})"))
        else:
            self.line.send(Message(command, self.language.end).to_bytes())

    def _transmits(self) -> bool | None:
        if self.language.transmits is None:
            self._ask(self.language.here)
            return None
        return self._ask(self.language.transmits) != "0"

    def _busy(self) -> bool | None:
        state = self._value(self.language.busy)
        return None if state is None else state != "0"

    def _frequency_hz(self) -> int | None:
        value = self._value(self.language.frequency)
        return None if value is None else int(value)

    def _mode(self) -> str | None:
        value = self._value(self.language.mode)
        return None if value is None else self.language.modes.get(value, value)

    def _value(self, question: Question | None) -> str | None:
        return None if question is None else self._ask(question)

    def _ask(self, question: Question) -> str:
        request = Message(question.request, self.language.end)
        return self.line.ask(request.to_bytes(), lambda: self._reader(question))

    def _reader(self, question: Question) -> Reader[str]:
        messages = MessageReader(self.language.end)

        def read(came: bytes) -> str | None:
            for message in messages.feed(came):
                value = question.value_in(message)
                if value is not None:
                    return value
                if message.text in LINK_ERRORS:
                    raise AskAgain
                if message.text.endswith(self.language.refusals):
                    raise Refused(f"{self.name} refuses {question.request!r} ({message.text!r})")
            return None

        return read
