"""The plots of a report, as SVG: black and grey, since most offices print so. Matplotlib is imported late."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from radiobridge.errors import MissingPart
from radiobridge.history.figures import HOURS, Report
from radiobridge.history.periods import PeriodKind
from radiobridge.history.sections import Section, compared, compared_names

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH_IN, _HEIGHT_IN = 7.0, 2.2
"""As wide as an A4 page within its margins."""
_GREYS = ("#222222", "#888888", "#cccccc")
_STYLE: Any = {
    "font.size": 8,
    "svg.fonttype": "none",
    "svg.hashsalt": "radiobridge",
    "axes.spines.top": False,
}
_MOST_BARS = 12


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot: what it shows, and SVG."""

    title: str
    svg: bytes


def plots(report: Report, sections: Sequence[Section]) -> list[Plot]:
    """Incidents over the period, by hour, by type; check-ins. Those of which there is nothing are left out.

    Raises:
        MissingPart: matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
    except ImportError as error:
        raise MissingPart(f"{error}; try: pip install 'radiobridge[plots]'") from error
    found = {section.id: section for section in sections}
    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        # Matplotlib measures with its own font, which has no Chinese; the browser takes one that has.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        return [
            *_over_time(report),
            *([_hours(report)] if report.now.incidents else []),
            *_types(found["types"], report),
            *_check_ins(found["check-ins"]),
        ]


def _over_time(report: Report) -> list[Plot]:
    """Incidents by day, in a year by month; a day has its hours instead."""
    period, by_day = report.now.period, report.now.by_day
    if period.kind is PeriodKind.DAY or not by_day:
        return []
    if period.kind is PeriodKind.YEAR:
        names = [f"{period.first.year}-{month:02d}" for month in range(1, 13)]
        counts = [sum(n for day, n in by_day.items() if day.startswith(name)) for name in names]
        labels, title = [name[-2:] for name in names], "Incidents by month"
    else:
        counts = [by_day.get(day.isoformat(), 0) for day in period.days]
        labels, title = [f"{day:%d}" for day in period.days], "Incidents by day"

    def draw(axes: Axes) -> None:
        axes.bar(range(len(counts)), counts, color=_GREYS[0])
        axes.set_xticks(range(len(counts)), labels)

    return [Plot(title, _svg(draw))]


def _hours(report: Report) -> Plot:
    def draw(axes: Axes) -> None:
        _grouped(
            axes,
            [[each.by_hour.get(hour, 0) for hour in HOURS] if each else None for each in compared(report)],
            compared_names(report),
        )
        axes.set_xticks(list(HOURS), [f"{hour:02d}" for hour in HOURS])

    return Plot("Incidents by hour of the day", _svg(draw))


def _types(section: Section, report: Report) -> list[Plot]:
    rows = section.rows[:_MOST_BARS]
    if not rows:
        return []

    def draw(axes: Axes) -> None:
        columns = list(zip(*rows, strict=True))[1:]
        _grouped(
            axes, [None if None in column else list(column) for column in columns], compared_names(report)
        )
        axes.set_xticks(range(len(rows)), [str(row[0]) for row in rows])

    return [Plot("Incidents by type", _svg(draw))]


def _check_ins(section: Section) -> list[Plot]:
    """The posts with the lowest rates, worst first."""
    names = [column.name for column in section.columns]
    rate = names.index("rate")
    rows = [row for row in section.rows[1:] if isinstance(row[rate], int | float)]
    worst = sorted(rows, key=lambda row: float(row[rate] or 0))[:_MOST_BARS]
    if not worst:
        return []

    def draw(axes: Axes) -> None:
        axes.bar(range(len(worst)), [float(row[rate] or 0) * 100 for row in worst], color=_GREYS[0])
        axes.set_xticks(range(len(worst)), [str(row[0]) for row in worst])
        axes.set_ylim(0, 100)
        axes.set_ylabel("% in time")

    return [Plot("Check-ins in time: the posts with the lowest rates", _svg(draw))]


def _grouped(axes: Axes, series: Sequence[Sequence[Any] | None], names: Sequence[str]) -> None:
    """Bars beside each other for each period."""
    width = 0.8 / len(series)
    for number, (counts, name) in enumerate(zip(series, names, strict=True)):
        if counts is not None:
            places = [place + (number - (len(series) - 1) / 2) * width for place in range(len(counts))]
            axes.bar(places, counts, width, color=_GREYS[number], label=name)
    axes.legend(frameon=False)


def _svg(draw: Any) -> bytes:
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(_WIDTH_IN, _HEIGHT_IN), layout="constrained")
    axes = figure.add_subplot()
    axes.spines["right"].set_visible(False)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    draw(axes)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()
