"""Tones as operators write them in the settings: `KIND:WHAT`, such as `dtmf:*103#` or `morse:DE B1ABC`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from radiobridge.events import Samples
from radiobridge.near import did_you_mean
from radiobridge.signalling.five_tone import STANDARDS
from radiobridge.signalling.mdc1200 import Packet
from radiobridge.transmit import mdc1200 as mdc
from radiobridge.transmit.attention import attention
from radiobridge.transmit.dtmf import dtmf
from radiobridge.transmit.five_tone import five_tone
from radiobridge.transmit.morse import morse
from radiobridge.transmit.roger_beep import roger_beep
from radiobridge.transmit.tone_burst import tone_burst
from radiobridge.transmit.two_tone import group_call, two_tone

BURST_S = 1.0
"""Relays answer to 0.2 to 0.4 s (ukrepeater.net, access requirements), slow ones to 0.5 s and more."""
_LOWEST_HZ, _HIGHEST_HZ = 250.0, 3000.0
"""What radios pass, and what is listened for."""
_CHECK_RATE_HZ, _CHECK_DBFS = 8000, -20.0
_NOBODY = "0000"
"""A unit that no radio has."""


def tones_of(spec: str, rate_hz: int, level_dbfs: float) -> Samples:
    """What is written as sound: float32 mono; `level_dbfs` is its power while it sounds.

    `rate_hz`: 8000 or more.

    Raises:
        ValueError: no such kind of tones, something that it cannot send, or a level at which it would clip.
    """
    name, colon, what = (part.strip() for part in spec.partition(":"))
    if name not in KINDS:
        near = did_you_mean(name, KINDS)
        raise ValueError(f"no tones {name!r}{near}; there are {', '.join(KINDS)}")
    kind = KINDS[name]
    if not what and (colon or not kind.default):
        raise ValueError(f"{spec!r} does not say what to send; write it so: {kind.example}")
    try:
        return kind.sound(what or kind.default, rate_hz, level_dbfs)
    except ValueError as error:
        raise ValueError(f"{spec!r}: {error}") from error


def check_tones(spec: str) -> None:
    """`spec` can be sent, at any rate and any level that does not clip.

    Raises:
        ValueError: it cannot; what `tones_of` says.
    """
    tones_of(spec, _CHECK_RATE_HZ, _CHECK_DBFS)


def tones_s(spec: str) -> float:
    """How long `spec` lasts, in seconds. Raises ValueError as `tones_of` does."""
    return len(tones_of(spec, _CHECK_RATE_HZ, _CHECK_DBFS)) / _CHECK_RATE_HZ


class Kind(NamedTuple):
    """One kind of tones: how it sounds, how it is written, and what is sent where only its name is."""

    sound: Callable[[str, int, float], Samples]
    example: str
    default: str = ""


def _hz(text: str) -> float:
    try:
        hz = float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no frequency in Hz, such as 1750") from None
    if not _LOWEST_HZ <= hz <= _HIGHEST_HZ:
        raise ValueError(f"{text} Hz does not pass through radios; {_LOWEST_HZ:g} to {_HIGHEST_HZ:g} Hz do")
    return hz


def _page(what: str, rate_hz: int, level_dbfs: float) -> Samples:
    tones_hz = [_hz(text) for text in what.split("/")]
    match tones_hz:
        case [hz]:
            return group_call(hz, rate_hz, level_dbfs=level_dbfs)
        case [a_hz, b_hz]:
            return two_tone(a_hz, b_hz, rate_hz, level_dbfs=level_dbfs)
    raise ValueError(f"{len(tones_hz)} tones; a page has two (349.0/433.7), a group call one (707.3)")


def _number(text: str) -> int:
    if not re.fullmatch("[0-9A-Fa-f]{1,2}", text):
        raise ValueError(f"{text!r} is no number from 00 to FF")
    return int(text, 16)


_PACKETS: Mapping[str, tuple[str, Callable[..., Packet]]] = MappingProxyType(
    {
        "id": ("UNIT", mdc.ptt_id),
        "emergency": ("UNIT", mdc.emergency),
        "status": ("UNIT:NUMBER", lambda unit, number: mdc.status(unit, _number(number))),
        "message": ("UNIT:NUMBER", lambda unit, number: mdc.message(unit, _number(number))),
        "radio-check": ("TO", mdc.radio_check),
        "call-alert": ("TO[:BY]", lambda to, by=_NOBODY: mdc.call_alert(to, by)),
        "selective-call": ("TO[:BY]", lambda to, by=_NOBODY: mdc.selective_call(to, by)),
    }
)
"""What an MDC-1200 packet can say: what follows its name, and how it is made of that."""


def _mdc1200(what: str, rate_hz: int, level_dbfs: float) -> Samples:
    name, *given = what.split(":")
    if name not in _PACKETS:
        near = did_you_mean(name, _PACKETS)
        raise ValueError(f"no MDC-1200 packet {name!r}{near}; there are {', '.join(_PACKETS)}")
    form, packet = _PACKETS[name]
    most = form.count(":") + 1
    if not most - form.count("[") <= len(given) <= most:
        raise ValueError(f"write mdc1200:{name}:{form}, units as four hexadecimal digits")
    return mdc.mdc1200(packet(*given), rate_hz, level_dbfs=level_dbfs)


def _five_tone(standard: str) -> Kind:
    def sound(code: str, rate_hz: int, level_dbfs: float) -> Samples:
        return five_tone(code, standard, rate_hz, level_dbfs=level_dbfs)

    return Kind(sound, f"{standard}:12345")


def _burst(what: str, rate_hz: int, level_dbfs: float) -> Samples:
    return tone_burst(_hz(what), rate_hz, BURST_S, level_dbfs=level_dbfs)


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "dtmf": Kind(lambda keys, rate, level: dtmf(keys, rate, level_dbfs=level), "dtmf:*103#"),
        **{standard: _five_tone(standard) for standard in STANDARDS},
        "two-tone": Kind(_page, "two-tone:349.0/433.7"),
        "mdc1200": Kind(_mdc1200, "mdc1200:id:1234"),
        "burst": Kind(_burst, "burst:1750"),
        "morse": Kind(lambda text, rate, level: morse(text, rate, level_dbfs=level), "morse:DE B1ABC"),
        "beep": Kind(
            lambda style, rate, level: roger_beep(style, rate, level_dbfs=level), "beep:double", "single"
        ),
        "attention": Kind(
            lambda style, rate, level: attention(style, rate, level_dbfs=level), "attention:chime", "chime"
        ),
    }
)
"""Every kind of tones by the name that it has in the settings."""
