"""How sources are joined, and what stands in for one that cannot know."""

from __future__ import annotations

import numpy as np
import pytest

from radiobridge.events import Samples
from radiobridge.receive.squelch import FRAME_S, SQUELCH_RATE_HZ, Squelch
from radiobridge.settings import SquelchSettings
from tests.builders import noisy
from tests.receive.cutting import quiet

FRAME = round(SQUELCH_RATE_HZ * FRAME_S)


def fed(squelch: Squelch, sound: Samples, first: int = 0) -> str:
    """`#` for each frame in which the squelch hears what it opens on, `.` for the others."""
    power = np.square(sound).reshape(-1, FRAME).mean(axis=1)
    return "".join(".#"[int(heard)] for heard in squelch.feed(first, sound, power))


def loud_then_quiet() -> Samples:
    return np.concatenate([noisy(quiet(0.05), -20), quiet(0.05)])


@pytest.mark.parametrize(
    ("open_on", "with_carrier", "without"),
    [
        ("level", "#####.....", "#####....."),
        ("carrier", "##########", ".........."),
        ("level or carrier", "##########", "#####....."),
        ("level and carrier", "#####.....", ".........."),
        ("(level or carrier) and level", "#####.....", "#####....."),
    ],
)
def test_sources_are_joined(open_on: str, with_carrier: str, without: str) -> None:
    for state, heard in ((True, with_carrier), (False, without)):
        squelch = Squelch(SquelchSettings(open_on=open_on))
        squelch.carrier_is(0, state)
        assert fed(squelch, loud_then_quiet()) == heard


def test_the_carrier_line_counts_from_the_frame_that_begins_after_its_change() -> None:
    squelch = Squelch(SquelchSettings(open_on="carrier"))
    squelch.carrier_is(0, state=False)
    squelch.carrier_is(2.5 * FRAME, state=True)
    squelch.carrier_is(5 * FRAME, state=False)
    assert fed(squelch, quiet(0.08)) == "...##..."
    squelch.carrier_is(8 * FRAME, state=True)
    assert fed(squelch, quiet(0.02), first=8) == "##"


def test_the_level_stands_in_for_a_carrier_line_that_is_lost() -> None:
    squelch = Squelch(SquelchSettings(open_on="carrier"))
    squelch.carrier_is(0, state=True)
    squelch.carrier_is(2 * FRAME, None)
    assert fed(squelch, loud_then_quiet()) == "#####....."
    squelch.carrier_is(10 * FRAME, state=True)
    assert fed(squelch, quiet(0.02), first=10) == "##"


def test_the_level_stands_in_for_noise_that_the_sound_cannot_hold() -> None:
    squelch = Squelch(SquelchSettings(open_on="noise"))
    squelch.hears_above_4_khz = False
    assert fed(squelch, loud_then_quiet()) == "#####....."


def test_a_slow_source_makes_the_preroll_longer() -> None:
    slow = Squelch(SquelchSettings(open_on="level or ctcss", ctcss_hz=88.5))
    assert slow.opens_within_s > Squelch(SquelchSettings()).opens_within_s
