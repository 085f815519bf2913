"""`radiobridge history erase`: a person's recordings and name are removed from what the station keeps."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from radiobridge.commands.station_options import add_station_options, station_settings

if TYPE_CHECKING:
    from radiobridge.history.erasure import Person
    from radiobridge.history.store import History
    from radiobridge.recordings.finding import Found
    from radiobridge.settings import Settings

_MISUSED = 2


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`history` is one of the commands."""
    parser = commands.add_parser(
        "history",
        help="erase a person's recordings, and his name from the history",
        usage="radiobridge history erase --unit ID | --name NAME | --callin ID   [--yes] [options]",
    )
    parser.add_argument("action", choices=("erase",), metavar="ACTION", help="erase")
    parser.add_argument("--unit", metavar="ID", help="whoever carries the radio that sends this id")
    parser.add_argument("--name", metavar="NAME", help="whoever has this name in [[unit]] or in the history")
    parser.add_argument("--callin", metavar="ID", help="one call-in: its recording, and who it was")
    parser.add_argument("--yes", action="store_true", help="do it; without this it is only told")
    add_station_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when it was done or told, 1 when something could not be erased, 2 when misused."""
    from radiobridge.history.store import History
    from radiobridge.incident_journal import JournalFile
    from radiobridge.settings import history_url, incidents_file

    given = [value for value in (args.unit, args.name, args.callin) if value is not None]
    if len(given) != 1 or not given[0].strip():
        print("radiobridge history erase: give one of --unit, --name and --callin", file=sys.stderr)
        return _MISUSED
    settings = station_settings(args)
    with History(history_url(settings), settings.station.name) as history:
        history.take_over(JournalFile(incidents_file(settings)))
        person = _person(args, settings)
        found = _recordings(settings, person, history.callins_of(person))
        for why in found.unreadable:
            print(f"radiobridge history: not looked at: {why}", file=sys.stderr)
        if args.yes:
            return _erase(history, person, found)
        _tell(history, person, found)
    return 1 if found.unreadable else 0


def _person(args: argparse.Namespace, settings: Settings) -> Person:
    """Who is meant. A name stands for the radios that the settings give it, too."""
    from radiobridge.history.erasure import Person

    if args.unit is not None:
        return Person(units=frozenset({args.unit.strip().upper()}))
    if args.callin is not None:
        return Person(callins=frozenset({args.callin.strip().upper()}))
    units = {id_ for unit in settings.unit if unit.name == args.name for id_ in unit.ids}
    return Person(units=frozenset(units), names=frozenset({args.name}))


def _recordings(settings: Settings, person: Person, callins: set[str]) -> Found:
    from radiobridge.recordings.finding import find_recordings
    from radiobridge.settings import recordings_dir

    ids = callins | person.callins
    return find_recordings(
        recordings_dir(settings), lambda info: info.id in ids or not person.units.isdisjoint(info.units)
    )


def _tell(history: History, person: Person, found: Found) -> None:
    for path in found.recordings:
        print(path)
    entries = history.entries_of(person, time.time())
    print(f"{_many(len(found.recordings), 'recording')} and {_many(entries, 'entry')} of the history", end="")
    print(" would be erased; --yes does it")


def _erase(history: History, person: Person, found: Found) -> int:
    removed, left = 0, 0
    for path in found.recordings:
        try:
            path.unlink(missing_ok=True)
            removed += 1
        except OSError as error:
            left += 1
            print(f"radiobridge history: {path} stays: {error.strerror}", file=sys.stderr)
    entries = history.erase(person, time.time(), removed)
    print(f"{_many(removed, 'recording')} and {_many(entries, 'entry')} of the history erased")
    return 1 if left or found.unreadable else 0


def _many(count: int, what: str) -> str:
    plural = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    return f"{count} {what if count == 1 else plural}"
