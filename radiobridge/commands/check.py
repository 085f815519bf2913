"""`radiobridge check`: says whether a settings file can be used, and every mistake if not."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`check` is one of the commands."""
    parser = commands.add_parser("check", help="say whether a settings file is right, and all mistakes")
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="settings (TOML)")
    parser.add_argument("--config", type=Path, metavar="FILE", help="the same")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 if the file can be used, 1 if not, 2 if no file was named; mistakes and remarks on stderr."""
    from radiobridge.checks import load_station
    from radiobridge.checks.phrases import unheard_phrases
    from radiobridge.errors import SettingsError
    from radiobridge.remarks import remarks

    path = args.config or args.file
    if path is None:
        print("radiobridge check: name a settings file", file=sys.stderr)
        return 2
    try:
        file = load_station(path)
    except SettingsError as error:
        for mistake in error.mistakes:
            print(f"error: {mistake}", file=sys.stderr)
        print(f"{path}: {_count(len(error.mistakes))}; it cannot be used", file=sys.stderr)
        return 1
    for remark in file.remarks([*remarks(file.settings), *unheard_phrases(file.settings)]):
        print(f"note: {remark}", file=sys.stderr)
    s = file.settings
    print(
        f"{path}: ok ({len(s.channel)} channels, {len(s.post)} posts, {len(s.code)} codes, "
        f"{len(s.phrase)} phrases)"
    )
    return 0


def _count(mistakes: int) -> str:
    return "1 mistake" if mistakes == 1 else f"{mistakes} mistakes"
