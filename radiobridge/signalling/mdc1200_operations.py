"""What MDC-1200 packets say.

Sources: (1) the AllStarLink wiki, MDC-1200, and app_rpt; (2) a list that amateurs took off the air (Batlabs
forum, topic 36459) as two other decoders quote it. Motorola has published nothing. Where they differ or only
one has it, it is said beside the table.
"""

from __future__ import annotations

from dataclasses import dataclass

from radiobridge.events import Meaning
from radiobridge.signalling.mdc1200 import Packet, unit_name

_ANY = -1

_FROM_UNIT: dict[tuple[int, int], Meaning] = {
    (0x01, 0x80): Meaning.ID,  # as PTT is pressed
    (0x01, 0x00): Meaning.ID,  # as it is released
    (0x00, 0x80): Meaning.EMERGENCY,
    (0x00, 0x81): Meaning.EMERGENCY,
    (0x00, 0x00): Meaning.EMERGENCY,  # no list has it; one transmitter's software sends it
    (0x46, _ANY): Meaning.STATUS,
    (0x06, _ANY): Meaning.STATUS,  # (2): the answer to a request, 22/06
    (0x47, _ANY): Meaning.MESSAGE,
    (0x07, _ANY): Meaning.MESSAGE,  # (2): one that wants no acknowledgement
    (0x0B, 0x00): Meaning.ACKNOWLEDGE,  # of 2B/00, inhibit
    (0x0B, 0x0C): Meaning.ACKNOWLEDGE,  # (2): of 2B/0C, enable
    (0x03, 0x00): Meaning.ACKNOWLEDGE,  # (2): of a radio check; its quoters differ, 03 or 30
    (0x30, 0x00): Meaning.ACKNOWLEDGE,
}
"""Single packets in which the unit is the one that sends. What is in no table is taken to be one too."""

_TO_UNIT: dict[tuple[int, int], Meaning] = {
    (0x63, 0x85): Meaning.RADIO_CHECK,
    (0x20, 0x00): Meaning.ACKNOWLEDGE,  # (2): of an emergency
    (0x23, 0x00): Meaning.ACKNOWLEDGE,  # (2): of a status, a message or a request to talk
    (0x22, 0x06): Meaning.OTHER,  # (2): status request
    (0x2B, 0x00): Meaning.OTHER,  # inhibit
    (0x2B, 0x0C): Meaning.OTHER,  # enable
    (0x11, 0x8A): Meaning.OTHER,  # (2): remote monitor
    (0x71, 0x85): Meaning.OTHER,  # remote monitor
}
"""Single packets in which the unit is the one that is called."""

_CALLS: dict[tuple[int, int], Meaning] = {
    (0x81, 0x0D): Meaning.CALL_ALERT,
    (0x83, 0x0D): Meaning.CALL_ALERT,  # the same, an acknowledgement is expected
    (0x80, 0x15): Meaning.SELECTIVE_CALL,
    (0x82, 0x05): Meaning.SELECTIVE_CALL,
    (0xA0, 0x00): Meaning.ACKNOWLEDGE,  # (2): of a call alert
}
"""The second block after 35/89. The first one has the unit that is called, the second one the caller. That
this holds after 55 too is a guess."""


@dataclass(frozen=True, slots=True)
class Said:
    """A meaning, and its number (two hexadecimal digits) or, for others, the operations as they were sent.

    `unit`: who says it, or with `calls`, who is called; `by`: the caller, where the packet has it. Units
    are four hexadecimal digits.
    """

    means: Meaning
    unit: str
    value: str = ""
    calls: bool = False
    by: str = ""


def said(packet: Packet) -> Said:
    """What a packet says; one whose second block was lost is a call that means something unknown."""
    first = packet[0]
    unit = unit_name(first.unit)
    operation = (first.op, first.arg)
    if first.is_first_of_two:
        return _called(packet, unit)
    if operation in _TO_UNIT:
        means = _TO_UNIT[operation]
        return Said(means, unit, first.code if means is Meaning.OTHER else "", calls=True)
    if operation in _FROM_UNIT:
        return Said(_FROM_UNIT[operation], unit)
    if (first.op, _ANY) in _FROM_UNIT:
        return Said(_FROM_UNIT[first.op, _ANY], unit, f"{first.arg:02X}")
    return Said(Meaning.OTHER, unit, first.code)


def _called(packet: Packet, unit: str) -> Said:
    codes = " ".join(block.code for block in packet)
    if len(packet) == 1:
        return Said(Meaning.OTHER, unit, codes, calls=True)
    first, second = packet
    known = (first.op, first.arg) == (0x35, 0x89)
    means = _CALLS.get((second.op, second.arg)) if known else None
    return Said(means or Meaning.OTHER, unit, "" if means else codes, calls=True, by=unit_name(second.unit))
