"""`radiobridge handsets`: how well the station hears each handset, the worst first."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from radiobridge.commands.tables import table_console

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from radiobridge.bus.heard_messages import KeypadTestMessage
    from radiobridge.handsets import Heard, KeptTest

_MISUSED = 2


@dataclass(slots=True)
class _Handset:
    """What is known of one handset; the last test comes first."""

    name: str
    tests: list[KeypadTestMessage] = field(default_factory=list)
    heard: Heard | None = None

    @property
    def worst_first(self) -> tuple[float, ...]:
        """Poor, fair, not tested, good; and among these by SNR."""
        rank = {"poor": 0, "fair": 1, "good": 3}[self.tests[0].verdict] if self.tests else 2
        snr_db = self.tests[0].snr_db if self.tests else self.heard.snr_db if self.heard else 0.0
        return rank, snr_db


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`handsets` is one of the commands."""
    parser = commands.add_parser("handsets", help="how well each handset is heard, the worst first")
    parser.add_argument("unit", nargs="?", metavar="UNIT", help="all tests of this one")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings of the station")
    parser.add_argument("--state-dir", type=Path, metavar="DIR", help="the station's state folder")
    parser.add_argument("--json", action="store_true", help="print them as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when they were shown, none at all included; 1 for a UNIT that is not known; 2 when misused."""
    from radiobridge.handsets import HandsetStore

    if args.config and args.state_dir:
        print("radiobridge handsets: give --config or --state-dir, one of the two", file=sys.stderr)
        return _MISUSED
    store = HandsetStore(_file(args))
    handsets = sorted(_handsets(store.tests(), store.heard()), key=lambda handset: handset.worst_first)
    if args.unit is not None:
        handsets = [handset for handset in handsets if handset.name == args.unit]
        if not handsets:
            print(f"radiobridge handsets: nothing was heard of {args.unit!r}", file=sys.stderr)
            return 1
    if args.json:
        print(json.dumps([_plain(handset) for handset in handsets], ensure_ascii=False, indent=2))
    elif args.unit is not None:
        _print_history(handsets[0])
    else:
        _print_all(handsets)
    return 0


def _file(args: argparse.Namespace) -> Path:
    from radiobridge.checks import load_station
    from radiobridge.settings import Settings, handsets_file

    if args.config:
        return handsets_file(load_station(args.config).settings)
    return handsets_file(Settings.model_validate({"station": {"state_dir": args.state_dir}}))


def _handsets(tests: list[KeptTest], heard: list[Heard]) -> list[_Handset]:
    from pydantic import ValidationError

    from radiobridge.bus.heard_messages import KeypadTestMessage

    known: dict[str, _Handset] = {}
    for kept in tests:
        handset = known.setdefault(kept.handset, _Handset(kept.handset))
        try:
            handset.tests.append(KeypadTestMessage.model_validate_json(kept.report))
        except ValidationError as error:
            print(f"radiobridge handsets: a test of {kept.handset} is left out: {error}", file=sys.stderr)
    for calls in heard:
        known.setdefault(calls.handset, _Handset(calls.handset)).heard = calls
    return list(known.values())


def _plain(handset: _Handset) -> dict[str, Any]:
    return {
        "handset": handset.name,
        "tests": [test.model_dump(mode="json", exclude_none=True) for test in handset.tests],
        "heard": asdict(handset.heard) if handset.heard else None,
    }


def _print_all(handsets: list[_Handset]) -> None:
    if not handsets:
        print("no handset was tested yet: key the code of [keypad_test] (*0#), and then all keys in order")
        return
    console = table_console()
    table = _table("unit", "last test", *_MEASURED, "call-ins heard")
    for handset in handsets:
        last = _row(handset.tests[0]) if handset.tests else ("-",) * (1 + len(_MEASURED))
        table.add_row(handset.name, *last, _calls(handset.heard))
    console.print(table)
    for handset in handsets:
        for what in handset.tests[0].advice.get("en", ()) if handset.tests else ():
            console.print(f"{handset.name}: {what}", soft_wrap=True)


def _print_history(handset: _Handset) -> None:
    console = table_console()
    console.print(f"{handset.name}: call-ins heard: {_calls(handset.heard)}")
    if not handset.tests:
        return
    table = _table("test", *_MEASURED, "keys heard")
    for test in handset.tests:
        table.add_row(*_row(test), test.keys)
    console.print(table)
    for what in handset.tests[0].advice.get("en", ()):
        console.print(what, soft_wrap=True)


_MEASURED = ("verdict", "level", "SNR", "twist", "missing", "wrong")


def _row(test: KeypadTestMessage) -> tuple[str | Text, ...]:
    from rich.text import Text

    from radiobridge.commands.keypad_text import COLOURS, faults

    return (
        f"{test.started.astimezone():%Y-%m-%d %H:%M}",
        Text(test.verdict, COLOURS[test.verdict]),
        f"{test.level_dbfs:.0f} dBFS",
        f"{test.snr_db:.0f} dB",
        f"{test.twist_db:+.0f} dB",
        " ".join(test.missing) or ("-" if test.row else "?"),
        faults(test) or "-",
    )


def _calls(heard: Heard | None) -> str:
    """How many call-ins had its id, and how they were on average."""
    if heard is None:
        return "-"
    twist = "" if heard.twist_db is None else f", {heard.twist_db:+.0f} dB"
    return f"{heard.calls}: {heard.level_dbfs:.0f} dBFS, {heard.snr_db:.0f} dB{twist}"


def _table(*columns: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE)
    for column in columns:
        table.add_column(column, justify="right" if column in ("level", "SNR", "twist") else "left")
    return table
