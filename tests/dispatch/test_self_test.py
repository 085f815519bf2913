"""The over-the-air self-test, with a clock that moves by itself."""

from __future__ import annotations

from datetime import datetime

import pytest

from radiobridge.dispatch.self_test import AGAIN_S, FIRST_S, LISTEN_S, SelfTest, SendKeys, TestStep
from radiobridge.events import (
    AnnouncementEnded,
    Condition,
    Digit,
    Health,
    Outcome,
    SelfTestEnded,
    TestResult,
)
from radiobridge.settings import SelfTestSettings

START = 1_800_000_000.0
EVERY_S = 3600.0


class Station:
    """Channel `police` sends, `monitor` hears; `log` has what was done, and when after the start."""

    def __init__(self, **settings: object) -> None:
        table = {"sent_on": "police", "heard_on": "monitor", "every_s": EVERY_S, **settings}
        self.test = SelfTest(SelfTestSettings.model_validate(table), START)
        self.now = START
        self.log: list[tuple[float, TestStep]] = []
        self._sent = 0

    def later(self, seconds: float) -> None:
        until = self.now + seconds
        while self.now < until:
            self.now = min(self.now + 1, until)
            self._note(self.test.tick(self.now))

    def ended(self, outcome: Outcome = Outcome.SENT, why: str = "") -> None:
        self._note(
            self.test.feed(
                AnnouncementEnded(f"A{self._sent}", "police", self.now, outcome, why=why), self.now
            )
        )

    def hears(self, keys: str, channel: str = "monitor") -> None:
        for key in keys:
            self._note(self.test.feed(Digit(channel, self.now, key, 0.1, -20, 0, 25), self.now))

    def runs(self) -> None:
        self._note(self.test.run())

    def _note(self, steps: list[TestStep]) -> None:
        for step in steps:
            self.log.append((self.now - START, step))
            if isinstance(step, SendKeys):
                self._sent += 1
                self.test.sent_as(f"A{self._sent}")

    @property
    def sends(self) -> list[float]:
        return [at for at, step in self.log if isinstance(step, SendKeys)]

    @property
    def results(self) -> list[TestResult]:
        return [step.result for _, step in self.log if isinstance(step, SelfTestEnded)]

    @property
    def health(self) -> list[tuple[Condition, str]]:
        return [(step.condition, step.why) for _, step in self.log if isinstance(step, Health)]


@pytest.fixture
def station() -> Station:
    """A test is under way."""
    station = Station()
    station.later(FIRST_S)
    assert station.log == [(FIRST_S, SendKeys("police", "DCBA", is_loop_back=False))]
    return station


def passes(station: Station) -> None:
    station.hears("DCBA")
    station.ended()


def fails(station: Station) -> None:
    station.ended()
    station.later(LISTEN_S + 1)


def test_keys_that_are_heard_pass_at_once_and_the_next_test_is_by_the_clock(station: Station) -> None:
    passes(station)
    (_, ended), (_, health) = station.log[1:]
    assert isinstance(ended, SelfTestEnded)
    assert (ended.result, ended.heard, ended.level_dbfs, ended.snr_db) == (TestResult.PASSED, "DCBA", -20, 25)
    assert health == Health("self-test/police", station.now, Condition.OK)
    station.later(EVERY_S)
    assert station.sends == [FIRST_S, FIRST_S + EVERY_S]


def test_a_repeater_that_answers_afterwards_passes(station: Station) -> None:
    station.ended()
    station.later(LISTEN_S - 1)
    station.hears("DCBA")
    assert station.results == [TestResult.PASSED]


def test_other_keys_and_other_channels_do_not_count(station: Station) -> None:
    station.hears("*103#")
    station.hears("DCBA", channel="gate")
    station.hears("DCB")
    station.hears("DCBA")
    assert station.results == [TestResult.PASSED]


def test_one_failure_is_tried_again_soon_and_two_are_told(station: Station) -> None:
    station.hears("DC")
    fails(station)
    assert station.results == [TestResult.FAILED]
    assert station.health == []
    station.later(AGAIN_S)
    assert station.sends[1] - station.sends[0] == pytest.approx(AGAIN_S + LISTEN_S, abs=2)
    fails(station)
    assert station.results == [TestResult.FAILED, TestResult.FAILED]
    ((condition, why),) = station.health
    assert condition is Condition.FAILED
    assert why.startswith("monitor heard nothing of the keys 'DCBA' that police sent: look at the radios")
    station.later(EVERY_S)
    passes(station)
    assert station.health[-1] == (Condition.OK, "")


def test_a_failure_between_two_that_pass_is_not_told(station: Station) -> None:
    fails(station)
    station.later(AGAIN_S)
    passes(station)
    assert [condition for condition, _ in station.health] == [Condition.OK]


def test_a_radio_that_does_not_key_fails_the_test(station: Station) -> None:
    station.ended(Outcome.FAILED, "no answer")
    station.later(AGAIN_S + 1)
    station.ended(Outcome.FAILED, "no answer")
    assert station.health == [(Condition.FAILED, "it could not be sent: no answer")]


@pytest.mark.parametrize("outcome", [Outcome.EXPIRED, Outcome.REFUSED])
def test_a_channel_that_is_in_use_is_not_broken_unless_it_is_never_free(
    station: Station, outcome: Outcome
) -> None:
    for _ in range(3):
        assert station.health == []
        station.ended(outcome, "the channel was busy")
        station.later(EVERY_S)
    assert station.results == [TestResult.NOT_RUN] * 3
    assert station.health == [
        (Condition.DEGRADED, "the self-test could not be run 3 times in a row: the channel was busy")
    ]


def test_a_test_on_command_does_not_come_in_the_way_of_one_that_runs(station: Station) -> None:
    station.runs()
    assert len(station.sends) == 1
    passes(station)
    station.runs()
    assert len(station.sends) == 2


def test_what_was_heard_before_the_test_does_not_count() -> None:
    station = Station()
    station.hears("DCBA")
    station.later(FIRST_S)
    fails(station)
    assert station.results == [TestResult.FAILED]


def test_a_loop_back_is_heard_by_the_channel_itself() -> None:
    station = Station(heard_on=None)
    station.later(FIRST_S)
    assert station.log[0][1] == SendKeys("police", "DCBA", is_loop_back=True)
    station.hears("DCBA", channel="police")
    assert station.results == [TestResult.PASSED]


def test_tests_by_the_time_of_day_come_at_it_today_or_tomorrow() -> None:
    settings = SelfTestSettings.model_validate({"sent_on": "a", "at": ["07:30", "19:00"]})
    local = datetime(2026, 3, 2, 7, 30).astimezone()
    seen = [settings.next_after(local.timestamp() - 1)]
    seen += [settings.next_after(seen[-1])]
    seen += [settings.next_after(seen[-1])]
    assert [f"{datetime.fromtimestamp(at).astimezone():%d %H:%M}" for at in seen] == [
        "02 07:30",
        "02 19:00",
        "03 07:30",
    ]
