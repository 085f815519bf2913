"""What is wrong with operators, and with codes that ask who keys them."""

from __future__ import annotations

from collections.abc import Iterator

from radiobridge.dispatch.actions import OPERATOR_FIELD, OTP_FIELD, PIN_FIELD
from radiobridge.dispatch.codebook import Pattern
from radiobridge.settings import CodeSettings, Finding, Place, Settings


def access_mistakes(settings: Settings, broken: frozenset[str]) -> list[Finding]:
    """All of `[[operator]]` and of `needs`; `broken`: the tables whose shape is wrong already."""
    if "operator" in broken:
        return []
    found = [
        finding
        for index, code in enumerate(settings.code)
        if code.needs
        for finding in _code(("code", index), code, settings)
    ]
    return [*found, *_same_pins(settings)]


def _code(place: Place, code: CodeSettings, settings: Settings) -> Iterator[Finding]:
    if code.does is None:
        yield Finding(
            (*place, "needs"), "an alert asks for nothing: leave `needs` out, whoever calls is heard"
        )
        return
    try:
        fields = Pattern.parse(code.keys).fields
    except ValueError:
        return  # said with the codes
    lengths = {name: part.stop - part.start for name, part in fields.items()}
    field = PIN_FIELD if code.needs == "pin" else OTP_FIELD
    able = [each for each in settings.operator if (each.pin if code.needs == "pin" else each.otp_secret)]
    if not able:
        what = "pin" if code.needs == "pin" else "otp_secret"
        yield Finding((*place, "needs"), f"nobody could key it: no [[operator]] has a {what}")
    wanted = (
        {len(each.pin.get_secret_value()) for each in able if each.pin}
        if code.needs == "pin"
        else {settings.access.otp_digits}
    )
    if able and lengths.get(field) not in wanted:
        there = ", ".join(f"{{{field}:{length}}}" for length in sorted(wanted))
        yield Finding((*place, "keys"), f"where needs is {code.needs!r}, the keys must have {there}")
    if OPERATOR_FIELD in lengths:
        for each in able:
            if not (each.id.isdecimal() and len(each.id) == lengths[OPERATOR_FIELD]):
                why = (
                    f"operator {each.id!r} has no id of {lengths[OPERATOR_FIELD]} digits: he cannot be keyed"
                )
                yield Finding((*place, "keys"), why)


def _same_pins(settings: Settings) -> Iterator[Finding]:
    """Where a code does not name the operator, his PIN must."""
    if all(f"{{{OPERATOR_FIELD}:" in code.keys for code in settings.code if code.needs == "pin"):
        return
    first: dict[str, int] = {}
    for index, operator in enumerate(settings.operator):
        if operator.pin:
            other = first.setdefault(operator.pin.get_secret_value(), index)
            if other != index:
                why = "the PIN of another operator: give each his own, or {operator:2} to the codes"
                yield Finding(("operator", index, "pin"), why, ("operator", other, "pin"))
