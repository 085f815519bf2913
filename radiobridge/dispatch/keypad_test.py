"""The keypad test: who keys its code is told how well the station hears his handset. Sans-IO.

Keys follow one another while no pause is longer than the channel's digit time-out. A test is what was keyed
so before its code, in the same transmission, and after it, and it is reported when that transmission ends. A
level squelch closes between slow keys: those that follow in later transmissions are reported together with
the ones before, once a row of keys is complete or the time-out has passed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from radiobridge.dispatch.codebook import Codebook, code_mistakes
from radiobridge.dispatch.keypad import KeyedCode
from radiobridge.dispatch.keypad_rows import ROWS
from radiobridge.dispatch.keypad_verdict import judged
from radiobridge.dispatch.keypad_words import advice, handset_names, sentences
from radiobridge.dispatch.roster import UNIT_FIELD, Roster
from radiobridge.events import Digit, KeypadTest, TransmissionEnded, TransmissionStarted, UnitId
from radiobridge.settings import ChannelSettings, CodeSettings, Place, Settings

_MOST_KEYS = 64
"""Keys of one test; of a keypad that is played with for longer, the last ones count."""
_HELD_S = 1.0
"""A key is reported when it is let go: so much later than the time-out its pause may still be a short one."""


def codes_and_test(settings: Settings) -> tuple[CodeSettings, ...]:
    """All codes, and behind them that of the keypad test, unless it is switched off or gives way."""
    if not settings.keypad_test.keys or gives_way_to(settings) is not None:
        return settings.code
    return _with_test(settings)


def gives_way_to(settings: Settings) -> int | None:
    """Index of a code that collides with the keypad test, where nobody has chosen the keys of the test."""
    if "keys" in settings.keypad_test.model_fields_set:
        return None
    last = len(settings.code)
    return next((other for index, _, other in code_mistakes(_with_test(settings)) if index == last), None)


def codes_in_rows(settings: Settings) -> dict[int, str]:
    """The codes of alerts that are keyed by going through all keys in order: index of the code = the row."""
    book = Codebook(codes_and_test(settings))
    found: dict[int, str] = {}
    for row in ROWS:
        kept = ""
        for key in row:
            kept, match = book.step(kept + key)
            if match and match.code < len(settings.code):
                found.setdefault(match.code, row)
    return found


def place_of_keys(settings: Settings, index: int) -> Place:
    """Where the keys stand that `codes_and_test` has at `index`."""
    return ("code", index, "keys") if index < len(settings.code) else ("keypad_test", "keys")


def _with_test(settings: Settings) -> tuple[CodeSettings, ...]:
    return (*settings.code, CodeSettings(keys=settings.keypad_test.keys, alert="keypad-test"))


@dataclass(slots=True)
class _Test:
    """A test that goes on; `reported` of the line's digits stand in a report already."""

    code: KeyedCode
    transmission: str
    unit: str | None
    system: str
    first_report: str = ""
    reported: int = 0


@dataclass(slots=True)
class _Line:
    """The keys of one channel that follow one another, the first `earlier` from transmissions before this."""

    settings: ChannelSettings
    transmission: str = ""
    is_open: bool = False
    unit: str | None = None
    system: str = ""
    digits: list[Digit] = field(default_factory=list)
    earlier: int = 0
    heard_at: float = 0.0
    test: _Test | None = None

    def is_late(self, at: float) -> bool:
        """Whether the pause since the last key is longer than the time-out."""
        last = self.digits[-1] if self.digits else None
        return last is not None and at - (last.at + last.duration_s) > self.settings.digit_timeout_s

    def add(self, digit: Digit) -> None:
        """One more key; the oldest go where there are too many."""
        self.digits.append(digit)
        while len(self.digits) > _MOST_KEYS:
            del self.digits[0]
            self.earlier = max(self.earlier - 1, 0)
            if self.test:
                self.test.reported = max(self.test.reported - 1, 0)


class KeypadTests:
    """`feed` takes what the desk is fed with, and `coded` each code that was keyed; both give reports.

    `clock` gives UTC seconds, `new_id` a ULID.
    """

    def __init__(self, settings: Settings, *, clock: Callable[[], float], new_id: Callable[[], str]) -> None:
        self._clock = clock
        self._new_id = new_id
        self._lines = {channel.name: _Line(channel) for channel in settings.channel}
        self.reload(settings)

    def reload(self, settings: Settings) -> None:
        """The code and the posts are those of `settings`; tests go on."""
        self._index = len(settings.code)
        self._roster = Roster(settings)

    def is_test(self, code: KeyedCode) -> bool:
        """Whether `code` is the test's and no alert's."""
        return code.match.code == self._index

    def feed(self, event: object) -> list[KeypadTest]:
        """The tests that `event` brings to an end; only keys, ids and transmissions matter."""
        match event:
            case TransmissionStarted():
                line = self._lines[event.channel]
                line.transmission, line.is_open, line.unit = event.id, True, None
            case Digit():
                return self._keyed(self._lines[event.channel], event)
            case UnitId():
                return self._named(self._lines[event.channel], event)
            case TransmissionEnded():
                return self._ended(self._lines[event.channel], event)
        return []

    def coded(self, channel: str, code: KeyedCode) -> list[KeypadTest]:
        """The test that ends because `code` was keyed; the test's own code begins one."""
        line = self._lines[channel]
        if not line.is_open:
            return []
        if self.is_test(code):
            return self._begun(line, code)
        if line.test and line.test.transmission != line.transmission:
            # Somebody calls: that is no longer the test, even if it follows soon.
            return self._over(line, line.earlier)
        return []

    def tick(self) -> list[KeypadTest]:
        """The tests that ended because no key came for longer than the time-out; called every few seconds."""
        now = self._clock()
        return [
            report
            for line in self._lines.values()
            if line.test and now - line.heard_at > line.settings.digit_timeout_s + _HELD_S
            for report in self._over(line, len(line.digits))
        ]

    def _keyed(self, line: _Line, digit: Digit) -> list[KeypadTest]:
        if not line.is_open:
            return []
        reports = self._over(line, len(line.digits)) if line.is_late(digit.at) else []
        line.add(digit)
        line.heard_at = self._clock()
        return reports

    def _named(self, line: _Line, unit: UnitId) -> list[KeypadTest]:
        """The handset has said who it is; an id in DTMF is not what was keyed."""
        if unit.system == "dtmf":
            line.digits = [d for d in line.digits if not unit.at < d.at + d.duration_s / 2 < _end(unit)]
        if not line.is_open or line.unit:
            return []
        line.unit, line.system = unit.unit, unit.system
        if line.test and line.test.unit not in (None, unit.unit):
            return self._over(line, line.earlier)
        if line.test:
            line.test.unit, line.test.system = unit.unit, unit.system
        return []

    def _begun(self, line: _Line, code: KeyedCode) -> list[KeypadTest]:
        if line.test and line.test.code.match.fields == code.match.fields:
            return []  # a row of all keys has the code in it
        before = [digit for digit in code.digits if digit not in line.digits]
        line.digits = [*before, *line.digits]
        reports = self._over(line, line.digits.index(code.digits[0])) if line.test else []
        line.test = _Test(code, line.transmission, line.unit, line.system)
        return reports

    def _ended(self, line: _Line, event: TransmissionEnded) -> list[KeypadTest]:
        reports = []
        if line.test is None:
            line.digits.clear()
        elif len(line.digits) > line.test.reported and (
            line.test.transmission == event.id or _is_complete(line, line.test)
        ):
            reports.append(self._report(line, line.test, line.digits))
        line.is_open, line.unit, line.earlier = False, None, len(line.digits)
        return reports

    def _over(self, line: _Line, count: int) -> list[KeypadTest]:
        """The test, if there is one, ended with the first `count` keys; the others are no part of it."""
        test, digits = line.test, line.digits[:count]
        line.test, line.digits, line.earlier = None, line.digits[count:], 0
        return [self._report(line, test, digits)] if test and count > test.reported else []

    def _report(self, line: _Line, test: _Test, digits: list[Digit]) -> KeypadTest:
        channel, open_dbfs = line.settings.name, line.settings.squelch.open_dbfs
        unit = test.unit or test.code.match.fields.get(UNIT_FIELD)
        post = self._roster.caller(unit, channel, test.system if test.unit else "").post
        heard = judged(digits, test.code.digits, open_dbfs)
        report = self._new_id()
        test.reported, test.first_report = len(digits), test.first_report or report
        return KeypadTest(
            id=report,
            test=test.first_report,
            channel=channel,
            at=digits[0].at,
            callin=line.transmission,
            handset=unit or (f"post {post}" if post else f"unknown on {channel}"),
            unit=unit,
            post=post,
            heard=heard,
            text=sentences(heard, handset_names(unit, post, self._roster.post(post), channel)),
            advice=advice(heard, open_dbfs),
        )


def _end(unit: UnitId) -> float:
    return unit.at + unit.duration_s


def _is_complete(line: _Line, test: _Test) -> bool:
    """Whether a row of keys was gone through to its end."""
    heard = judged(line.digits, test.code.digits, line.settings.squelch.open_dbfs)
    return bool(heard.row) and heard.row.endswith(line.digits[-1].key)
