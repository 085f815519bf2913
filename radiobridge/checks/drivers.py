"""What is wrong with a driver as settings choose it: it is not there, or does not take its keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from radiobridge.errors import MissingPart
from radiobridge.ports import Driver
from radiobridge.settings import DriverChoice, Finding, Place, unknown_key


def driver_mistakes(place: Place, choice: DriverChoice, load: Callable[[str], type[Driver]]) -> list[Finding]:
    """A driver that is not there, and keys that it does not take."""
    try:
        driver = load(choice.driver)
    except (LookupError, MissingPart) as error:
        return [Finding((*place, "driver"), str(error.args[0]))]
    try:
        driver.Settings.model_validate(choice.options)
    except ValidationError as error:
        by_key: dict[Place, list[ErrorDetails]] = {}
        for e in error.errors():
            by_key.setdefault((*place, *e["loc"][:1]), []).append(e)
        known = driver.Settings.model_fields
        shows = not driver.Settings.model_config.get("hide_input_in_errors")
        return [_key(where, choice.driver, known, errs, shows=shows) for where, errs in by_key.items()]
    return []


def _key(
    where: Place, driver: str, known: Iterable[str], errors: list[ErrorDetails], *, shows: bool
) -> Finding:
    """What is wrong with one key; a key that may have several kinds of value has an error for each.

    `shows`: its value may be told; it is no secret.
    """
    if errors[0]["type"] == "extra_forbidden":
        return Finding(where, f"{unknown_key(str(where[-1]), known)}, as the {driver} driver takes them")
    reasons = dict.fromkeys(e["msg"].removeprefix("Value error, ") for e in errors)
    said = "; or ".join(reason[0].lower() + reason[1:] for reason in reasons)
    return Finding(where, f"{said}, not {errors[0]['input']!r}" if shows else said)
