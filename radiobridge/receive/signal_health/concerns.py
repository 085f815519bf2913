"""When a fault counts: not at its first sign, and over only when it has stayed away for as long."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from radiobridge.receive.signal_health.advice import sentence

_VOTES = 5
_EASE_DB = 1.0


@dataclass(frozen=True, slots=True)
class Concern:
    """Fault `name` began, and `why` says what to do in a sentence; or it is over, and `why` is empty."""

    name: str
    why: str


class Concerns:
    """Which faults there are, by name."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._changes: list[Concern] = []

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def set(self, name: str, is_there: bool, why: Callable[[], str]) -> None:
        """The fault is there or not; `why` is asked when it begins."""
        if is_there and name not in self._names:
            self._names.add(name)
            self._changes.append(Concern(name, sentence(why())))
        elif not is_there and name in self._names:
            self._names.remove(name)
            self._changes.append(Concern(name, ""))

    def forget(self) -> None:
        """There are none, and nothing is said of it."""
        self._names.clear()
        self._changes.clear()

    def taken(self) -> list[Concern]:
        """The changes since the last call, in their order."""
        changes, self._changes = self._changes, []
        return changes


class Lasting:
    """The median of the last `most` measurements; nothing is said before there are half as many."""

    def __init__(self, most: int) -> None:
        self._values: deque[float] = deque(maxlen=most)
        self._least = most // 2

    def add(self, value: float) -> None:
        """One more measurement."""
        self._values.append(value)

    @property
    def value(self) -> float | None:
        """The median, None before there is enough to say."""
        return median(self._values) if len(self._values) >= self._least else None

    def is_over_db(self, limit: float, *, already: bool) -> bool:
        """Whether a level is above `limit`; where it is so `already`, it ends clearly below that."""
        value = self.value
        return value is not None and value > limit - (_EASE_DB if already else 0)


class Votes:
    """What the last five transmissions say of a fault."""

    def __init__(self, needed: int) -> None:
        self._votes: deque[bool] = deque(maxlen=_VOTES)
        self._needed = needed

    def add(self, vote: bool) -> None:
        """One transmission has the fault, or not."""
        self._votes.append(vote)

    def amend(self, vote: bool) -> None:
        """The transmission goes on with one that has the fault, or not: together they have it if both do."""
        self._votes[-1] = self._votes[-1] and vote

    def say_so(self, *, already: bool) -> bool:
        """Whether enough have it; where it was so `already`, all but one without it end that."""
        return sum(self._votes) >= (2 if already else self._needed)

    def __str__(self) -> str:
        return f"in {sum(self._votes)} of the last {len(self._votes)} transmissions"
