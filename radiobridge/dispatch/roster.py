"""Who calls, and from where: the units and posts of the settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from radiobridge.events import Caller, Selcall, UnitId, radio_ids
from radiobridge.settings import PostSettings, Settings

UNIT_FIELD = "unit"
"""Field of a code in which whoever keys it says who he is."""


_NATIONAL = 8
"""Digits from which on a number is one without the prefix of its country, and no short one."""


class Sender(NamedTuple):
    """A radio that said who it is: its id, and in which system; None and '' where none did."""

    unit: str | None = None
    system: str = ""


NOBODY = Sender()


class Roster:
    """The units, posts and channels of one state of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._posts = {post.id: post for post in settings.post}
        self._units = {id_: unit for unit in settings.unit for id_ in unit.ids}
        self._people = settings.unit
        self._post_of_unit = {id_: post.id for post in settings.post for id_ in post.units}
        self._post_of_channel = {channel.name: channel.post for channel in settings.channel}

    def post(self, post_id: str | None) -> PostSettings | None:
        """The post of this id, if there is one."""
        return self._posts.get(post_id or "")

    def writer(self, phone: str) -> Caller | None:
        """Whose phone it is; None where no unit has it. A number may lack the prefix of its country."""
        number = _digits(phone)
        for unit in self._people:
            known = _digits(unit.phone or "")
            if known and number and _is_same(known, number):
                return Caller(name=unit.name, role=unit.role, phone=phone, post=unit.post)
        return None

    def sender(self, signals: Sequence[UnitId | Selcall]) -> Sender:
        """Who speaks in a transmission: the first id that the settings know, or else the first there is."""
        sent = [*self._sent(signals)]
        known = (each for each in sent if self.knows(*each))
        return next(known, sent[0] if sent else NOBODY)

    def knows(self, unit: str | None, system: str) -> bool:
        """Whether it is the id of somebody, or of a radio of some post."""
        return any(map(self._has, radio_ids(unit, system)))

    def caller(self, unit: str | None, channel: str, system: str = "") -> Caller:
        """Whoever sent this id; his post is that of the unit, or else of its radio, or of the channel."""
        ids = radio_ids(unit, system)
        known = next((self._units[id_] for id_ in ids if id_ in self._units), None)
        post = (
            (known and known.post)
            or next((self._post_of_unit[id_] for id_ in ids if id_ in self._post_of_unit), None)
            or self._post_of_channel.get(channel)
        )
        return Caller(
            unit=unit,
            name=known.name if known else "",
            role=known.role if known else None,
            phone=known.phone if known else None,
            post=post,
            system=system,
        )

    def _sent(self, signals: Sequence[UnitId | Selcall]) -> Iterator[Sender]:
        """The ids of senders: told as such, named in a call, or tones that the settings give to a radio."""
        yield from (Sender(each.unit, each.system) for each in signals if isinstance(each, UnitId))
        calls = [each for each in signals if isinstance(each, Selcall)]
        yield from (Sender(each.by, each.system) for each in calls if each.by)
        # Tones say whom they call, or who calls, and not which: only the roster can tell.
        yield from (
            Sender(each.code, each.system) for each in calls if self._has(f"{each.system}:{each.code}")
        )

    def _has(self, id_: str) -> bool:
        return id_ in self._units or id_ in self._post_of_unit


def _digits(phone: str) -> str:
    return "".join(filter(str.isdigit, phone))


def _is_same(one: str, other: str) -> bool:
    """The same number, with or without what stands before a national one."""
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) >= _NATIONAL and long.endswith(short.lstrip("0")))
