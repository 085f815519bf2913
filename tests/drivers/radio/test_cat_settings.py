"""What the settings of the drivers that ask a radio choose: the way of speaking, the address."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from drivers.radio.icom import IcomSettings
from drivers.radio.kenwood import KenwoodSettings
from radiobridge.ports import load_radio
from tests.drivers.radio.fake_pty import FakePort
from tests.drivers.radio.fake_radios import FakeKenwoodMobile
from tests.drivers.radio.rig import wait_until


def test_a_mobile_radio_is_keyed_and_tells_its_carrier_and_frequency(tmp_path: Path) -> None:
    radio = FakeKenwoodMobile()
    port = FakePort(tmp_path, radio)
    kind = load_radio("kenwood")
    try:
        with kind(kind.Settings.model_validate({"port": str(port.path), "dialect": "mobile"})) as driver:
            assert not radio.keyed
            driver.set_ptt(True)
            assert radio.keyed
            assert driver.ptt() is None
            driver.set_ptt(False)
            radio.carrier = True
            assert driver.carrier() is True
            assert driver.frequency_hz() == 145_500_000
            assert (driver.mode(), driver.strength_db()) == (None, None)
            radio.answers[b"FO 0\r"] = b"N\r"
            assert driver.frequency_hz() is None
    finally:
        port.unplug()
    wait_until(lambda: not radio.keyed)


@pytest.mark.parametrize(
    ("address", "number"), [("94", 0x94), ("94h", 0x94), ("a2", 0xA2), ("IC-7300", 0x94), ("ic-9700 ", 0xA2)]
)
def test_an_address_is_a_model_or_what_the_menu_says(address: str, number: int) -> None:
    assert IcomSettings.model_validate({"port": "x", "address": address}).address == number


@pytest.mark.parametrize("address", ["IC-7301", "E0", "00", "0x94", "", 94, 148, None, "ff"])
def test_other_addresses_are_refused_with_the_models_there_are(address: object) -> None:
    with pytest.raises(ValidationError, match=r"in quotes.*IC-7300"):
        IcomSettings.model_validate({"port": "x", "address": address})


@pytest.mark.parametrize(
    ("options", "why"),
    [({"dialect": "mobile", "audio": "data"}, "is for TS radios"), ({"band": "B"}, "give dialect")],
)
def test_a_key_of_the_other_dialect_is_refused(options: dict[str, str], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        KenwoodSettings.model_validate({"port": "x"} | options)
