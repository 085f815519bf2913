"""What is wrong with operators, and with codes that ask who keys them."""

from __future__ import annotations

from collections.abc import Iterator

from radiobridge.dispatch.actions import OPERATOR_FIELD, OTP_FIELD, PIN_FIELD
from radiobridge.dispatch.codebook import field_lengths
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
    lengths = field_lengths(code.keys)
    if lengths is None:
        return  # said with the codes
    is_pin = code.needs == "pin"
    able = [each for each in settings.operator if (each.pin if is_pin else each.otp_secret)]
    if not able:
        what = "pin" if is_pin else "otp_secret"
        yield Finding((*place, "needs"), f"nobody could key it: no [[operator]] has a {what}")
        return
    field = PIN_FIELD if is_pin else OTP_FIELD
    pins = {len(each.pin.get_secret_value()) for each in able if each.pin}
    wanted = pins if is_pin else {settings.access.otp_digits}
    if lengths.get(field) not in wanted:
        there = ", ".join(f"{{{field}:{length}}}" for length in sorted(wanted))
        yield Finding((*place, "keys"), f"where needs is {code.needs!r}, the keys must have {there}")
    named = lengths.get(OPERATOR_FIELD)
    for each in able if named else ():
        if not (each.id.isdecimal() and len(each.id) == named):
            why = f"operator {each.id!r} has no id of {named} digits: he cannot be keyed"
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
