"""`radiobridge otp`: secrets and cards of one-time codes, and who is locked out."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from radiobridge.access import AccessFile
    from radiobridge.settings import OperatorSettings, Settings

_SECRET_BYTES = 20
"""RFC 4226, 4 (R6): 160 bits are recommended."""
_COLUMNS = 5
_MISUSED = 2


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`otp` is one of the commands."""
    parser = commands.add_parser(
        "otp",
        help="secrets and cards of one-time codes; lock-outs",
        usage="radiobridge otp new | card OPERATOR | state | unlock unit|channel NAME   [options]",
    )
    parser.add_argument("action", choices=[*_ACTIONS], metavar="ACTION", help=", ".join(_ACTIONS))
    parser.add_argument("what", nargs="*", help="id of the [[operator]]; unit or channel, and its name")
    parser.add_argument("--count", type=int, default=50, metavar="N", help="codes of a card (default: 50)")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings of the station")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when done, 1 when it cannot be, 2 when misused."""
    act, words = _ACTIONS[args.action]
    if len(args.what) != len(words) or (words and words[0] == "unit|channel" and args.what[0] not in _KINDS):
        print(f"radiobridge otp: {args.action} takes {' '.join(words) or 'nothing more'}", file=sys.stderr)
        return _MISUSED
    if args.config is None and args.action != "new":
        print(f"radiobridge otp: {args.action}: give --config FILE", file=sys.stderr)
        return _MISUSED
    return act(args)


def _new(args: argparse.Namespace) -> int:
    import base64
    import secrets

    del args
    secret = base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()
    print(f'otp_secret = "{secret}"')
    print("in an [[operator]] of the settings; who can read it can make his codes", file=sys.stderr)
    return 0


def _card(args: argparse.Namespace) -> int:
    from radiobridge.dispatch.access.hotp import one_time_code
    from radiobridge.errors import RadiobridgeError
    from radiobridge.near import did_you_mean
    from radiobridge.settings import secret_bytes

    settings, file = _opened(args)
    operators = {operator.id: operator for operator in settings.operator}
    (wanted,) = args.what
    operator = operators.get(wanted)
    if operator is None:
        there = ", ".join(operators) or "none"
        hint = did_you_mean(wanted, operators)
        raise RadiobridgeError(f"no [[operator]] has the id {wanted!r}{hint} (there are: {there})")
    if operator.otp_secret is None:
        raise RadiobridgeError(f"operator {operator.id!r} has no otp_secret: `radiobridge otp new` makes one")
    if not 1 <= args.count <= settings.access.resync:
        print(f"radiobridge otp: --count: give 1 to {settings.access.resync} (resync)", file=sys.stderr)
        return _MISUSED
    first = file.state().counters.get(operator.id, 0)
    secret, digits = secret_bytes(operator.otp_secret), settings.access.otp_digits
    codes = [one_time_code(secret, counter, digits) for counter in range(first, first + args.count)]
    _print_card(operator, codes)
    return 0


def _print_card(operator: OperatorSettings, codes: list[str]) -> None:
    print(f"{operator.name}: one-time codes. Use them in this order, and strike out each.")
    rows = -(-len(codes) // _COLUMNS)
    for row in range(rows):
        cells = [f"{number + 1:3d}  {codes[number]}" for number in range(row, len(codes), rows)]
        print("    ".join(cells))


def _state(args: argparse.Namespace) -> int:
    settings, file = _opened(args)
    state, now = file.state(), time.time()
    for operator in settings.operator:
        shows = [
            *(["a PIN"] if operator.pin else []),
            *(
                [f"codes, {state.counters.get(operator.id, 0)} used or passed over"]
                if operator.otp_secret
                else []
            ),
        ]
        print(f"{operator.id}  {operator.name}: {', '.join(shows)}")
    for who, lock in sorted(state.locks.items()):
        seen = lock.seen_at(now)
        until = f"locked for {seen.until - now:.0f} s more" if now < seen.until else f"{lock.failures} wrong"
        print(f"{who}: {until}")
    return 0


def _unlock(args: argparse.Namespace) -> int:
    _, file = _opened(args)
    who = " ".join(args.what)
    if not file.unlock(who):
        print(f"radiobridge otp: nothing is known of {who!r}: see `radiobridge otp state`", file=sys.stderr)
        return 1
    print(f"{who} may try again")
    return 0


def _opened(args: argparse.Namespace) -> tuple[Settings, AccessFile]:
    from radiobridge.access import AccessFile
    from radiobridge.checks import load_station
    from radiobridge.settings import access_file

    settings = load_station(args.config).settings
    return settings, AccessFile(access_file(settings))


_KINDS = ("unit", "channel")
_ACTIONS: dict[str, tuple[Callable[[argparse.Namespace], int], tuple[str, ...]]] = {
    "new": (_new, ()),
    "card": (_card, ("OPERATOR",)),
    "state": (_state, ()),
    "unlock": (_unlock, ("unit|channel", "NAME")),
}
"""What each action does, and what it takes."""
