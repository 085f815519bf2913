"""`radiobridge run`: the daemon."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`run` is one of the commands."""
    parser = commands.add_parser("run", help="listen, and send alerts (the daemon)")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="settings (TOML)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs until SIGTERM or SIGINT; SIGHUP reads the settings again."""
    import asyncio

    from radiobridge.checks import load_station
    from radiobridge.station import Station

    asyncio.run(Station(load_station(args.config)).run())
    return 0
