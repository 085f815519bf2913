"""The transmit queue of one channel: what goes next, when PTT goes on and off, and when it must.

Sans-IO: the shell tells what happened and asks `advance` for what to do; all times are monotonic seconds.

    IDLE ── an announcement waits, the channel is free ──▶ KEYING ── PTT is on ──▶ ON_AIR
      ▲                                                      │ PTT fails             │ all has sounded
      └────────────── RELEASING ◀────────────────────────────┴── tail, time-out ◀── TAIL

A more urgent announcement goes first, and an emergency breaks a bulletin off, which is sent again later.
A relay of another channel lasts as long as somebody speaks there; what is more urgent than a bulletin sounds
over it. Nothing is sent onto a busy channel: what has waited too long is given up, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple, TypeAlias

from radiobridge.events import Outcome, Priority

_IDENTIFY_AGAIN_S = 30.0
"""Before a station that could not say who it is, by that alone, tries again: each attempt deafens the channel
for a moment, and a lost radio or the hours may forbid it for long."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How a channel is keyed; all in seconds."""

    lead_s: float
    """From PTT to the first sound."""
    tail_s: float
    """From the last sound to the release."""
    timeout_s: float
    """The longest that PTT is held: the time-out timer."""
    gap_s: float
    """The least between two transmissions."""
    free_s: float
    """For so long a channel must have been quiet before it counts as free."""
    identify_s: float = 0.0
    """How often the station must say who it is; 0: never."""


class Queued(NamedTuple):
    """An announcement whose sound is ready, or a relay, whose length nobody knows yet."""

    id: str
    priority: Priority
    sound_s: float
    until: float
    """When it is given up."""
    relayed_s: float | None = None
    """The longest that a relay may be sent; None: it is an announcement."""


class KeyUp(NamedTuple):
    """PTT goes on, and the sound follows; `identify`: the station says who it is after it.

    An empty `id`: it says nothing else.
    """

    id: str
    identify: bool


class SoundOver(NamedTuple):
    """The announcement sounds over the relay that is on the air."""

    id: str


class Release(NamedTuple):
    """PTT goes off now; `discard`: sound that is under way must not come out any more."""

    discard: bool


class Ended(NamedTuple):
    """That is all of an announcement; `held_s`: how long PTT was held for it."""

    id: str
    outcome: Outcome
    why: str = ""
    held_s: float = 0.0


Step: TypeAlias = KeyUp | SoundOver | Release | Ended


class _Phase(Enum):
    IDLE = auto()
    KEYING = auto()
    ON_AIR = auto()
    TAIL = auto()
    RELEASING = auto()


class TransmitQueue:
    """What waits and what is on the air."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self.identity_s = 0.0
        """How long it takes to say who the station is."""
        self._waiting: list[Queued] = []
        self._phase = _Phase.IDLE
        self._sending: Queued | None = None
        self._over: Queued | None = None
        """What sounds over the relay."""
        self._over_at = 0.0
        self._identifies = False
        self._keyed_at = 0.0
        self._sounded_at = 0.0
        self._released_at = float("-inf")
        self._busy = False
        self._free_since = float("-inf")
        self._identified_at = float("-inf")
        self._unidentified = False
        self._alone_from = float("-inf")
        """When the station may say who it is by that alone."""

    @property
    def is_idle(self) -> bool:
        """Nothing waits and nothing is on the air."""
        return self._phase is _Phase.IDLE and not self._waiting

    @property
    def holds_ptt(self) -> bool:
        """PTT is on, or on its way to on or off."""
        return self._phase is not _Phase.IDLE

    @property
    def is_on_air(self) -> bool:
        """PTT is on, and the sound has not come to its end."""
        return self._phase is _Phase.ON_AIR

    def offer(self, item: Queued) -> list[Step]:
        """It waits for its turn, unless it is longer than the time-out timer allows."""
        identity_s = self.identity_s if self._timing.identify_s else 0.0
        held_s = self._timing.lead_s + item.sound_s + identity_s + self._timing.tail_s
        if held_s > self._timing.timeout_s:
            why = (
                f"it takes {held_s:.0f} s, and the time-out timer ends a transmission after "
                f"{self._timing.timeout_s:.0f} s (timeout_s); make it shorter"
            )
            return [Ended(item.id, Outcome.REFUSED, why)]
        self._waiting.append(item)
        return []

    def withdraw(self, item_id: str) -> list[Step]:
        """It does not wait any more; what is on the air already goes on."""
        gone = [item for item in self._waiting if item.id == item_id]
        self._waiting = [item for item in self._waiting if item.id != item_id]
        return [Ended(item.id, Outcome.WITHDRAWN, "nobody needs it any more") for item in gone]

    def channel(self, now: float, *, busy: bool) -> None:
        """Somebody else transmits on the channel, or nobody does any more."""
        if self._busy and not busy:
            self._free_since = now
        self._busy = busy

    def keyed(self, now: float) -> None:
        """PTT is on since `now`."""
        self._keyed_at = now
        self._phase = _Phase.ON_AIR

    def sounded(self, now: float) -> None:
        """The last sound has left at `now`."""
        if self._phase is _Phase.ON_AIR:
            self._sounded_at = now
            self._phase = _Phase.TAIL

    def over_sounded(self, now: float) -> list[Step]:
        """What sounded over the relay has left at `now`."""
        over, self._over = self._over, None
        return [Ended(over.id, Outcome.SENT, held_s=now - self._over_at)] if over else []

    def released(self, now: float) -> None:
        """PTT is off since `now`."""
        self._released_at = now
        self._phase = _Phase.IDLE

    def failed(self, now: float, why: str, outcome: Outcome = Outcome.FAILED) -> list[Step]:
        """PTT did not go on, or the sound did not go out; PTT is released in any case."""
        return self._end(now, outcome, why, discard=True)

    def stop(self, now: float, why: str) -> list[Step]:
        """Everything is given up: the station stops."""
        on_air = self._end(now, Outcome.BROKEN_OFF, why, discard=True)
        waiting = [Ended(item.id, Outcome.BROKEN_OFF, why) for item in self._waiting]
        self._waiting.clear()
        return [*on_air, *waiting]

    def advance(self, now: float, *, can_send: bool = True) -> list[Step]:
        """What is to be done at `now`; to be asked again after every event, and at `next_at`.

        Nothing new begins where `can_send` is false: the sound output is lost.
        """
        expired = self._expired(now)
        match self._phase:
            case _Phase.IDLE if can_send:
                return [*expired, *self._next(now)]
            case _Phase.ON_AIR if now >= self._ends_at:
                return [*expired, *self._time_out(now)]
            case _Phase.ON_AIR if self._gives_way():
                return [*expired, *self._break_off()]
            case _Phase.ON_AIR if over := self._next_over(now):
                return [*expired, over]
            case _Phase.TAIL if now >= self._sounded_at + self._timing.tail_s:
                return [*expired, *self._end(now, Outcome.SENT, "", discard=False)]
        return expired

    def next_at(self, now: float, *, can_send: bool = True) -> float | None:
        """When `advance` is to be asked again at the latest; None: when something happens."""
        times = [item.until for item in self._waiting]
        match self._phase:
            case _Phase.IDLE if can_send and not self._busy:
                alone_at = max(self._identify_at(), self._may_key_at(), self._alone_from)
                times += [self._may_key_at()] if self._waiting else []
                times += [alone_at] if self._unidentified else []
            case _Phase.ON_AIR:
                times.append(self._ends_at)
            case _Phase.TAIL:
                times.append(self._sounded_at + self._timing.tail_s)
        return max(min(times), now) if times else None

    @property
    def _ends_at(self) -> float:
        """When what is on the air has been there for long enough."""
        relayed_s = self._sending.relayed_s if self._sending else None
        longest_s = self._timing.timeout_s
        return self._keyed_at + (longest_s if relayed_s is None else min(relayed_s, longest_s))

    def _may_key_at(self) -> float:
        return max(self._released_at + self._timing.gap_s, self._free_since + self._timing.free_s)

    def _identify_at(self) -> float:
        return self._identified_at + self._timing.identify_s

    def _next(self, now: float) -> list[Step]:
        if self._busy or now < self._may_key_at():
            return []
        due = bool(self._timing.identify_s) and now >= self._identify_at()
        item = max(self._waiting, key=lambda waiting: waiting.priority.rank, default=None)
        if item is None and not (due and self._unidentified and now >= self._alone_from):
            return []
        if item:
            self._waiting.remove(item)
        self._sending, self._identifies = item, due
        self._phase = _Phase.KEYING
        return [KeyUp(item.id if item else "", due)]

    def _expired(self, now: float) -> list[Step]:
        over = [item for item in self._waiting if now >= item.until]
        self._waiting = [item for item in self._waiting if now < item.until]
        why = "the channel was busy" if self._busy else "it could not be sent"
        return [Ended(item.id, Outcome.EXPIRED, f"{why} until its time was up") for item in over]

    def _next_over(self, now: float) -> SoundOver | None:
        """What shall not wait until the relay on the air is over, and has time enough while it lasts."""
        is_relay = self._sending is not None and self._sending.relayed_s is not None
        if not is_relay or self._over:
            return None
        fitting = [
            item
            for item in self._waiting
            if item.relayed_s is None
            and item.priority is not Priority.BULLETIN
            and now + item.sound_s < self._ends_at
        ]
        self._over = max(fitting, key=lambda waiting: waiting.priority.rank, default=None)
        if self._over is None:
            return None
        self._waiting.remove(self._over)
        self._over_at = now
        return SoundOver(self._over.id)

    def _gives_way(self) -> bool:
        """Whether a bulletin is on the air while an emergency waits."""
        return (
            self._sending is not None
            and self._sending.priority is Priority.BULLETIN
            and any(item.priority is Priority.EMERGENCY for item in self._waiting)
        )

    def _break_off(self) -> list[Step]:
        if self._sending:
            self._waiting.insert(0, self._sending)
        self._sending = None
        self._phase = _Phase.RELEASING
        return [Release(discard=True)]

    def _time_out(self, now: float) -> list[Step]:
        """What is on the air has been there for long enough; what sounded over it is sent again later."""
        if self._over:
            self._waiting.insert(0, self._over)
            self._over = None
        held_s = self._ends_at - self._keyed_at
        why = f"the time-out timer ended it after {held_s:.0f} s (timeout_s)"
        return self._end(now, Outcome.BROKEN_OFF, why, discard=True)

    def _end(self, now: float, outcome: Outcome, why: str, *, discard: bool) -> list[Step]:
        if self._phase in (_Phase.IDLE, _Phase.RELEASING):
            return []
        was_on_air = self._phase is not _Phase.KEYING
        held_s = now - self._keyed_at if was_on_air else 0.0
        sent = outcome is Outcome.SENT
        if sent and self._identifies:
            self._identified_at, self._unidentified = now, False
        elif was_on_air:
            self._unidentified = bool(self._timing.identify_s)
        if self._sending is None and not sent:
            self._alone_from = now + _IDENTIFY_AGAIN_S
        ended = [item for item in (self._over, self._sending) if item]
        self._over = self._sending = None
        self._phase = _Phase.RELEASING
        return [Release(discard), *(Ended(item.id, outcome, why, held_s) for item in ended)]
