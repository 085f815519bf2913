"""What is wrong with notifiers and groups: drivers, and addresses that nothing can be sent to."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from radiobridge.checks.drivers import driver_mistakes
from radiobridge.errors import MissingPart
from radiobridge.near import did_you_mean
from radiobridge.ports import Notifier, load_notifier
from radiobridge.settings import Finding, NotifierSettings, Place, Settings


def notify_mistakes(settings: Settings, broken: frozenset[str]) -> list[Finding]:
    """All of `[[notifier]]` and `[[group]]`; `broken`: the tables whose shape is wrong already."""
    found = [
        finding
        for index, each in enumerate(settings.notifier)
        for finding in driver_mistakes(("notifier", index, "driver"), each.driver, load_notifier)
    ]
    if broken & {"notifier", "unit"}:
        return found
    drivers = {each.name: _driver(each) for each in settings.notifier}
    for index, group in enumerate(settings.group):
        for name, addresses in group.to.items():
            place = ("group", index, "to", name)
            if name not in drivers:
                there = ", ".join(drivers) or "none"
                hint = did_you_mean(name, drivers)
                why = f"no [[notifier]] is called {name!r}{hint} (there are: {there})"
                found.append(Finding(place, why))
            else:
                for address in addresses:
                    found += _address(place, address, drivers[name], settings)
    return found


def unknown_group(place: Place, name: str, settings: Settings, broken: frozenset[str]) -> Iterator[Finding]:
    """There is no group of this name."""
    groups = [group.name for group in settings.group]
    if "group" not in broken and name not in groups:
        there = ", ".join(groups) or "none"
        hint = did_you_mean(name, groups)
        yield Finding(place, f"no [[group]] is called {name!r}{hint} (there are: {there})")


def _address(place: Place, address: str, driver: Notifier | None, settings: Settings) -> Iterator[Finding]:
    unit = next((unit for unit in settings.unit if unit.name == address), None)
    if unit and not unit.phone:
        yield Finding(place, f"the [[unit]] {address!r} has no phone")
    elif driver and (fault := driver.address_fault((unit and unit.phone) or address)):
        people = [unit.name for unit in settings.unit if unit.phone]
        yield Finding(place, f"{fault}{did_you_mean(address, people)}")


def _driver(settings: NotifierSettings) -> Notifier | None:
    """The driver, to be asked about addresses; None where it cannot be made, which is said already."""
    try:
        kind = load_notifier(settings.driver.driver)
        return kind(kind.Settings.model_validate(settings.driver.options))
    except (LookupError, MissingPart, ValidationError):
        return None
