"""Whether somebody who keyed a PIN or a one-time code is let in, and what is to be remembered of it. Sans-IO.

A code counts once: a counter that was used, or passed over, is never good again. Who keys wrong too often is
locked out: the unit where the radio sent its id, else the whole channel. Alerts are never asked for a code.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from radiobridge.dispatch.access.hotp import one_time_code
from radiobridge.events import ActionAsked
from radiobridge.settings import AccessSettings, OperatorSettings, secret_bytes

_LONGEST_LOCK = 8
"""Times `lock_s`."""
_REPLAYS = 100
"""So far back a code is known for one that was used; older ones are merely wrong."""
_DAY_S = 86_400.0


class NotAdmitted(StrEnum):
    """Why somebody was not let in: told on the bus, and never on the air."""

    UNKNOWN_OPERATOR = "unknown-operator"
    NOT_ALLOWED = "not-allowed"
    """He may not do this, or not from this radio."""
    WRONG = "wrong-code"
    REPLAY = "replay"
    """The code was used before."""
    LOCKED = "locked"
    NO_STATE = "no-state"
    """It is not known which codes were used: the file cannot be read or written."""


@dataclass(frozen=True, slots=True)
class Lock:
    """What is remembered of a unit or a channel that keyed wrong. Times are UTC seconds."""

    failures: int = 0
    times: int = 0
    """How often it was locked out within a day."""
    began: float = 0.0
    until: float = 0.0

    def seen_at(self, now: float) -> Lock:
        """The lock as it counts now: after a clock was set back it lasts its whole time from then on."""
        if now >= self.began:
            return self
        return replace(self, began=now, until=now + self.until - self.began)


@dataclass(frozen=True, slots=True)
class AccessState:
    """What is remembered: the next counter of each operator, what he showed out of step, and the locks."""

    counters: Mapping[str, int] = field(default_factory=dict)
    ahead: Mapping[str, int] = field(default_factory=dict)
    """Counter of a good code too far ahead: the next one in a row brings the card into step."""
    locks: Mapping[str, Lock] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """`operator` is let in, or `why` he is not; `state` must be on disk before anything is done."""

    state: AccessState
    operator: OperatorSettings | None = None
    why: NotAdmitted | None = None


def admit(
    asked: ActionAsked,
    operators: Sequence[OperatorSettings],
    settings: AccessSettings,
    state: AccessState,
    now: float,
) -> Decision:
    """Whether what was keyed with `asked` is good."""
    key = locked_by(asked)
    lock = state.locks.get(key, Lock()).seen_at(now)
    if now < lock.until:
        return Decision(replace(state, locks={**state.locks, key: lock}), why=NotAdmitted.LOCKED)
    candidates, why = _candidates(asked, operators)
    state, operator, why = _shown(asked, candidates, settings, state, why)
    if operator:
        locks = {name: each for name, each in state.locks.items() if name != key}
        return Decision(replace(state, locks=locks), operator)
    return Decision(replace(state, locks={**state.locks, key: _failed(lock, settings, now)}), why=why)


def locked_by(asked: ActionAsked) -> str:
    """What is locked when this is wrong too often."""
    who = asked.who
    return f"unit {who.unit}" if who.unit else f"channel {who.channel}"


def _candidates(
    asked: ActionAsked, operators: Sequence[OperatorSettings]
) -> tuple[list[OperatorSettings], NotAdmitted]:
    """Who it may be, and why it is nobody where that is so."""
    named = [each for each in operators if asked.operator is None or each.id == asked.operator]
    if not named:
        return [], NotAdmitted.UNKNOWN_OPERATOR
    allowed = [
        each
        for each in named
        if (not each.may or asked.act in each.may)
        and (not each.units or {*asked.who.radio_ids} & {*each.units})
    ]
    return allowed, NotAdmitted.WRONG if allowed else NotAdmitted.NOT_ALLOWED


def _shown(
    asked: ActionAsked,
    candidates: Sequence[OperatorSettings],
    settings: AccessSettings,
    state: AccessState,
    why: NotAdmitted,
) -> tuple[AccessState, OperatorSettings | None, NotAdmitted]:
    """Whose PIN or code it is; all are compared, however soon one fits."""
    found: OperatorSettings | None = None
    for operator in candidates:
        if asked.needs == "pin":
            if operator.pin and hmac.compare_digest(operator.pin.get_secret_value(), asked.pin):
                found = found or operator
        elif operator.otp_secret:
            at = state.counters.get(operator.id, 0)
            counter = _counter(secret_bytes(operator.otp_secret), asked.otp, at, settings)
            if counter is None:
                continue
            if counter < at:
                why = NotAdmitted.REPLAY
            elif counter < at + settings.look_ahead or state.ahead.get(operator.id) == counter - 1:
                if found is None:
                    found = operator
                    counters = {**state.counters, operator.id: counter + 1}
                    ahead = {name: each for name, each in state.ahead.items() if name != operator.id}
                    state = replace(state, counters=counters, ahead=ahead)
            else:
                state = replace(state, ahead={**state.ahead, operator.id: counter})
    return state, found, why


def _counter(secret: bytes, code: str, at: int, settings: AccessSettings) -> int | None:
    """The counter whose code it is: the next ones first, then those far ahead, then those that were used."""
    ahead = range(at, at + settings.look_ahead + settings.resync)
    used = range(at - 1, max(at - _REPLAYS, 0) - 1, -1)
    counters: tuple[int, ...] = (*ahead, *used)
    for counter in counters:
        if hmac.compare_digest(one_time_code(secret, counter, settings.otp_digits), code):
            return counter
    return None


def _failed(lock: Lock, settings: AccessSettings, now: float) -> Lock:
    """One more failure; too many lock it, each time for longer."""
    times = lock.times if now - lock.until < _DAY_S else 0
    if lock.failures + 1 < settings.failures:
        return Lock(lock.failures + 1, times, lock.began, lock.until)
    lock_s = settings.lock_s * min(2**times, _LONGEST_LOCK)
    return Lock(0, times + 1, now, now + lock_s)
