import itertools

import pytest

from radiobridge.signalling.ctcss import TONES_HZ, nearest_tone, standard_tone, tone_name


def test_the_table_has_fifty_rising_tones() -> None:
    assert len(TONES_HZ) == 50
    assert list(TONES_HZ) == sorted(set(TONES_HZ))
    assert (TONES_HZ[0], TONES_HZ[-1]) == (67.0, 254.1)


def test_neighbours_are_at_least_1_4_percent_apart() -> None:
    ratios = [above / below for below, above in itertools.pairwise(TONES_HZ)]
    assert min(ratios) > 1.014


@pytest.mark.parametrize(("hz", "tone"), [(10, 67.0), (67.0, 67.0), (68.2, 69.3), (101, 100.0), (400, 254.1)])
def test_the_nearest_tone(hz: float, tone: float) -> None:
    assert nearest_tone(hz) == tone


def test_a_tone_of_the_table_is_accepted() -> None:
    assert [standard_tone(hz) for hz in TONES_HZ] == list(TONES_HZ)
    assert tone_name(standard_tone(100)) == "100.0"


@pytest.mark.parametrize(
    ("hz", "near"), [(123.4, "123.0 and 127.3"), (50, "67.0"), (260, "254.1"), (150, "146.2 and 151.4")]
)
def test_another_tone_is_refused_and_the_nearest_are_named(hz: float, near: str) -> None:
    with pytest.raises(ValueError, match=f"{hz:g} Hz; the nearest of the table: {near}$"):
        standard_tone(hz)
