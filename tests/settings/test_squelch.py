from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from radiobridge.ports import loading
from radiobridge.settings import SquelchSettings
from radiobridge.settings.open_on import AllOf, AnyOf, Opening, parsed, sources_of
from tests.fake_radio import installed
from tests.settings.test_load import CHANNEL, loaded, mistakes, remarked

SQUELCH = CHANNEL + "[channel.squelch]\n"


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("level", "level"),
        (" Level ", "level"),
        ("level or carrier", AnyOf(("level", "carrier"))),
        ("level or noise and voice", AnyOf(("level", AllOf(("noise", "voice"))))),
        ("(level or noise) and voice", AllOf((AnyOf(("level", "noise")), "voice"))),
        ("(noise and voice)or(dcs)", AnyOf((AllOf(("noise", "voice")), "dcs"))),
        ("carrier and ctcss and voice", AllOf(("carrier", "ctcss", "voice"))),
    ],
)
def test_and_binds_tighter_than_or(text: str, opening: Opening) -> None:
    assert parsed(text) == opening


def test_the_sources_of_an_expression_are_known() -> None:
    assert sources_of(parsed("(noise and voice) or dcs or noise")) == {"noise", "voice", "dcs"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "levle",
            "no squelch source is called 'levle'; did you mean 'level'?; there are: carrier, ctcss, dcs",
        ),
        ("level and vox", "no squelch source is called 'vox'"),
        ("", "it ends at the beginning, where a source or ( may stand (carrier, ctcss"),
        ("level and", "it ends after 'and', where a source or ( may stand"),
        ("or level", "'or' stands at the beginning, where a source or ( may stand"),
        ("level carrier", "'carrier' stands after 'level', where 'and', 'or' or the end may stand"),
        (
            "level adn carrier",
            "'adn' stands after 'level', where 'and', 'or' or the end may stand; did you mean 'and'?",
        ),
        ("level & carrier", "'&' stands after 'level'"),
        ("(level or carrier", "it ends after 'carrier', where 'and', 'or' or ) may stand"),
        ("level)", "')' stands after 'level', where 'and', 'or' or the end may stand"),
        ("()", "')' stands after '(', where a source"),
        ("not level", "no squelch source is called 'not'"),
    ],
)
def test_a_mistake_is_told_with_what_may_stand_there(text: str, said: str) -> None:
    with pytest.raises(ValueError) as caught:
        parsed(text)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"open_on": "ctcss"}, "needs ctcss_hz, the tone in Hz"),
        ({"open_on": "level or dcs"}, "needs dcs_code, such as '023N'"),
        ({"open_dbfs": -50, "close_dbfs": -40}, "must not be above open_dbfs"),
        ({"open_on": "level" + " or level" * 30}, "at most 200 characters"),
    ],
)
def test_settings_that_cannot_work_are_refused(keys: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        SquelchSettings.model_validate(keys)


def test_a_mistake_in_open_on_is_told_with_its_line(tmp_path: Path) -> None:
    (said,) = mistakes(tmp_path, SQUELCH + 'open_on = "nois"\n')
    assert said.startswith(
        "radiobridge.toml:6: channel[0].squelch.open_on: no squelch source is called 'nois'"
    )


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('open_on = "ctcss"\nctcss_hz = 88.0', "squelch.ctcss_hz: no CTCSS tone: 88 Hz; the nearest"),
        ('open_on = "dcs"\ndcs_code = "24"', "squelch.dcs_code: no DCS code: '24'"),
        ('open_on = "level or carrier"', "squelch.open_on: 'carrier' needs the radio that says so: radio ="),
    ],
)
def test_what_a_source_lacks_is_told(tmp_path: Path, keys: str, said: str) -> None:
    (mistake,) = mistakes(tmp_path, SQUELCH + keys + "\n")
    assert said in mistake


def test_an_unknown_carrier_driver_is_told_with_those_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "entry_points", installed)
    (said,) = mistakes(tmp_path, CHANNEL + 'radio = "fak"\n[channel.squelch]\nopen_on = "carrier"\n')
    assert "channel[0].radio.driver: no radio driver 'fak'; there are: " in said
    assert "did you mean 'fake'?" in said


def test_a_carrier_drivers_own_keys_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "entry_points", installed)
    channel = CHANNEL + 'radio = { driver = "fake", colour = "red" }\n'
    (said,) = mistakes(tmp_path, channel + '[channel.squelch]\nopen_on = "carrier"\n')
    assert "channel[0].radio.colour: unknown key" in said


def test_a_carrier_without_a_driver_is_told(tmp_path: Path) -> None:
    (said,) = mistakes(tmp_path, CHANNEL + "radio = { invert = true }\n")
    assert "channel[0].radio.driver: is missing" in said


def test_a_channel_on_its_carrier_line_is_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "entry_points", installed)
    channel = CHANNEL + 'radio = "fake"\n[channel.squelch]\nopen_on = "carrier"\n'
    assert loaded(tmp_path, channel).settings.channel[0].squelch.sources == {"carrier"}


def test_keys_of_a_source_that_does_not_open_are_remarked_on(tmp_path: Path) -> None:
    said = remarked(tmp_path, SQUELCH + "noise_db = 6\nctcss_hz = 88.5\n")
    assert "squelch.noise_db: does nothing without 'noise' in open_on" in said
    assert "squelch.ctcss_hz: does nothing without 'ctcss' in open_on" in said


def test_a_carrier_line_that_is_not_asked_is_remarked_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "entry_points", installed)
    assert "and no 'carrier' in" in remarked(tmp_path, CHANNEL + 'radio = "fake"\n')
