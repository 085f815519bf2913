"""The report of a period, made from an opened history."""

from __future__ import annotations

from radiobridge.history.figures import Figures, Report, figures
from radiobridge.history.periods import Period
from radiobridge.history.store import History


def report(history: History, period: Period, *, now: float) -> Report:
    """The figures of the period, of the one before, and of the same one a year before; `now`: UTC seconds.

    Raises:
        HistoryUnusable: the database cannot be read.
    """
    begins = history.begins()

    def compared(with_: Period) -> Figures | None:
        return None if begins is None or with_.end <= begins else _figures(history, with_, now)

    before, year_before = period.before(), period.year_before()
    figures_before = compared(before)
    return Report(
        _figures(history, period, now),
        figures_before,
        figures_before if year_before == before else compared(year_before),
        now,
        begins,
    )


def _figures(history: History, period: Period, now: float) -> Figures:
    start, end = period.start, period.end
    return figures(
        period,
        history.incidents(start, end),
        history.check_ins(start, end),
        history.faults(start, end),
        now=now,
    )
