"""Who is meant by a group: the addresses of its members, and a notice for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from radiobridge.events import Notice
from radiobridge.settings import Settings


class Address(NamedTuple):
    """Where a notifier sends to."""

    notifier: str
    address: str


def addresses_of(settings: Settings, groups: Iterable[str]) -> list[Address]:
    """Everybody in the groups, each once; the name of a `[[unit]]` stands for its phone."""
    phones = {unit.name: unit.phone for unit in settings.unit if unit.phone}
    wanted = {*groups}
    found = [
        Address(notifier, phones.get(address, address))
        for group in settings.group
        if group.name in wanted
        for notifier, addresses in group.to.items()
        for address in addresses
    ]
    return [*dict.fromkeys(found)]


def notices_to(
    settings: Settings,
    groups: Iterable[str],
    text: str,
    *,
    at: float,
    new_id: Callable[[], str],
    title: str = "",
    cause: str = "",
) -> list[Notice]:
    """One notice for each address of the groups."""
    return [
        Notice(new_id(), at, notifier, address, text, title, cause)
        for notifier, address in addresses_of(settings, groups)
    ]
