"""Byte traces of radios: what is sent for each action, and what is made of the answer.

The bytes were exchanged with the emulators that the Hamlib project writes (simic705, simts890, simft450,
simft817), or stand in the manuals; no radio was there.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from radiobridge.ports import load_radio
from tests.drivers.radio.fake_pty import FakePort, FakeRadio
from tests.drivers.radio.fake_radios import FakeIcom, FakeKenwood, FakeYaesu, FakeYaesu5

FAKES: dict[str, Callable[[], FakeRadio]] = {
    "icom": FakeIcom,
    "kenwood": FakeKenwood,
    "yaesu": FakeYaesu,
    "yaesu5": FakeYaesu5,
}


def _hex(text: str) -> bytes:
    return bytes.fromhex(text)


@pytest.mark.parametrize(
    ("driver", "action", "exchange", "seen"),
    [
        ("icom", "frequency_hz", (_hex("fefe94e003fd"), _hex("fefee09403004007 1400fd")), 14_074_000),
        ("icom", "mode", (_hex("fefe94e004fd"), _hex("fefee094040500fd")), "FM"),
        ("icom", "ptt", (_hex("fefe94e01c00fd"), _hex("fefee0941c0000fd")), False),
        ("icom", "ptt", (_hex("fefe94e01c00fd"), _hex("fefee0941c0001fd")), True),
        ("icom", "strength_db", (_hex("fefe94e01502fd"), _hex("fefee09415020000fd")), -54),
        ("icom", "strength_db", (_hex("fefe94e01502fd"), _hex("fefee09415020120fd")), 0),
        ("icom", "carrier", (_hex("fefe94e01501fd"), _hex("fefee094150101fd")), True),
        ("icom", "carrier", (_hex("fefe94e01501fd"), _hex("fefee094150100fd")), False),
        ("kenwood", "frequency_hz", (b"FA;", b"FA00014000000;"), 14_000_000),
        ("kenwood", "mode", (b"MD;", b"MD2;"), "USB"),
        ("kenwood", "ptt", (b"IF;", b"IF00029000000      000000000140000000;"), True),
        ("kenwood", "ptt", (b"IF;", b"IF00029000000      000000000040000000;"), False),
        ("kenwood", "carrier", (b"BY;", b"BY1;"), True),
        ("kenwood", "carrier", (b"BY;", b"BY10;"), True),
        ("kenwood", "carrier", (b"BY;", b"BY01;"), False),
        ("yaesu", "frequency_hz", (b"FA;", b"FA14074000;"), 14_074_000),
        ("yaesu", "frequency_hz", (b"FA;", b"FA145500000;"), 145_500_000),
        ("yaesu", "mode", (b"MD0;", b"MD01;"), "LSB"),
        ("yaesu", "ptt", (b"TX;", b"TX1;"), True),
        ("yaesu", "ptt", (b"TX;", b"TX2;"), True),
        ("yaesu", "ptt", (b"TX;", b"TX0;"), False),
        ("yaesu", "strength_db", (b"SM0;", b"SM0130;"), 0),
        ("yaesu5", "frequency_hz", (_hex("0000000003"), _hex("0140740003")), 14_074_000),
        ("yaesu5", "mode", (_hex("0000000003"), _hex("0140740003")), "CWR"),
        ("yaesu5", "carrier", (_hex("00000000e7"), _hex("80")), False),
        ("yaesu5", "carrier", (_hex("00000000e7"), _hex("09")), True),
        ("yaesu5", "ptt", (_hex("00000000f7"), _hex("ff")), False),
        ("yaesu5", "ptt", (_hex("00000000f7"), _hex("05")), True),
    ],
)
def test_an_action_is_these_bytes(
    tmp_path: Path, driver: str, action: str, exchange: tuple[bytes, bytes], seen: object
) -> None:
    sent, received = exchange
    radio = FAKES[driver]()
    port = FakePort(tmp_path, radio)
    kind = load_radio(driver)
    try:
        with kind(kind.Settings.model_validate(_options(driver, port))) as opened:
            radio.answers[sent] = received
            assert getattr(opened, action)() == seen
            assert radio.asked[-1] == sent
    finally:
        port.unplug()


@pytest.mark.parametrize(
    ("driver", "on", "off"),
    [
        ("icom", _hex("fefe94e01c0001fd"), _hex("fefe94e01c0000fd")),
        ("kenwood", b"TX;", b"RX;"),
        ("yaesu", b"TX1;", b"TX0;"),
        ("yaesu5", _hex("0000000008"), _hex("0000000088")),
    ],
)
def test_ptt_is_these_bytes(tmp_path: Path, driver: str, on: bytes, off: bytes) -> None:
    radio = FAKES[driver]()
    port = FakePort(tmp_path, radio)
    kind = load_radio(driver)
    try:
        with kind(kind.Settings.model_validate(_options(driver, port))) as opened:
            assert radio.asked[0] == off
            assert on not in radio.asked
            opened.set_ptt(True)
            assert radio.asked[2] == on
        assert radio.asked[-2] == off
    finally:
        port.unplug()


def _options(driver: str, port: FakePort) -> dict[str, Any]:
    return {"port": str(port.path)} | ({"address": "IC-7300"} if driver == "icom" else {})
