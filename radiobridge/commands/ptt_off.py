"""`radiobridge ptt-off`: releases the transmitters of a station that no longer does it itself.

For ExecStartPre and ExecStopPost of the service, and for a person after a crash.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

_MISUSED = 2


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`ptt-off` is one of the commands."""
    parser = commands.add_parser("ptt-off", help="release every transmitter, when the daemon does not run")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="settings (TOML)")
    parser.add_argument("channel", nargs="*", metavar="CHANNEL", help="these channels only (default: all)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when no radio is left that may go on transmitting, 1 when one is, 2 for a channel without radio."""
    from radiobridge.near import did_you_mean
    from radiobridge.ptt_release import radios_in, release_all

    radios = radios_in(args.config)
    names = [radio.channel for radio in radios]
    for name in args.channel:
        if name not in names:
            there = ", ".join(names) or "none"
            why = f"no channel {name!r} with a radio; there are: {there}{did_you_mean(name, names)}"
            print(f"radiobridge ptt-off: {why}", file=sys.stderr)
            return _MISUSED
    left_on = False
    for released in release_all([r for r in radios if not args.channel or r.channel in args.channel]):
        if not released.why:
            print(f"{released.channel}: PTT is off ({released.name})")
            continue
        left_on = left_on or not released.by_itself
        what = "not reached, but releases by itself" if released.by_itself else "PTT may still be on"
        print(f"{released.channel}: {what}: {released.why}", file=sys.stderr)
    return int(left_on)
