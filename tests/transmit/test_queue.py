"""The transmit queue: a clock that moves by itself stands in for the thread, PTT and the sound device."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiobridge.events import Outcome, Priority
from radiobridge.transmit.queue import Ended, KeyUp, Queued, Release, SoundOver, Step, Timing, TransmitQueue

TIMING = Timing(lead_s=0.5, tail_s=0.2, timeout_s=60, gap_s=1, free_s=0.5)


@dataclass
class Air:
    """Carries out what the queue says, at once and without a fault."""

    timing: Timing = TIMING
    now: float = 1000.0
    log: list[tuple[float, Step]] = field(default_factory=list)
    sounds: dict[str, float] = field(default_factory=dict)
    sounding_until: float | None = None
    over_until: float | None = None
    keyed_at: float | None = None
    held: list[tuple[float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.queue = TransmitQueue(self.timing)

    def offer(
        self, name: str, priority: Priority = Priority.REPLY, sound_s: float = 3, wait_s: float = 60
    ) -> None:
        self.sounds[name] = sound_s
        self._do(self.queue.offer(Queued(name, priority, sound_s, self.now + wait_s)))

    def relays(self, name: str, sound_s: float, longest_s: float) -> None:
        """Somebody speaks on another channel, for as long as nobody knows yet."""
        self.sounds[name] = sound_s
        self._do(self.queue.offer(Queued(name, Priority.REPLY, 0, self.now + 5, longest_s)))

    def busy(self, busy: bool) -> None:
        self.queue.channel(self.now, busy=busy)

    def runs(self, seconds: float) -> Air:
        """So much later."""
        until = self.now + seconds
        while True:
            self._do(self.queue.advance(self.now))
            if self.over_until is not None and self.now >= self.over_until:
                self.over_until = None
                self._do(self.queue.over_sounded(self.now))
                continue
            if self.sounding_until is not None and self.now >= self.sounding_until:
                self.sounding_until = None
                self.queue.sounded(self.now)
                continue
            times = [self.queue.next_at(self.now), self.sounding_until, self.over_until]
            following = min((t for t in times if t is not None and t > self.now), default=until)
            if following > until:
                self.now = until
                return self
            if following == until == self.now:
                return self
            self.now = following

    def _do(self, steps: list[Step]) -> None:
        for step in steps:
            self.log.append((round(self.now, 3), step))
            match step:
                case KeyUp():
                    self.queue.keyed(self.now)
                    self.keyed_at = self.now
                    identity_s = self.queue.identity_s if step.identify else 0
                    sound_s = self.sounds.get(step.id, 0)
                    self.sounding_until = self.now + self.timing.lead_s + sound_s + identity_s
                case SoundOver():
                    self.over_until = self.now + self.sounds[step.id]
                    self.sounding_until = max(self.sounding_until or 0, self.over_until)
                case Release():
                    self.sounding_until = self.over_until = None
                    self.queue.released(self.now)
                    if self.keyed_at is not None:
                        self.held.append((self.keyed_at, self.now))
                    self.keyed_at = None

    @property
    def keyed(self) -> list[str]:
        return [step.id for _, step in self.log if isinstance(step, KeyUp)]

    @property
    def ended(self) -> list[tuple[str, Outcome]]:
        return [(step.id, step.outcome) for _, step in self.log if isinstance(step, Ended)]

    @property
    def ends(self) -> dict[str, tuple[Outcome, str]]:
        return {step.id: (step.outcome, step.why) for _, step in self.log if isinstance(step, Ended)}

    @property
    def over(self) -> list[str]:
        return [step.id for _, step in self.log if isinstance(step, SoundOver)]


def test_an_announcement_is_keyed_for_lead_sound_and_tail() -> None:
    air = Air()
    air.offer("a")
    air.runs(10)
    assert [(at, step) for at, step in air.log if not isinstance(step, Ended)] == [
        (1000.0, KeyUp("a", identify=False)),
        (1003.7, Release(discard=False)),
    ]
    assert air.ended == [("a", Outcome.SENT)]
    assert air.queue.is_idle


def test_the_more_urgent_goes_first_and_equals_in_their_order() -> None:
    air = Air()
    air.busy(True)
    for name, priority in (
        ("b1", "bulletin"),
        ("r1", "reply"),
        ("e", "emergency"),
        ("r2", "reply"),
        ("b2", "bulletin"),
    ):
        air.offer(name, Priority(priority))
    air.busy(False)
    air.runs(40)
    assert air.keyed == ["e", "r1", "r2", "b1", "b2"]


def test_between_two_transmissions_others_can_get_in() -> None:
    air = Air()
    air.offer("a")
    air.offer("b")
    air.runs(10)
    (_, first_off), (second_on, _) = air.held
    assert second_on - first_off == pytest.approx(1)


def test_a_busy_channel_is_waited_for_until_it_has_been_quiet_for_a_while() -> None:
    air = Air()
    air.busy(True)
    air.offer("a")
    air.runs(5)
    assert not air.log
    air.busy(False)
    air.runs(0.4)
    assert not air.log
    air.runs(0.2)
    assert air.keyed == ["a"]


def test_what_waits_can_be_withdrawn_and_what_is_on_the_air_goes_on() -> None:
    air = Air()
    air.offer("first")
    air.offer("second")
    air.runs(1)
    air._do(air.queue.withdraw("first"))
    air._do(air.queue.withdraw("second"))
    air.runs(60)
    ends = {step.id: step.outcome for _, step in air.log if isinstance(step, Ended)}
    assert ends == {"first": Outcome.SENT, "second": Outcome.WITHDRAWN}


def test_what_has_waited_too_long_is_given_up_and_says_why() -> None:
    air = Air()
    air.busy(True)
    air.offer("a", wait_s=10)
    air.runs(11)
    assert air.log == [(1010.0, Ended("a", Outcome.EXPIRED, "the channel was busy until its time was up"))]
    air.busy(False)
    air.runs(10)
    assert air.keyed == []


def test_who_talks_over_us_does_not_break_us_off() -> None:
    air = Air()
    air.offer("a")
    air.runs(1)
    air.busy(True)
    air.runs(10)
    assert air.ended == [("a", Outcome.SENT)]


def test_an_emergency_breaks_a_bulletin_off_which_is_sent_again() -> None:
    air = Air()
    air.offer("b", Priority.BULLETIN, sound_s=20)
    air.runs(5)
    air.offer("e", Priority.EMERGENCY)
    air.runs(60)
    assert air.keyed == ["b", "e", "b"]
    assert air.log[1] == (1005.0, Release(discard=True))
    assert air.ended == [("e", Outcome.SENT), ("b", Outcome.SENT)]


def test_an_emergency_lets_a_reply_end() -> None:
    air = Air()
    air.offer("r")
    air.runs(1)
    air.offer("e", Priority.EMERGENCY)
    air.runs(20)
    assert air.ended == [("r", Outcome.SENT), ("e", Outcome.SENT)]


def test_the_time_out_timer_ends_what_does_not_end() -> None:
    air = Air()
    air.offer("a")
    air.sounds["a"] = 1000
    air.runs(100)
    assert air.log[1:] == [
        (1060.0, Release(discard=True)),
        (1060.0, Ended("a", Outcome.BROKEN_OFF, "the time-out timer ended it after 60 s (timeout_s)", 60.0)),
    ]


def test_what_is_longer_than_the_time_out_timer_is_refused_at_once() -> None:
    air = Air()
    air.offer("a", sound_s=59.5)
    ((_, step),) = air.log
    assert isinstance(step, Ended)
    assert step.outcome is Outcome.REFUSED
    assert "it takes 60 s, and the time-out timer ends a transmission after 60 s" in step.why


def test_the_station_says_who_it_is_with_the_first_transmission_and_when_it_is_due_again() -> None:
    air = Air(replace(TIMING, identify_s=600))
    air.queue.identity_s = 2
    air.offer("a")
    air.runs(300)
    air.offer("b")
    air.runs(1000)
    keyed = [step for _, step in air.log if isinstance(step, KeyUp)]
    assert keyed == [KeyUp("a", identify=True), KeyUp("b", identify=False), KeyUp("", identify=True)]
    first, _, alone = air.held
    assert first[1] - first[0] == pytest.approx(5.7)
    assert alone[0] - first[1] == pytest.approx(600)
    assert alone[1] - alone[0] == pytest.approx(2.7)


def test_a_station_that_sends_nothing_says_nothing() -> None:
    air = Air(replace(TIMING, identify_s=600))
    air.runs(5000)
    assert not air.log


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.REFUSED])
def test_a_station_that_cannot_say_who_it_is_does_not_try_without_end(outcome: Outcome) -> None:
    air = Air(replace(TIMING, identify_s=600))
    air.offer("a")
    air.offer("b")
    air.runs(300)
    queue, now = air.queue, air.now
    for _ in range(100):
        now = queue.next_at(now) or now
        assert queue.advance(now) == [KeyUp("", identify=True)]
        queue.failed(now, "outside the hours", outcome)
        queue.released(now)
    assert now > air.now + 2000
    queue.offer(Queued("c", Priority.REPLY, 3, now + 60))
    assert queue.advance(now + TIMING.gap_s) == [KeyUp("c", identify=True)]


def test_ptt_that_does_not_go_on_ends_the_announcement_and_releases() -> None:
    queue = TransmitQueue(TIMING)
    queue.offer(Queued("a", Priority.REPLY, 3, 1060))
    assert queue.advance(1000) == [KeyUp("a", identify=False)]
    assert queue.failed(1001, "unplugged") == [Release(discard=True), Ended("a", Outcome.FAILED, "unplugged")]
    queue.released(1001)
    assert queue.is_idle


def test_nothing_new_begins_while_the_output_is_lost() -> None:
    queue = TransmitQueue(TIMING)
    queue.offer(Queued("a", Priority.REPLY, 3, 1060))
    assert queue.advance(1000, can_send=False) == []
    assert queue.next_at(1000, can_send=False) == 1060
    assert queue.advance(1001) == [KeyUp("a", identify=False)]


def test_stopping_gives_everything_up_and_releases() -> None:
    air = Air()
    air.offer("a")
    air.offer("b")
    air.runs(1)
    steps = air.queue.stop(air.now, "the station stops")
    assert steps[0] == Release(discard=True)
    assert [step.id for step in steps[1:] if isinstance(step, Ended)] == ["a", "b"]


_EVENTS = st.lists(
    st.tuples(
        st.floats(0, 20),
        st.one_of(
            st.booleans(),
            st.tuples(st.sampled_from(Priority), st.floats(0, 80), st.floats(0.1, 60)),
            st.tuples(st.none(), st.floats(0, 80), st.floats(1, 90)),
        ),
    ),
    max_size=30,
)


@given(_EVENTS)
def test_whatever_happens_ptt_is_never_held_too_long_and_everything_ends_once(
    events: list[tuple[float, bool | tuple[Priority | None, float, float]]],
) -> None:
    air = Air(replace(TIMING, identify_s=30))
    air.queue.identity_s = 2
    names = _names()
    offered = []
    for after_s, event in events:
        air.runs(after_s)
        if isinstance(event, bool):
            air.busy(event)
        else:
            priority, sound_s, wait_or_longest_s = event
            offered.append(next(names))
            if priority:
                air.offer(offered[-1], priority, sound_s, wait_or_longest_s)
            else:
                air.relays(offered[-1], sound_s, wait_or_longest_s)
    air.busy(False)
    air.runs(30 * 70)
    assert all(off - on <= TIMING.timeout_s + 1e-6 for on, off in air.held)
    gaps = [after[0] - before[1] for before, after in zip(air.held, air.held[1:], strict=False)]
    assert all(gap >= TIMING.gap_s - 1e-6 for gap in gaps)
    assert sorted(name for name, _ in air.ended) == sorted(offered)
    assert not air.queue.holds_ptt


def _names() -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"a{number}"


def relaying(air: Air, relayed_s: float = 30) -> None:
    """A relay is on the air, and goes on until the test says so."""
    air.relays("relay", 1000, relayed_s)
    air.runs(0.1)
    assert air.keyed == ["relay"]


def test_a_relay_is_sent_until_it_is_over() -> None:
    air = Air()
    relaying(air)
    air.runs(10)
    air.queue.sounded(air.now)
    air.runs(1)
    assert air.ends["relay"] == (Outcome.SENT, "")
    assert air.held[0][1] - air.held[0][0] == pytest.approx(10.1 + TIMING.tail_s, abs=0.2)


def test_a_relay_has_a_time_out_of_its_own_and_never_more_than_the_channel() -> None:
    for relayed_s, ends_after_s in ((10, 10), (200, TIMING.timeout_s)):
        air = Air()
        relaying(air, relayed_s)
        air.runs(100)
        outcome, why = air.ends["relay"]
        assert outcome is Outcome.BROKEN_OFF
        assert f"after {ends_after_s:.0f} s (timeout_s)" in why
        assert air.held[0][1] - air.held[0][0] == pytest.approx(ends_after_s)


def test_a_relay_that_no_free_channel_came_for_is_given_up() -> None:
    air = Air()
    air.busy(True)
    air.relays("relay", 3, 30)
    air.runs(6)
    assert air.ends["relay"][0] is Outcome.EXPIRED


def test_a_reply_and_an_emergency_sound_over_a_relay_one_after_the_other_and_a_bulletin_waits() -> None:
    air = Air()
    relaying(air)
    air.offer("bulletin", Priority.BULLETIN)
    air.offer("reply", Priority.REPLY)
    air.offer("emergency", Priority.EMERGENCY)
    air.runs(2)
    assert air.over == ["emergency"]
    air.runs(2)
    assert air.over == ["emergency", "reply"]
    air.runs(3)
    assert air.ends["emergency"] == air.ends["reply"] == (Outcome.SENT, "")
    air.queue.sounded(air.now)
    air.sounding_until = None
    air.runs(20)
    assert air.keyed == ["relay", "bulletin"]


def test_what_would_not_end_before_the_relay_does_waits_for_its_own_turn() -> None:
    air = Air()
    relaying(air, relayed_s=2)
    air.offer("reply", sound_s=3)
    air.runs(10)
    assert air.over == []
    assert air.keyed == ["relay", "reply"]


def test_what_a_time_out_cuts_off_over_a_relay_is_sent_again() -> None:
    air = Air()
    relaying(air, relayed_s=5)
    air.offer("reply", sound_s=4.5)
    air.sounds["reply"] = 10  # the device is slower than it said
    air.runs(5)
    air.sounds["reply"] = 4.5
    air.runs(20)
    assert air.over == ["reply"]
    assert air.keyed == ["relay", "reply"]
    assert air.ends["reply"] == (Outcome.SENT, "")


def test_a_station_that_stops_ends_the_relay_and_what_sounds_over_it() -> None:
    air = Air()
    relaying(air)
    air.offer("reply")
    air.runs(0.1)
    air._do(air.queue.stop(air.now, "it stops"))
    assert air.ends == {
        "relay": (Outcome.BROKEN_OFF, "it stops"),
        "reply": (Outcome.BROKEN_OFF, "it stops"),
    }
    assert air.queue.is_idle
