import pytest

from radiobridge.signalling.two_tone import REEDS_HZ, reed_hz, written


def test_every_reed_is_there_once() -> None:
    assert len(set(REEDS_HZ)) == len(REEDS_HZ) == 80


@pytest.mark.parametrize(("hz", "reed"), [(349.9, 349.0), (435.8, 433.7), (600.9, 600.9)])
def test_a_tone_near_a_reed_is_that_reed(hz: float, reed: float) -> None:
    assert reed_hz(hz) == reed


def test_a_tone_between_two_reeds_is_told_as_it_is() -> None:
    assert reed_hz(701.0) == 701.0


def test_a_page_without_a_name_is_written_as_its_tones() -> None:
    assert written(348.8, 434.1) == "349.0/433.7"
    assert written(707.0) == "707.3"
