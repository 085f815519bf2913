"""`radiobridge roster`: the posts of a station, what is missing of them, and files to fill in."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from radiobridge.commands.console import table, table_console

if TYPE_CHECKING:
    from radiobridge.dispatch.incidents.called_posts import CalledPost
    from radiobridge.settings import PostSettings, Settings

_MISUSED = 2
_BYTE_ORDER_MARK = "\ufeff"
"""Excel takes a file for UTF-8 by it."""
_LANGUAGES = ("zh", "en")
"""Of the names in a template, where no settings say which are used."""
_COLUMNS = ("id", "name", "kind", "place", "lat, lon", "neighbours", "units", "called on")


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`roster` is one of the commands."""
    parser = commands.add_parser("roster", help="show the posts of a station, or print a CSV file to fill in")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings of the station")
    parser.add_argument(
        "--template",
        choices=("posts", "units"),
        help="print a CSV file for [roster], with what --config has already",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when it was shown or printed, 2 when misused."""
    if args.template:
        # Rows end as CSV says, whatever the terminal makes of lines.
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
        sys.stdout.write(_BYTE_ORDER_MARK + _template(args.template, args.config))
        return 0
    if args.config is None:
        print(
            "radiobridge roster: name a settings file with --config, or ask for --template", file=sys.stderr
        )
        return _MISUSED
    _show(args.config)
    return 0


def _template(which: str, config: Path | None) -> str:
    from radiobridge.checks import load_station
    from radiobridge.settings import ROSTER_COLUMNS, Settings, sheet_text

    settings = load_station(config).settings if config else Settings()
    table = which.removesuffix("s")
    rows = [row.model_dump(mode="json") for row in getattr(settings, table)]
    languages = dict.fromkeys(language for post in settings.post for language in post.name)
    return sheet_text(ROSTER_COLUMNS[table], rows, tuple(languages) or _LANGUAGES)


def _show(config: Path) -> None:
    from radiobridge.checks import load_station
    from radiobridge.dispatch.incidents.called_posts import PostsToCall
    from radiobridge.dispatch.roster_gaps import roster_gaps

    file = load_station(config)
    console = table_console()
    if not file.settings.post:
        console.print(f"{config} has no posts: docs/roster.md")
        return
    rows = table(*_COLUMNS)
    posts = PostsToCall(file.settings)
    for post in file.settings.post:
        rows.add_row(*_row(post, file.settings, posts.way_to(post.id)))
    console.print(rows)
    for gap in file.remarks(roster_gaps(file.settings)):
        console.print(f"note: {gap}", soft_wrap=True)


def _row(post: PostSettings, settings: Settings, way: CalledPost | None) -> tuple[str, ...]:
    people = [f"{unit.name} ({', '.join(unit.ids)})" for unit in settings.unit if unit.post == post.id]
    cells = (
        post.id,
        " / ".join(post.name.values()),
        post.kind,
        post.place,
        None if post.lat is None else f"{post.lat:.5f}, {post.lon:.5f}",
        ", ".join(post.neighbours),
        ", ".join((*post.units, *people)),
        ", ".join(filter(None, (way.channel, way.selcall))) if way else None,
    )
    return tuple(cell or "-" for cell in cells)
