"""`radiobridge posts`: who was heard when, who is overdue, and which contacts are dead or untested."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from radiobridge.commands.broker_options import (
    add_running_station_options,
    broker_of,
    settings_of,
    station_of,
)

if TYPE_CHECKING:
    from datetime import datetime

    from radiobridge.bus.supervision_messages import ContactOfPost, PostMessage

_CALM = ("in", "late", "waiting")
"""States of a check-in that nobody has to look after."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`posts` is one of the commands."""
    parser = commands.add_parser("posts", help="show when each post was heard, and how its contacts are")
    parser.add_argument("--bad", action="store_true", help="only those where something is wrong")
    parser.add_argument("--language", metavar="TAG", default="en", help="of the names (default: en)")
    add_running_station_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when all is well, 1 when something is wrong at a post."""
    from radiobridge.bus.subscriber import Subscriber
    from radiobridge.bus.supervision_messages import PostMessage
    from radiobridge.bus.topics import of_station

    settings = settings_of(args)
    topics = [of_station(station_of(args, settings), "post/+")]
    with Subscriber(broker_of(args, settings), topics, name="posts") as bus:
        posts = [PostMessage.model_validate_json(payload) for payload in bus.retained().values()]
    posts.sort(key=lambda post: post.post)
    _show([post for post in posts if _is_bad(post) or not args.bad], args.language, are_any=bool(posts))
    return 1 if any(map(_is_bad, posts)) else 0


def _is_bad(post: PostMessage) -> bool:
    return any(round_.state not in _CALM for round_ in post.rounds) or any(
        contact.condition != "ok" for contact in post.contacts
    )


def _show(posts: list[PostMessage], language: str, *, are_any: bool) -> None:
    from radiobridge.commands.console import table, table_console
    from radiobridge.dispatch.texts import in_language

    if not posts:
        print(
            "all is well" if are_any else "no post is known: is the station running, and is its name right?"
        )
        return
    rows = table("post", "name", "last heard", "check-ins", "contacts", "seen", "tested", "what is wrong")
    for post in posts:
        checks = ", ".join(f"{each.name}: {each.state}" for each in post.rounds) or "-"
        first, *others = post.contacts or (None,)
        name = in_language(post.place.name or {}, language)
        rows.add_row(post.post, name, _time(post.last_heard), checks, *_contact(first))
        for contact in others:
            rows.add_row("", "", "", "", *_contact(contact))
    table_console().print(rows)


def _contact(contact: ContactOfPost | None) -> tuple[str, str, str, str]:
    if contact is None:
        return "-", "", "", ""
    state = contact.state if contact.condition == "ok" else contact.condition
    return f"{contact.name}: {state}", _time(contact.seen), _time(contact.tested), contact.why


def _time(at: datetime | None) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}" if at else "never"
