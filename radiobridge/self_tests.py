"""The self-tests of a station: their keys are sent, and what became of them is told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from radiobridge.announcer import Announcer
from radiobridge.dispatch.self_test import SelfTest, SendKeys, TestStep
from radiobridge.errors import CommandRefused
from radiobridge.events import AnnouncementEnded, Digit, Health, SelfTestEnded, TestResult
from radiobridge.near import did_you_mean
from radiobridge.sender import Sender
from radiobridge.settings import SelfTestSettings

log = logging.getLogger(__name__)


class SelfTests:
    """On the event loop; `clock` gives UTC seconds."""

    def __init__(
        self,
        settings: Sequence[SelfTestSettings],
        sender: Sender,
        announcer: Announcer,
        clock: Callable[[], float],
    ) -> None:
        self._tests = {test.sent_on: SelfTest(test, clock()) for test in settings}
        self._sender = sender
        self._announcer = announcer
        self._clock = clock

    def feed(self, event: Digit | AnnouncementEnded) -> None:
        """A key was heard, or an announcement ended."""
        for test in self._tests.values():
            self._carry_out(test, test.feed(event, self._clock()))

    def tick(self) -> None:
        """What is due is sent, what was not heard in time is told; called every few seconds."""
        for test in self._tests.values():
            self._carry_out(test, test.tick(self._clock()))

    def run(self, channel: str) -> None:
        """The channel's test begins now. Raises CommandRefused where it has none."""
        if channel not in self._tests:
            there = ", ".join(self._tests) or "none"
            hint = did_you_mean(channel, self._tests)
            raise CommandRefused(f"no [[self_test]] is sent on {channel!r}{hint} (there are: {there})")
        test = self._tests[channel]
        self._carry_out(test, test.run())

    def _carry_out(self, test: SelfTest, steps: list[TestStep]) -> None:
        for step in steps:
            match step:
                case SendKeys():
                    test.sent_as(self._sender.test(step.channel, step.keys, hears_itself=step.is_loop_back))
                case SelfTestEnded():
                    _log(step)
                    self._announcer.self_test(step)
                case Health():
                    self._announcer.health(step)


def _log(ended: SelfTestEnded) -> None:
    level = logging.INFO if ended.result is TestResult.PASSED else logging.WARNING
    log.log(level, "self-test of %s: %s %s", ended.channel, ended.result, ended.why)
