"""Which notice is handed over when: retries, merging, giving up, withdrawing. Sans-IO.

Notices for one address that wait at the same time go out as one, with the newest texts: a thousand alerts are
not a thousand SMS to one telephone. What is handed over together stays together, under the id of its oldest,
however often it is tried: a notifier that has that id already sends it once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from radiobridge.events import Notice, NoticeEnded, NoticeOutcome
from radiobridge.notices.kept import Kept, NoticeState
from radiobridge.notices.live import Live
from radiobridge.notices.merging import merged

FIRST_RETRY_S = 5.0
LONGEST_RETRY_S = 60.0
REPORTED_S = 3 * 86_400.0
"""A report of the network that comes later is of no use to anybody."""
MOST_TO_ONE = 100
"""That wait for one address: a text holds a few of the newest, and the others are but counted."""
MOST_KEPT = 10_000
"""Of one notifier: the station must not run out of memory."""


@dataclass(frozen=True, slots=True)
class Rules:
    """`give_up_s`: how long a notice is tried; `gap_s`: between two to the same address."""

    give_up_s: float
    gap_s: float
    longest_text: int
    most_in_line: int


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written down, and what is to be told."""

    kept: tuple[Kept, ...] = ()
    ended: tuple[NoticeEnded, ...] = ()


@dataclass
class _Tries:
    """Attempts of one unit; `next_at` in seconds of the timer."""

    count: int = 0
    next_at: float = float("-inf")
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Unwanted:
    outcome: NoticeOutcome
    why: str = ""


class NoticeQueue:
    """The notices of one notifier. `clock`: UTC seconds; `timer`: seconds that only rise."""

    def __init__(self, rules: Rules, *, clock: Callable[[], float], timer: Callable[[], float]) -> None:
        self._rules = rules
        self._clock = clock
        self._timer = timer
        self._live = Live()
        self._tries: dict[str, _Tries] = {}
        self._free_at: dict[str, float] = {}
        self._unwanted: dict[str, _Unwanted] = {}
        self._asked_back: set[str] = set()
        self._sending: str | None = None

    @property
    def waiting(self) -> int:
        """How many have not gone out."""
        return self._live.waiting

    @property
    def trouble(self) -> str:
        """Why the one that was tried last could not be handed over; empty where the last one could."""
        units = self._live.units(NoticeState.WAITING)
        tries = [self._tries[unit] for unit in units if unit in self._tries]
        return max(tries, key=lambda each: each.next_at).why if tries else ""

    def restore(self, kept: Iterable[Kept]) -> None:
        """What was kept before the restart is here. What was taken is handed over once more, under its id."""
        for each in kept:
            is_taken = each.state is NoticeState.TAKEN
            restored = replace(each, state=NoticeState.WAITING) if is_taken else each
            self._live.put(restored)

    def add(self, notices: Iterable[Notice]) -> Change:
        """The notices wait; one whose id is here already is not added again."""
        added: list[Kept] = []
        ended: list[NoticeEnded] = []
        room = MOST_KEPT - self.waiting
        for notice in notices:
            if notice.id in self._live.kept:
                continue
            if len(added) >= room:
                ended.append(self._end(notice, NoticeOutcome.FAILED, f"{MOST_KEPT} others wait already"))
                continue
            self._live.put(Kept(notice))
            added.append(Kept(notice))
        change = Change(tuple(added), tuple(ended))
        for address in {each.notice.address for each in added}:
            too_many = self._live.loose(address)[:-MOST_TO_ONE]
            why = f"{MOST_TO_ONE} newer ones wait for the same address"
            change = _both(change, self._over(too_many, NoticeOutcome.FAILED, why))
        return change

    def next(self) -> tuple[Notice, Change] | None:
        """What is to be handed over now, with what is to be written down before; None: nothing."""
        if self._sending or len(self._live.units(NoticeState.TAKEN)) >= self._rules.most_in_line:
            return None
        now = self._timer()
        due = [each for at, each in self._due() if at <= now]
        if not due:
            return None
        unit = due[0].unit or due[0].notice.id
        members = self._live.of(unit) if due[0].unit else self._formed(due[0].notice)
        self._sending = unit
        change = Change() if due[0].unit else self._put(members)
        return merged(unit, [each.notice for each in members], self._rules.longest_text), change

    def next_in_s(self) -> float | None:
        """In how many seconds something is to be handed over; None where nothing waits for its time."""
        if self._sending or len(self._live.units(NoticeState.TAKEN)) >= self._rules.most_in_line:
            return None
        times = [at for at, _ in self._due()]
        return max(min(times) - self._timer(), 0.0) if times else None

    def handed_over(self, unit: str, *, is_sent: bool) -> Change:
        """The notifier took it."""
        if self._sending == unit:
            self._sending = None
        members = self._live.of(unit)
        for each in members:
            self._free_at[each.notice.address] = self._timer() + self._rules.gap_s
        return self.sent(unit) if is_sent else self._put(replace(e, state=NoticeState.TAKEN) for e in members)

    def sent(self, unit: str) -> Change:
        """It has gone out. What somebody did not want any more was too late."""
        members = [each for each in self._live.of(unit) if each.state is not NoticeState.SENT]
        self._forget(unit, members)
        change = self._put(replace(each, state=NoticeState.SENT) for each in members)
        ended = [NoticeEnded(each.notice, self._clock(), NoticeOutcome.SENT) for each in members]
        return replace(change, ended=tuple(ended))

    def delivered(self, unit: str) -> Change:
        """The telephone has it."""
        return self._over(self._live.of(unit), NoticeOutcome.DELIVERED)

    def failed(self, unit: str, why: str, *, for_good: bool) -> Change:
        """It could not be handed over, or did not go out: it is tried again, unless that is of no use."""
        if self._sending == unit:
            self._sending = None
        members = self._live.of(unit)
        if for_good or not members:
            return self._over(members, NoticeOutcome.FAILED, why)
        tries = self._tries.setdefault(unit, _Tries())
        tries.next_at = self._timer() + min(FIRST_RETRY_S * 2**tries.count, LONGEST_RETRY_S)
        tries.count = min(tries.count + 1, 16)
        tries.why = why
        self._asked_back.discard(unit)
        change = self._put(replace(each, state=NoticeState.WAITING) for each in members)
        return _both(change, self._dropped())

    def withdraw(self, cause: str) -> Change:
        """Notices about `cause` are not needed any more; those that are on their way are asked back."""
        for each in self._live.kept.values():
            if each.notice.cause == cause and each.state is not NoticeState.SENT:
                self._unwanted.setdefault(each.notice.id, _Unwanted(NoticeOutcome.WITHDRAWN))
        return self._dropped()

    def to_ask_back(self) -> list[str]:
        """Units that the notifier has and nobody wants any more; each once."""
        units = [
            unit
            for unit, members in self._live.units(NoticeState.TAKEN).items()
            if unit not in self._asked_back and all(each.notice.id in self._unwanted for each in members)
        ]
        self._asked_back.update(units)
        return units

    def came_back(self, unit: str) -> Change:
        """The notifier gave it back unsent."""
        return self._dropped(self._live.of(unit))

    def expire(self) -> Change:
        """What is too old is given up; to be called every second or so."""
        now, give_up_s = self._clock(), self._rules.give_up_s
        change = Change()
        for each in [*self._live.kept.values()]:
            age_s = now - each.notice.at
            if each.state is NoticeState.SENT:
                if age_s > give_up_s + REPORTED_S:
                    change = _both(change, self._gone([each]))
            elif age_s > 2 * give_up_s and self._is_on_its_way(each):
                why = f"{self._given_up(each)}; it lies with the notifier and may still go out"
                change = _both(change, self._over([each], NoticeOutcome.FAILED, why))
            elif age_s > give_up_s:
                reason = _Unwanted(NoticeOutcome.FAILED, self._given_up(each))
                self._unwanted.setdefault(each.notice.id, reason)
        self._free_at = {who: at for who, at in self._free_at.items() if at > self._timer()}
        return _both(change, self._dropped())

    def _is_on_its_way(self, each: Kept) -> bool:
        is_sending = each.unit is not None and each.unit == self._sending
        return each.state is NoticeState.TAKEN or is_sending

    def _due(self) -> list[tuple[float, Kept]]:
        """When what is handed over next to each address may be, the oldest first."""
        next_to = {each.notice.address: each for each in self._live.first_loose()}
        for members in self._live.units(NoticeState.WAITING).values():
            next_to[members[0].notice.address] = members[0]
        due = []
        for address, each in next_to.items():
            tries = self._tries.get(each.unit or "", _Tries())
            due.append((max(tries.next_at, self._free_at.get(address, float("-inf"))), each))
        # Those that were never tried come first: an address that is dead holds up no other.
        return sorted(due, key=lambda pair: (pair[1].unit in self._tries, pair[1].notice.at))

    def _formed(self, first: Notice) -> list[Kept]:
        """All that waits for the address of the first, as one unit."""
        return [replace(each, unit=first.id) for each in self._live.loose(first.address)]

    def _dropped(self, taken_back: Iterable[Kept] = ()) -> Change:
        """What nobody wants any more is over, where it was not handed over."""
        unwanted_here = [self._live.kept[id_] for id_ in self._unwanted if id_ in self._live.kept]
        waiting = [
            each
            for each in unwanted_here
            if each.state is NoticeState.WAITING and not self._is_on_its_way(each)
        ]
        change = Change()
        for each in [*waiting, *taken_back]:
            if unwanted := self._unwanted.get(each.notice.id):
                change = _both(change, self._over([each], unwanted.outcome, unwanted.why))
        return change

    def _given_up(self, each: Kept) -> str:
        tries = self._tries.get(each.unit or "", _Tries())
        why = f": {tries.why}" if tries.why else ""
        return f"given up after {self._rules.give_up_s / 3600:.3g} h{why}"

    def _put(self, members: Iterable[Kept]) -> Change:
        put = tuple(members)
        for each in put:
            self._live.put(each)
        return Change(put)

    def _over(self, members: list[Kept], outcome: NoticeOutcome, why: str = "") -> Change:
        ended = [self._end(each.notice, outcome, why) for each in members]
        return replace(self._gone(members), ended=tuple(ended))

    def _gone(self, members: list[Kept]) -> Change:
        for each in members:
            self._live.pop(each)
        for unit in {each.unit for each in members if each.unit}:
            if not self._live.of(unit):
                self._forget(unit, members)
        for each in members:
            self._unwanted.pop(each.notice.id, None)
        return Change(tuple(replace(each, state=NoticeState.ENDED) for each in members))

    def _forget(self, unit: str, members: list[Kept]) -> None:
        self._tries.pop(unit, None)
        self._asked_back.discard(unit)
        for each in members:
            self._unwanted.pop(each.notice.id, None)

    def _end(self, notice: Notice, outcome: NoticeOutcome, why: str) -> NoticeEnded:
        return NoticeEnded(notice, self._clock(), outcome, why)


def _both(one: Change, other: Change) -> Change:
    return Change(one.kept + other.kept, one.ended + other.ended)
