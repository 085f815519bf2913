"""DTMF ids (ANI, PTT-ID): who speaks, as cheap handhelds send it when PTT is pressed or released.

An id is a row of as many digits as the settings say, sent by a machine: tones of one length, gaps of one
length. It begins with the transmission or ends with it. A row with * or # is a code, whoever dialled it, and
what people key by hand is uneven. Every key goes on at once, as if nobody looked for ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from radiobridge.events import Digit, Samples, Signal, UnitId
from radiobridge.receive.dtmf import DtmfDecoder
from radiobridge.receive.tones import TONE_RATE_HZ

_AT_START_S = 1.5
"""How long after the beginning of the sound, pre-roll included, the row may begin."""
_AT_END_S = 2.5
"""How long before the end, hang time included, it may end."""
_EVEN_S = 0.013
"""By how much a machine's tones and gaps differ as they are measured; fingers differ by tens of ms."""
_LONGEST_S = 0.25
"""Tones and gaps of handhelds are shorter."""


class DtmfIdDecoder:
    """The keys of one channel, and the ids of `digits` digits among them."""

    def __init__(self, channel: str, digits: int) -> None:
        self._channel = channel
        self._digits = digits
        self._keys = DtmfDecoder(channel)
        self._row: list[Digit] = []
        self._began: float | None = None
        self._heard_until = 0.0

    def feed(self, samples: Samples, at: float) -> list[Signal]:
        """Keys and ids that ended in `samples` (float32, mono; `at`: UTC seconds of the first)."""
        self._began = at if self._began is None else self._began
        self._heard_until = at + len(samples) / TONE_RATE_HZ
        signals = self._taken(self._keys.feed(samples, at))
        # A key is known some time after its end, so the row is left open for that long too.
        if self._row and self._heard_until - _end(self._row[-1]) > 3 * _LONGEST_S:
            signals += self._closed()
        return signals

    def finish(self) -> list[Signal]:
        """What is left, and the id with which the transmission ended."""
        return [*self._taken(self._keys.finish()), *self._closed(is_last=True)]

    def _taken(self, heard: list[Signal]) -> list[Signal]:
        signals: list[Signal] = []
        for key in heard:
            if isinstance(key, Digit):
                if self._row and not _goes_on(self._row, key):
                    signals += self._closed()
                self._row.append(key)
            signals.append(key)
        return signals

    def _closed(self, *, is_last: bool = False) -> list[Signal]:
        """The row is over: the id that it was, if it was one."""
        row, self._row = self._row, []
        if not row or self._began is None or not self._is_id(row):
            return []
        first = row[0].at - self._began <= _AT_START_S
        last = is_last and self._heard_until - _end(row[-1]) <= _AT_END_S
        if not first and not last:
            return []
        return [
            UnitId(
                self._channel,
                row[0].at,
                "dtmf",
                "".join(key.key for key in row),
                _end(row[-1]) - row[0].at,
                sum(key.level_dbfs for key in row) / len(row),
                sum(key.snr_db for key in row) / len(row),
            )
        ]

    def _is_id(self, row: Sequence[Digit]) -> bool:
        tones = [key.duration_s for key in row]
        return (
            len(row) == self._digits
            and not any(key.key in "*#" for key in row)
            and max(tones) <= _LONGEST_S
            and max(tones) - min(tones) <= _EVEN_S
        )


def _end(key: Digit) -> float:
    return key.at + key.duration_s


def _goes_on(row: Sequence[Digit], key: Digit) -> bool:
    """Whether the key follows the row as a machine would send it."""
    gaps = [after.at - _end(before) for before, after in pairwise([*row, key])]
    return max(gaps) <= _LONGEST_S and max(gaps) - min(gaps) <= _EVEN_S
