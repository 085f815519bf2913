"""`radiobridge run`: the daemon."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import threading
from pathlib import Path

log = logging.getLogger(__name__)

END_S = 8.0
"""From the signal to the end of the process, whatever hangs: less than TimeoutStopSec of the unit."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`run` is one of the commands."""
    parser = commands.add_parser("run", help="listen, and send alerts (the daemon)")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="settings (TOML)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs until SIGTERM or SIGINT; SIGHUP reads the settings again."""
    import asyncio

    from radiobridge.checks import load_station
    from radiobridge.library_output import bounded_libraries
    from radiobridge.station import Station

    station = Station(load_station(args.config), on_stop=end_in_time)
    with bounded_libraries():
        asyncio.run(station.run())
    return 0


def end_in_time(end_s: float = END_S) -> None:
    """The process ends within `end_s`: a driver that hangs, at Python's own end too, keeps nobody waiting."""
    timer = threading.Timer(end_s, _end, [end_s])
    timer.daemon = True
    timer.start()


def _end(end_s: float) -> None:
    """All that was heard is on disk by now; the PTT guard sees the end and releases the radios."""
    left = ", ".join(sorted({thread.name for thread in threading.enumerate()}))
    log.error("did not end within %g s; ended by force. Threads still there: %s", end_s, left)
    sys.stderr.flush()
    os._exit(1)
