"""Five-tone selective calling: CCIR, EEA, EIA, ZVEI-1, -2 and -3.

Strategy. A search over the strongest tone of each window finds four tones of a row (`five_tone_search`).
When no more have come for one and a half tone lengths, a closer look measures the whole row
(`five_tone_look`) and what it is like tells whether it is a call (`five_tone_rows`). A row that several
standards can read is one call, by the reading with the most tones, the fewest letters and the best fit in
frequency and tone length; where all that is equal, as with digits of ZVEI-1 and -2 without repeat or group
tone, of the standard that the settings name first. Many a row of ZVEI-3 is one of ZVEI-1 with other digits:
switch on what the network uses, and no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from radiobridge.events import Samples, Selcall, Signal
from radiobridge.receive.five_tone_look import LONGEST_LEAD_S, look
from radiobridge.receive.five_tone_rows import MAX_STRETCH, Row
from radiobridge.receive.five_tone_search import BATCH, HOP, WINDOW, Anchor, RowSearch
from radiobridge.receive.levels import power_db, snr_db
from radiobridge.receive.single_tones import Windows
from radiobridge.receive.tones import TONE_RATE_HZ as RATE_HZ
from radiobridge.receive.tones import SampleTimes
from radiobridge.signalling.five_tone import GROUP, MOST, STANDARDS

_BAND_HZ = (330.0, 3000.0)
"""The lowest tone is 459 Hz and the highest 2800 Hz; CTCSS and hum are below."""
_OVER = 1.6
"""Tone lengths after the last tone when nothing more is expected."""
_ORDER = 0.02
"""A misfit that is as good as none: then the order in the settings decides."""


@dataclass(slots=True)
class _Found:
    """The best anchor of what may be a row, the sample when nothing more is expected, and the latest such."""

    anchor: Anchor
    over: float
    latest: float


class FiveToneDecoder:
    """The calls of one channel, in any of the standards."""

    def __init__(self, channel: str, standards: Sequence[str]) -> None:
        self._channel = channel
        self._standards = [STANDARDS[name] for name in dict.fromkeys(standards)]
        longest_s = max(s.tone_s for s in self._standards) * (1 + MAX_STRETCH) * (MOST + 1)
        self._longest = round(longest_s * RATE_HZ)
        self._lead = round(LONGEST_LEAD_S * RATE_HZ)
        kept_s = 3 * longest_s + LONGEST_LEAD_S
        self._windows = Windows(window=WINDOW, hop=HOP, batch=BATCH, kept_s=kept_s, band_hz=_BAND_HZ)
        self._search = RowSearch(self._standards)
        self._found: dict[int, _Found] = {}
        self._rows: list[Row] = []
        self._last_end = 0.0
        self._times = SampleTimes()

    def feed(self, samples: Samples, at: float) -> list[Signal]:
        """The calls that ended in `samples` (float32, mono; `at`: UTC seconds of the first)."""
        self._times.take(len(samples), at)
        return self._heard(samples)

    def finish(self) -> list[Signal]:
        """The call that ends with the sound."""
        return self._heard(np.zeros(2 * self._longest, np.float32))

    def _heard(self, samples: Samples) -> list[Signal]:
        calls: list[Signal] = []
        for batch in self._windows.feed(samples):
            for anchor in self._search.feed(batch):
                self._note(anchor)
            now = (batch.first + BATCH) * HOP
            self._look(now)
            calls += self._ended()
        return calls

    def _note(self, anchor: Anchor) -> None:
        """Of the anchors of a kind that follow each other the best one is kept."""
        over = anchor.end + _OVER * anchor.length
        known = self._found.get(anchor.kind)
        if known is None:
            self._found[anchor.kind] = _Found(anchor, over, anchor.end + self._longest)
            return
        known.over = min(over, known.latest)
        if anchor.quality > known.anchor.quality:
            known.anchor = anchor

    def _look(self, now: int) -> None:
        """What is over at sample `now` has been looked at."""
        for kind, found in list(self._found.items()):
            if now < found.over:
                continue
            del self._found[kind]
            begin = round(found.anchor.centres[0]) - self._longest - self._lead
            row = look(self._windows.sound(begin, now), found.anchor.moved(-begin))
            if row and row.code:
                self._rows.append(row.moved(begin))

    def _ended(self) -> list[Signal]:
        """The calls that no standard listens to any more: of readings of one sound the best."""
        end = max((row.end for row in self._rows), default=0)
        if any(found.anchor.centres[0] < end for found in self._found.values()):
            return []
        best: list[Row] = []
        for row in sorted(self._rows, key=self._misfit):
            if row.start >= self._last_end and not any(row.start < b.end and b.start < row.end for b in best):
                best.append(row)
        self._rows = []
        best.sort(key=lambda row: row.start)
        self._last_end = max(self._last_end, *(row.end for row in best)) if best else self._last_end
        return [self._call(row) for row in best]

    def _misfit(self, row: Row) -> float:
        return row.misfit + _ORDER * self._standards.index(row.standard)

    def _call(self, row: Row) -> Selcall:
        return Selcall(
            self._channel,
            self._times.at(row.start),
            row.standard.name,
            row.code or "",
            (row.end - row.start) / RATE_HZ,
            power_db(row.power),
            snr_db(row.power, row.noise),
            group=GROUP in row.symbols,
            tones_hz=tuple(round(hz, 1) for hz in row.tones_hz),
        )
