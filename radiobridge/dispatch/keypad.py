"""One channel's keys, gathered until they are a code or too old to become one."""

from __future__ import annotations

from dataclasses import dataclass

from radiobridge.dispatch.codebook import Codebook, CodeMatch
from radiobridge.events import Digit


@dataclass(frozen=True, slots=True)
class KeyedCode:
    """A code and the keys as they were heard."""

    match: CodeMatch
    digits: tuple[Digit, ...]


class Keypad:
    """The keys of a channel since its last code; they may span transmissions.

    People release PTT between keys, and a level squelch closes between slow ones, so only the time
    from the end of one key to the start of the next counts.
    """

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._digits: tuple[Digit, ...] = ()

    def feed(self, digit: Digit, codebook: Codebook) -> KeyedCode | None:
        """The code that this key completed, or None."""
        if self._digits:
            last = self._digits[-1]
            if digit.at - (last.at + last.duration_s) > self._timeout_s:
                self._digits = ()
        digits = (*self._digits, digit)
        kept, match = codebook.step("".join(d.key for d in digits))
        self._digits = digits[len(digits) - len(kept) :]
        return KeyedCode(match, digits[-len(match.keyed) :]) if match else None
