"""`radiobridge notify --test`: sends one notice by one notifier, and tells what became of it."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from radiobridge.events import Notice
    from radiobridge.ports import Notifier
    from radiobridge.settings import NotifierSettings, Settings

_POLL_S = 0.5


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`notify` is one of the commands."""
    parser = commands.add_parser(
        "notify",
        help="try a notifier: send one SMS or other notice, and tell what became of it",
        usage="radiobridge notify --test NAME ADDRESS TEXT --config FILE",
    )
    parser.add_argument("--test", action="store_true", required=True, help="send it now, past all queues")
    parser.add_argument("notifier", metavar="NAME", help="of the [[notifier]]")
    parser.add_argument(
        "address", metavar="ADDRESS", help="a number, a name of its urls, or a [[unit]]'s name"
    )
    parser.add_argument("text", metavar="TEXT", help="what is sent")
    parser.add_argument("--config", type=Path, metavar="FILE", required=True, help="settings of the station")
    parser.add_argument(
        "--wait-s", type=float, default=60, metavar="S", help="how long it may take to go out (default: 60)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when it was sent, 1 when not."""
    from ulid import ULID

    from radiobridge.checks import load_station
    from radiobridge.events import Notice
    from radiobridge.ports import load_notifier

    settings = load_station(args.config).settings
    chosen = _chosen(settings, args.notifier)
    phones = {unit.name: unit.phone for unit in settings.unit if unit.phone}
    address = phones.get(args.address, args.address)
    notice = Notice(str(ULID()), time.time(), chosen.name, address, args.text)
    kind = load_notifier(chosen.driver.driver)
    with kind(kind.Settings.model_validate(chosen.driver.options)) as driver:
        why = "" if driver.send(notice) else _why_not(driver, notice, args.wait_s)
    if why:
        print(f"radiobridge notify: to {address} by {chosen.name}: {why}", file=sys.stderr)
        return 1
    print(f"sent to {address} by {chosen.name}")
    return 0


def _chosen(settings: Settings, name: str) -> NotifierSettings:
    from radiobridge.errors import RadiobridgeError
    from radiobridge.near import did_you_mean

    by_name = {each.name: each for each in settings.notifier}
    if name not in by_name:
        there = ", ".join(by_name) or "none"
        hint = did_you_mean(name, by_name)
        raise RadiobridgeError(f"no [[notifier]] is called {name!r}{hint} (there are: {there})")
    return by_name[name]


def _why_not(driver: Notifier, notice: Notice, wait_s: float) -> str:
    """Why it did not go out; empty where it did. What else the notifier tells is left for the station."""
    from radiobridge.ports import Delivered, Failed, Sent

    end = time.monotonic() + wait_s
    while time.monotonic() < end:
        for news in driver.poll():
            if isinstance(news, Sent | Delivered) and news.id == notice.id:
                driver.taken_over(news)
                return ""
            # A station that runs beside may have taken that over already: whether it was sent is asked again.
            if isinstance(news, Failed) and news.id == notice.id and not driver.send(notice):
                driver.taken_over(news)
                driver.withdraw(notice.id)
                return news.why
        time.sleep(_POLL_S)
    left = "it was taken back" if driver.withdraw(notice.id) else "it may still go out"
    advice = driver.concern or "see whether the program or the modem behind it runs (docs/notify.md)"
    return f"not sent within {wait_s:g} s, and {left}; {advice}"
