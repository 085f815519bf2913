"""How a command is told whose files it reads: the settings of a station, or its state folder."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from radiobridge.settings import Settings


def add_station_options(parser: argparse.ArgumentParser) -> None:
    """The parser takes one of the two, or none for the usual state folder."""
    options = parser.add_mutually_exclusive_group()
    options.add_argument("--config", type=Path, metavar="FILE", help="settings of the station")
    options.add_argument("--state-dir", type=Path, metavar="DIR", help="the station's state folder")


def station_settings(args: argparse.Namespace) -> Settings:
    """The settings in the file that was named, or the default ones. Raises SettingsError."""
    from radiobridge.checks import load_station
    from radiobridge.settings import Settings

    if args.config:
        return load_station(args.config).settings
    return Settings.model_validate({"station": {"state_dir": args.state_dir}})
