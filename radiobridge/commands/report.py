"""`radiobridge report`: what happened in a day, a week, a month or a year, and how it was before."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from radiobridge.commands.console import table_console
from radiobridge.commands.station_options import add_station_options, station_settings

if TYPE_CHECKING:
    from radiobridge.history.figures import Report
    from radiobridge.history.periods import Period
    from radiobridge.history.sections import Section
    from radiobridge.settings import PostSettings, Settings

_MISUSED = 2
_DAY_S = 86_400
_YEARS = range(1972, 9001)
"""Moments in these, and in the years before and after, have UTC seconds on every computer."""
_PERIODS = ("day", "week", "month", "year")


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`report` is one of the commands."""
    parser = commands.add_parser("report", help="incidents, times, check-ins and faults of a period")
    parser.add_argument("period", choices=_PERIODS, metavar="PERIOD", help=", ".join(_PERIODS))
    parser.add_argument("--date", metavar="DATE", help="a day in it, such as 2026-11-01 (default: today)")
    add_station_options(parser)
    parser.add_argument("--csv", type=Path, metavar="FOLDER", help="also write the tables there as CSV")
    parser.add_argument("--html", type=Path, metavar="FILE", help="also write a page for the printer")
    parser.add_argument("--language", metavar="TAG", help="of the posts' names (default: each one's first)")
    parser.add_argument(
        "--time-zone", metavar="NAME", help="such as Asia/Macau (default: that of this computer)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when it was shown and written, 1 when it cannot be made, 2 when misused."""
    from radiobridge.history.sections import sections

    now = time.time()
    try:
        period = _period(args, now)
    except ValueError as error:
        print(f"radiobridge report: {error}", file=sys.stderr)
        return _MISUSED
    settings = station_settings(args)
    made = _made(settings, period, now)
    tables = sections(made, {post.id: _name(post, args.language) for post in settings.post})
    _print(settings.station.name, made, tables)
    if args.csv:
        from radiobridge.history.csv_files import write_csv

        for path in write_csv(args.csv, tables, period.name):
            print(path, file=sys.stderr)
    if args.html:
        _write_page(args.html, settings.station.name, made, tables)
    return 0


def _period(args: argparse.Namespace, now: float) -> Period:
    """What the report is about. Raises ValueError: there is no such day or time zone."""
    from radiobridge.history.periods import PeriodKind, period_around

    zone = _zone(args.time_zone)
    if args.date is None:
        day = datetime.fromtimestamp(now, zone).date()
    else:
        try:
            day = date.fromisoformat(args.date)
        except ValueError as error:
            raise ValueError(f"--date: {args.date!r} is no day; write it as 2026-11-01") from error
    if day.year not in _YEARS:
        raise ValueError(f"--date: {day} is not from {_YEARS[0]} to {_YEARS[-1]}")
    return period_around(PeriodKind(args.period), day, zone)


def _zone(name: str | None) -> tzinfo | None:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

    from radiobridge.near import did_you_mean

    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        hint = did_you_mean(name, available_timezones())
        raise ValueError(f"--time-zone: there is no {name!r}{hint}") from error


def _made(settings: Settings, period: Period, now: float) -> Report:
    from radiobridge.history.reporting import report
    from radiobridge.history.store import History
    from radiobridge.incident_journal import JournalFile
    from radiobridge.settings import history_url, incidents_file

    with History(history_url(settings), settings.station.name) as history:
        history.take_over(JournalFile(incidents_file(settings)))
        if settings.history.keep_days is not None:
            history.forget(now - settings.history.keep_days * _DAY_S)
        return report(history, period, now=now)


def _name(post: PostSettings, language: str | None) -> str:
    return post.name.get(language or "") or next(iter(post.name.values()))


def _print(station: str, made: Report, tables: list[Section]) -> None:
    from rich import box
    from rich.table import Table

    from radiobridge.history.page import heading, remarks
    from radiobridge.history.sections import Unit, shown

    console = table_console()
    console.print(heading(station, made), style="bold")
    for remark in remarks(made):
        console.print(remark)
    for section in tables:
        console.print(f"\n{section.title}", style="bold")
        rows = list(section.telling_rows()) if section.empty else section.rows
        if not rows:
            console.print(f"  {section.empty}")
            continue
        table = Table(box=box.SIMPLE_HEAD)
        for column in section.columns:
            table.add_column(
                "change" if column.unit is Unit.CHANGE else column.name,
                justify="right" if column.unit else "left",
            )
        for row in rows:
            table.add_row(
                *(shown(cell, column.unit) for cell, column in zip(row, section.columns, strict=True))
            )
        console.print(table)


def _write_page(path: Path, station: str, made: Report, tables: list[Section]) -> None:
    from radiobridge.errors import MissingPart, RadiobridgeError
    from radiobridge.history.page import page
    from radiobridge.history.plots import plots

    try:
        drawn, remark = plots(made, tables), ""
    except MissingPart as error:
        drawn, remark = [], str(error)
        print(f"radiobridge report: {path} has no plots: {error}", file=sys.stderr)
    try:
        path.write_text(page(station, made, tables, drawn, remark), encoding="utf-8")
    except OSError as error:
        raise RadiobridgeError(
            f"{path}: cannot be written: {error.strerror}; name another file in --html"
        ) from error
    print(path, file=sys.stderr)
