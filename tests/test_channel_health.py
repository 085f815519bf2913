"""The parts of a channel as one: what is told when a cable is pulled, and plugged back."""

from __future__ import annotations

import pytest

from radiobridge.channel_health import REASON_S, SETTLE_S, ChannelHealth
from radiobridge.events import Condition, Health

IN, RADIO, OUT = "channel/gate", "radio/gate", "output/gate"
OK, DEGRADED, FAILED = Condition.OK, Condition.DEGRADED, Condition.FAILED


class Station:
    """Channel `gate`, with a clock that moves by itself; `told` is what is told of it."""

    def __init__(self, *parts: str) -> None:
        self.health = ChannelHealth({"gate": parts})
        self.now = 100.0
        self.told: list[tuple[float, Condition, str]] = []

    def says(self, part: str, condition: Condition, why: str = "") -> None:
        self._tell(self.health.report(Health(part, self.now, condition, why), self.now))

    def later(self, seconds: float) -> None:
        until = self.now + seconds
        while (at := self.health.next_at) is not None and at <= until:
            self.now = at
            self._tell(self.health.tick(at))
        self.now = until

    def is_well(self) -> Station:
        for part in (IN, RADIO, OUT):
            self.says(part, OK)
        self.told.clear()
        return self

    def _tell(self, healths: list[Health]) -> None:
        for health in healths:
            assert health.part == IN
            self.told.append((self.now, health.condition, health.why))


@pytest.fixture
def station() -> Station:
    return Station(IN, RADIO, OUT).is_well()


def test_a_channel_that_only_listens_tells_at_once() -> None:
    station = Station(IN)
    station.says(IN, OK)
    station.says(IN, FAILED, "unplugged")
    station.says(IN, OK)
    assert station.told == [(100, OK, ""), (100, FAILED, "unplugged"), (100, OK, "")]


def test_at_start_it_is_told_when_all_parts_have_said_that_they_are_well() -> None:
    station = Station(IN, RADIO, OUT)
    station.says(RADIO, OK)
    station.says(OUT, OK)
    assert station.told == []
    station.says(IN, OK)
    assert station.told == [(100, OK, "")]


def test_at_start_what_does_not_come_is_not_waited_for_for_ever() -> None:
    station = Station(IN, RADIO, OUT)
    station.says(IN, OK)
    station.says(RADIO, FAILED, "no such port")
    station.later(10)
    assert station.told == [(100 + SETTLE_S, DEGRADED, "it cannot send: no such port")]


def test_a_cable_is_missed_once_and_back_once(station: Station) -> None:
    station.says(RADIO, FAILED, "the port died")
    station.later(0.4)
    station.says(OUT, FAILED, "the card stopped")
    station.later(1.5)
    station.says(IN, FAILED, "the card stopped")
    assert station.told == [
        (101.9, FAILED, "the card stopped; it cannot send: the port died; the card stopped")
    ]
    station.told.clear()
    station.later(60)
    station.says(IN, OK)
    station.later(0.5)
    station.says(RADIO, OK)
    station.later(0.5)
    station.says(OUT, OK)
    station.later(60)
    assert [(condition, why) for _, condition, why in station.told] == [(OK, "")]


def test_a_radio_that_alone_is_lost_leaves_a_channel_that_hears(station: Station) -> None:
    station.says(RADIO, FAILED, "the port died")
    station.later(10)
    assert station.told == [(100 + SETTLE_S, DEGRADED, "it cannot send: the port died")]
    station.says(RADIO, OK)
    assert station.told[1:] == [(110, OK, "")]


def test_what_comes_back_without_the_rest_is_told_when_the_rest_is_late(station: Station) -> None:
    for part in (RADIO, OUT, IN):
        station.says(part, FAILED, f"{part} died")
    station.says(IN, OK)
    station.later(10)
    assert [condition for _, condition, _ in station.told] == [FAILED, DEGRADED]
    assert station.told[-1][2] == "it cannot send: radio/gate died; output/gate died"


def test_a_part_that_goes_and_comes_back_in_a_moment_is_told_all_the_same(station: Station) -> None:
    station.says(IN, FAILED, "the card stopped")
    station.later(0.5)
    station.says(IN, OK)
    station.later(10)
    assert station.told == [(100.5, FAILED, "the card stopped"), (100.5, OK, "")]


def test_other_reasons_of_what_stays_lost_are_told_when_they_last(station: Station) -> None:
    for part in (RADIO, OUT, IN):
        station.says(part, FAILED, "died")
    for _ in range(5):
        station.later(10)
        station.says(IN, FAILED, "there is no such card")
    assert len(station.told) == 1
    station.later(30)
    assert station.told[1] == (100 + 10 + REASON_S, FAILED, "there is no such card; it cannot send: died")
    station.later(600)
    assert len(station.told) == 2


def test_what_is_wrong_with_the_sound_does_not_wait(station: Station) -> None:
    station.says(IN, DEGRADED, "it hums")
    station.says(IN, DEGRADED, "it hums and clips")
    station.says(IN, OK)
    assert [(condition, why) for _, condition, why in station.told] == [
        (DEGRADED, "it hums"),
        (DEGRADED, "it hums and clips"),
        (OK, ""),
    ]


def test_other_parts_of_the_station_are_told_as_they_are(station: Station) -> None:
    health = Health("outbox", 1, FAILED, "the disk is full")
    assert station.health.report(health, 100) == [health]
    assert station.health.next_at is None
