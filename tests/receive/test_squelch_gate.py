from __future__ import annotations

import pytest

from radiobridge.receive.squelch import Gate


def fed(gate: Gate, *runs: tuple[bool, float]) -> list[tuple[int, bool]]:
    """Where it opens and closes, in frames, when it is fed with runs of so many seconds."""
    changes = []
    now = 0
    for heard, seconds in runs:
        for _ in range(round(seconds * 100)):
            before = gate.is_open
            now += 1
            if gate.feed(heard) is not before:
                changes.append((now, gate.is_open))
    return changes


def test_it_opens_after_min_s_in_a_row_and_closes_after_the_hang_time() -> None:
    gate = Gate(min_s=0.04, hang_s=0.5)
    assert fed(gate, (False, 1), (True, 0.2), (False, 1)) == [(104, True), (170, False)]


def test_what_is_shorter_than_min_s_does_not_open() -> None:
    assert fed(Gate(min_s=0.04, hang_s=0.5), *[(True, 0.03), (False, 0.01)] * 50) == []


def test_a_gap_shorter_than_the_hang_time_does_not_close() -> None:
    changes = fed(Gate(min_s=0.04, hang_s=0.5), *[(True, 0.1), (False, 0.49)] * 10, (False, 1))
    assert [is_open for _, is_open in changes] == [True, False]


def test_a_squelch_that_flaps_is_held_open_from_the_fourth_time_on() -> None:
    gate = Gate(min_s=0.04, hang_s=0.2, flap_hang_s=3)
    changes = fed(gate, *[(True, 0.3), (False, 0.7)] * 20, (False, 5))
    assert [at for at, is_open in changes if is_open] == [4, 104, 204, 304]
    # Its last sound ends at 19.3 s.
    assert changes[-1] == (1930 + 300, False)


def test_how_long_it_flaps_is_known_and_over_when_it_has_closed() -> None:
    gate = Gate(min_s=0.04, hang_s=0.2, flap_hang_s=3)
    fed(gate, *[(True, 0.3), (False, 0.7)] * 20)
    assert gate.flapping_s == pytest.approx(20 - 3.04)
    fed(gate, (False, 3))
    assert gate.flapping_s == 0
    assert not gate.is_open


@pytest.mark.parametrize(
    "runs",
    [
        [(True, 1.2), (False, 0.4)],  # people who answer each other at once
        [(True, 0.5), (False, 1.5)],  # a key a transmission
    ],
)
def test_people_do_not_flap(runs: list[tuple[bool, float]]) -> None:
    gate = Gate(min_s=0.04, hang_s=0.2, flap_hang_s=3)
    assert len(fed(gate, *runs * 10, (False, 1))) == 20
    assert gate.flapping_s == 0


def test_with_a_flap_hang_time_of_0_nothing_is_held() -> None:
    gate = Gate(min_s=0.04, hang_s=0.2, flap_hang_s=0)
    assert len(fed(gate, *[(True, 0.3), (False, 0.7)] * 20)) == 40


def test_frames_that_rest_count_as_time() -> None:
    gate = Gate(min_s=0.04, hang_s=0.2, flap_hang_s=3)
    for _ in range(10):
        fed(gate, (True, 0.3), (False, 0.2))
        assert not gate.is_open
        gate.rest(300)
    assert gate.flapping_s == 0
