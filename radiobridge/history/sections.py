"""A report as tables: the same for the terminal, for CSV files and for the page. Sans-IO."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, TypeVar

from radiobridge.history.figures import HOURS, CheckIns, Figures, PartFigures, Reactions, Report, Times

Cell: TypeAlias = str | int | float | None
"""None: there is no such figure."""
Key = TypeVar("Key", str, int)
NO_POST = "no known post"


class Unit(StrEnum):
    """What the cells of a column are."""

    TEXT = ""
    COUNT = "n"
    SECONDS = "s"
    SHARE = "%"
    """0 to 1."""
    CHANGE = "change, %"
    """-1 to …: 0.5 is half as many more."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `name` is its heading."""

    name: str
    unit: Unit = Unit.COUNT


@dataclass(frozen=True, slots=True)
class Section:
    """One table; `id` is also the name of its CSV file."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = ""
    """What to say where there are no rows."""

    def telling_rows(self) -> Iterator[tuple[Cell, ...]]:
        """Those rows in which something is counted."""
        for row in self.rows:
            cells = [cell for cell, column in zip(row, self.columns, strict=True) if column.unit]
            if any(cells):
                yield row


def sections(report: Report, posts: Mapping[str, str]) -> list[Section]:
    """The tables of a report; `posts`: the names of all posts by their ids, in the order to show them."""
    return [
        _summary(report),
        _times(report),
        _types(report),
        _posts(report, posts),
        _hours(report),
        _check_ins(report, posts),
        _health(report),
        _drills(report),
    ]


def shown(cell: Cell, unit: Unit) -> str:
    """The cell for people; times as h:mm:ss."""
    if cell is None:
        return "–"
    if isinstance(cell, str) or unit in (Unit.TEXT, Unit.COUNT):
        return str(cell)
    match unit:
        case Unit.SECONDS:
            minutes, seconds = divmod(round(cell), 60)
            return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
        case Unit.SHARE:
            # 99.96 % is not all.
            return "100 %" if cell == 1 else f"{min(cell * 100, 99.9):.1f} %"
        case _:
            return f"{cell * 100:+.0f} %"


def compared(report: Report) -> list[Figures | None]:
    """The period, the one before, and that of the year before, where it is another one."""
    same = report.now.period.before() == report.now.period.year_before()
    return [report.now, report.before, *([] if same else [report.year_before])]


def compared_names(report: Report) -> list[str]:
    """Their names."""
    period = report.now.period
    return list(dict.fromkeys((period.name, period.before().name, period.year_before().name)))


def _summary(report: Report) -> Section:
    def row(name: str, counts: list[int | None]) -> tuple[Cell, ...]:
        now, *others = counts
        cells: list[Cell] = [name, now]
        for other in others:
            cells += [other, (now - other) / other if now is not None and other else None]
        return tuple(cells)

    name, *others = compared_names(report)
    found = compared(report)
    compares = [Column(other, unit) for other in others for unit in (Unit.COUNT, Unit.CHANGE)]
    return Section(
        "summary",
        "Incidents",
        (Column("incidents", Unit.TEXT), Column(name), *compares),
        (
            row("in all", [each.incidents if each else None for each in found]),
            row("still open", [each.open if each else None for each in found]),
            row("false alarms (apart)", [each.false_alarms if each else None for each in found]),
            row("duplicates (apart)", [each.duplicates if each else None for each in found]),
        ),
    )


def _times(report: Report) -> Section:
    def rows(what: str, which: Callable[[Reactions], Times]) -> list[tuple[Cell, ...]]:
        found = [which(each.times) if each else None for each in compared(report)]
        return [
            (what, name, times.count, times.median_s, times.p90_s)
            if times
            else (what, name, None, None, None)
            for name, times in zip(compared_names(report), found, strict=True)
        ]

    return Section(
        "times",
        "Times from the call",
        (
            Column("until somebody", Unit.TEXT),
            Column("period", Unit.TEXT),
            Column("incidents"),
            Column("median", Unit.SECONDS),
            Column("p90", Unit.SECONDS),
        ),
        (
            *rows("took it", lambda times: times.acknowledge),
            *rows("was on the way", lambda times: times.respond),
            *rows("arrived", lambda times: times.arrive),
            *rows("closed it", lambda times: times.close),
        ),
    )


def _types(report: Report) -> Section:
    counts = [each.by_type if each else None for each in compared(report)]
    names = {name for each in counts if each for name in each}
    order = sorted(names, key=lambda name: (*(-each.get(name, 0) for each in counts if each), name))
    return Section(
        "types",
        "By type",
        (Column("type", Unit.TEXT), *_periods(report)),
        tuple((name, *_counts(counts, name)) for name in order),
        "no incident",
    )


def _posts(report: Report, posts: Mapping[str, str]) -> Section:
    counts = [each.by_post if each else None for each in compared(report)]
    return Section(
        "posts",
        "By post",
        (Column("post", Unit.TEXT), Column("name", Unit.TEXT), *_periods(report)),
        tuple(
            (post, name, *_counts(counts, post))
            for post, name in _named(posts, (post for each in counts if each for post in each), every=True)
        ),
        "no incident",
    )


def _hours(report: Report) -> Section:
    counts = [each.by_hour if each else None for each in compared(report)]
    return Section(
        "hours",
        "By hour of the day",
        (Column("from", Unit.TEXT), *_periods(report)),
        tuple((f"{hour:02d}:00", *_counts(counts, hour)) for hour in HOURS),
        "no incident",
    )


def _check_ins(report: Report, posts: Mapping[str, str]) -> Section:
    found = compared(report)
    known = {post for each in found if each for post in each.check_ins}
    others = [Column(f"{name} rate", Unit.SHARE) for name in compared_names(report)[1:]]

    def row(post: str, name: str, each: list[CheckIns | None]) -> tuple[Cell, ...]:
        now = each[0] or CheckIns()
        rates = [other.rate if other else None for other in each[1:]]
        return (post, name, now.due, now.in_time, now.late, now.missed, now.rate, *rates)

    rows = [
        row(post, name, [each.check_ins.get(post) if each else None for each in found])
        for post, name in _named(posts, known)
    ]
    if rows:
        rows.insert(0, row("", "all posts", [each.all_check_ins if each else None for each in found]))
    return Section(
        "check-ins",
        "Check-ins",
        (
            Column("post", Unit.TEXT),
            Column("name", Unit.TEXT),
            *(Column(name) for name in ("due", "in time", "late", "missed")),
            Column("rate", Unit.SHARE),
            *others,
        ),
        tuple(rows),
        "no check-in was due",
    )


def _health(report: Report) -> Section:
    found = compared(report)
    parts = sorted({part for each in found if each for part in each.parts})
    others = [Column(f"{name} failed for", Unit.SECONDS) for name in compared_names(report)[1:]]

    def row(part: str) -> tuple[Cell, ...]:
        now = report.now.parts.get(part, PartFigures())
        before = [each.parts.get(part, PartFigures()).failed_s if each else None for each in found[1:]]
        return (part, now.failures, now.failed_s, now.degraded, now.degraded_s, *before)

    return Section(
        "health",
        "Devices and parts of the station",
        (
            Column("part", Unit.TEXT),
            Column("failures"),
            Column("failed for", Unit.SECONDS),
            Column("degraded"),
            Column("degraded for", Unit.SECONDS),
            *others,
        ),
        tuple(row(part) for part in parts),
        "no part was degraded or failed",
    )


def _drills(report: Report) -> Section:
    def row(name: str, each: Figures | None) -> tuple[Cell, ...]:
        if each is None:
            return (name, *[None] * 7)
        drills = each.drills
        medians = (drills.times.acknowledge, drills.times.respond, drills.times.arrive, drills.times.close)
        return (name, drills.count, drills.posts, drills.taken, *(times.median_s for times in medians))

    medians = ("took it", "on the way", "arrived", "closed")
    return Section(
        "drills",
        "Drills and tests (in no other figure)",
        (
            Column("period", Unit.TEXT),
            *(Column(name) for name in ("drills", "posts", "taken")),
            *(Column(f"{name}, median", Unit.SECONDS) for name in medians),
        ),
        tuple(map(row, compared_names(report), compared(report))),
    )


def _periods(report: Report) -> list[Column]:
    return [Column(name) for name in compared_names(report)]


def _counts(counts: list[Mapping[Key, int] | None], key: Key) -> list[int | None]:
    return [None if each is None else each.get(key, 0) for each in counts]


def _named(posts: Mapping[str, str], found: Iterable[str], *, every: bool = False) -> list[tuple[str, str]]:
    """The posts that were found, or `every` one, with their names; those that the settings lack come last."""
    known = set(found)
    ours = [(post, name) for post, name in posts.items() if every or post in known]
    others = sorted(known - posts.keys(), key=lambda post: (not post, post))
    return [*ours, *((post, "" if post else NO_POST) for post in others)]
