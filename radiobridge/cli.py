"""The command line: names every command, and imports the one that is called.

`radiobridge --help` must answer at once on a slow station PC, so nothing heavy is imported here, and the
commands import what they need when they run.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence

from radiobridge import __version__
from radiobridge.commands import (
    check,
    decode,
    demo,
    devices,
    drill,
    handsets,
    history,
    incidents,
    models,
    notify,
    otp,
    posts,
    ptt_off,
    report,
    roster,
    run,
    say,
    tune,
    watch,
)
from radiobridge.errors import RadiobridgeError

COMMANDS = (
    run,
    check,
    demo,
    watch,
    say,
    incidents,
    posts,
    drill,
    report,
    history,
    roster,
    notify,
    otp,
    ptt_off,
    handsets,
    decode,
    devices,
    tune,
    models,
)
_INTERRUPTED = 130


class _CommandParser(argparse.ArgumentParser):
    """The options of a command may stand before, between and behind its other arguments."""

    _is_inside = False

    def parse_known_args(  # type: ignore[override]  # the others of typeshed are for foreign namespaces
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """What the top parser calls; up to Python 3.12 argparse's own way to do this comes back here, too."""
        if self._is_inside:
            return super().parse_known_args(args, namespace)
        self._is_inside = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._is_inside = False


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = argparse.ArgumentParser(
        prog="radiobridge",
        description="Hears DTMF codes and spoken call-ins from two-way radios; sends alerts over MQTT.",
    )
    top.add_argument("--version", action="version", version=f"radiobridge {__version__}")
    top.add_argument("-v", "--verbose", action="store_true", help="log more")
    kind: type[argparse.ArgumentParser] = _CommandParser
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=kind)
    for command in COMMANDS:
        command.add_parser(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code of the command: 0 done, 1 not done (the reason is on stderr), 2 misused."""
    _open_standard_files()
    args = parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.DEBUG if args.verbose else logging.INFO,
        format=_log_format(),
        stream=sys.stderr,
    )
    try:
        return int(args.run(args))
    except RadiobridgeError as error:
        print(f"radiobridge: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) went away: there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _open_standard_files() -> None:
    """Descriptors 0 to 2 are open: no socket or device may take the place of one that the caller closed."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _log_format() -> str:
    """Without a time where the journal writes its own."""
    return (
        "%(levelname)s %(message)s"
        if "JOURNAL_STREAM" in os.environ
        else ("%(asctime)s %(levelname)s %(message)s")
    )


if __name__ == "__main__":
    sys.exit(main())
