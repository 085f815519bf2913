"""The over-the-air self-test of one channel: keys are sent by the clock, and must be heard. Sans-IO.

    WAITING ── it is time ──▶ SENDING ── sent ──▶ LISTENING ── heard, or too late ──▶ WAITING

A test that failed is repeated soon, and only a second failure in a row is told: somebody may have spoken into
the first. A channel that is never free to test is told of, too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

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

FIRST_S = 60.0
"""From the start to the first test: radios, brokers and models are there by then."""
AGAIN_S = 30.0
LISTEN_S = 10.0
"""How long after it was sent it may be heard: a repeater that records and plays back takes its time."""
_NOT_RUN_IS_TOLD = 3
"""So many times in a row it could not be run."""


@dataclass(frozen=True, slots=True)
class SendKeys:
    """The keys of a self-test are to be sent on the channel."""

    channel: str
    keys: str
    is_loop_back: bool
    """The channel must hear itself meanwhile."""


TestStep: TypeAlias = SendKeys | SelfTestEnded | Health


@dataclass
class SelfTest:
    """Times are UTC seconds."""

    settings: SelfTestSettings
    started_at: float
    _due: float = field(init=False)
    _sent_as: str | None = None
    """The announcement that is under way; empty while it has no id yet."""
    _listens_until: float | None = None
    _heard: list[Digit] = field(default_factory=list)
    _failures: int = 0
    _not_run: int = 0

    def __post_init__(self) -> None:
        self._due = self.started_at + FIRST_S

    def tick(self, now: float) -> list[TestStep]:
        """What is to be done at `now`; asked every few seconds."""
        if self._listens_until is not None and now > self._listens_until:
            return self._failed(now, self._unheard())
        if self._sent_as is None and now >= self._due:
            return self.run()
        return []

    def run(self) -> list[TestStep]:
        """A test begins now, unless one is under way."""
        if self._sent_as is not None:
            return []
        self._sent_as = ""
        self._heard.clear()
        settings = self.settings
        return [SendKeys(settings.sent_on, settings.keys, settings.hearer == settings.sent_on)]

    def sent_as(self, announcement: str) -> None:
        """The keys wait for their turn as this announcement."""
        self._sent_as = announcement

    def feed(self, event: Digit | AnnouncementEnded, now: float) -> list[TestStep]:
        """What follows from a key, or from the end of an announcement, of whatever channel."""
        match event:
            case Digit() if self._sent_as is not None and event.channel == self.settings.hearer:
                self._heard.append(event)
                if self.settings.keys in self._keys_heard:
                    return self._passed(now)
            case AnnouncementEnded() if self._sent_as and event.id == self._sent_as:
                return self._was_sent(event, now)
        return []

    @property
    def _keys_heard(self) -> str:
        return "".join(digit.key for digit in self._heard)

    def _was_sent(self, ended: AnnouncementEnded, now: float) -> list[TestStep]:
        match ended.outcome:
            case Outcome.SENT:
                self._listens_until = now + LISTEN_S
                return []
            case Outcome.REFUSED | Outcome.EXPIRED:
                return self._could_not_run(now, ended.why)
            case _:
                return self._failed(now, f"it could not be sent: {ended.why}")

    def _passed(self, now: float) -> list[TestStep]:
        self._failures = self._not_run = 0
        return [self._over(now, TestResult.PASSED, ""), self._health(now, Condition.OK, "")]

    def _failed(self, now: float, why: str) -> list[TestStep]:
        self._failures += 1
        self._not_run = 0
        steps: list[TestStep] = [self._over(now, TestResult.FAILED, why)]
        if self._failures == 1:
            self._due = now + AGAIN_S
            return steps
        return [*steps, self._health(now, Condition.FAILED, why)]

    def _could_not_run(self, now: float, why: str) -> list[TestStep]:
        self._not_run += 1
        steps: list[TestStep] = [self._over(now, TestResult.NOT_RUN, why)]
        if self._not_run >= _NOT_RUN_IS_TOLD and not self._failures:
            told = f"the self-test could not be run {self._not_run} times in a row: {why}"
            steps.append(self._health(now, Condition.DEGRADED, told))
        return steps

    def _over(self, now: float, result: TestResult, why: str) -> SelfTestEnded:
        self._sent_as, self._listens_until = None, None
        self._due = self.settings.next_after(now)
        return SelfTestEnded(
            channel=self.settings.sent_on,
            heard_on=self.settings.hearer,
            at=now,
            result=result,
            keys=self.settings.keys,
            heard=self._keys_heard,
            level_dbfs=min((digit.level_dbfs for digit in self._heard), default=None),
            snr_db=min((digit.snr_db for digit in self._heard), default=None),
            why=why,
        )

    def _unheard(self) -> str:
        settings = self.settings
        heard = f"only {self._keys_heard!r}" if self._heard else "nothing"
        return (
            f"{settings.hearer} heard {heard} of the keys {settings.keys!r} that {settings.sent_on} sent: "
            "look at the radios, their frequency, volume, cables and aerials"
        )

    def _health(self, now: float, condition: Condition, why: str) -> Health:
        return Health(f"self-test/{self.settings.sent_on}", now, condition, why)
