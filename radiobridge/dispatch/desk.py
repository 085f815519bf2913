"""The desk: keys and phrases of all channels become alerts at once, and call-ins when all was heard.

An alert goes out the moment its code or phrase is complete. The call-in, which says what was keyed and
said in a transmission whether or not it meant anything, follows when its speech was recognised.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from radiobridge.dispatch import actions
from radiobridge.dispatch.alerts import AlertMaker, Call
from radiobridge.dispatch.codebook import SECRET_KEY, Codebook
from radiobridge.dispatch.keypad import Keypad
from radiobridge.dispatch.keypad_test import KeypadTests, codes_and_test
from radiobridge.dispatch.second_thoughts import SecondThoughts
from radiobridge.dispatch.signal_book import SignalBook
from radiobridge.dispatch.written import made_of
from radiobridge.events import (
    ActionAsked,
    Alert,
    Amendment,
    CallIn,
    Digit,
    IncomingText,
    KeypadTest,
    PhraseHeard,
    Selcall,
    Signal,
    SpeechEnded,
    Transcript,
    TransmissionEnded,
    TransmissionStarted,
    UnitId,
    Words,
)
from radiobridge.settings import Settings

Heard: TypeAlias = (
    TransmissionStarted | TransmissionEnded | Signal | Words | PhraseHeard | SpeechEnded | Transcript
)
Made: TypeAlias = Alert | ActionAsked | CallIn | KeypadTest | Amendment


@dataclass(slots=True)
class _Draft:
    """A call-in while its transmission, or the recognition of it, goes on."""

    id: str
    channel: str
    at: float
    recording: str
    digits: list[Digit] = field(default_factory=list)
    signals: list[UnitId | Selcall] = field(default_factory=list)
    utterances: list[Words] = field(default_factory=list)
    raised: set[object] = field(default_factory=set)
    """What has raised its alert in this transmission: an alert type by phrase, or what a radio signalled."""
    alerts: list[str] = field(default_factory=list)
    ended: TransmissionEnded | None = None
    speech_ended: SpeechEnded | None = None


class Desk:
    """Sans-IO: `feed` takes what the channels heard, in their order, and gives what follows from it."""

    def __init__(self, settings: Settings, *, clock: Callable[[], float], new_id: Callable[[], str]) -> None:
        self._clock = clock
        self._new_id = new_id
        self._drafts: dict[str, _Draft] = {}
        self._open: dict[str, _Draft] = {}
        self._keypads = {c.name: Keypad(c.digit_timeout_s) for c in settings.channel}
        self._keypad_tests = KeypadTests(settings, clock=clock, new_id=new_id)
        self._second_thoughts = SecondThoughts(clock=clock, new_id=new_id)
        self._spoken = {c.name for c in settings.channel if c.speech}
        self._is_drill = False
        self.reload(settings)

    def reload(self, settings: Settings) -> None:
        """Codes, phrases, alert types and posts are those of `settings` from the next key or word on."""
        self._settings = settings
        self._codebook = Codebook(codes_and_test(settings))
        self._texted = Codebook(settings.code)
        self._keypad_tests.reload(settings)
        self._signal_book = SignalBook(settings.signal)
        self._second_thoughts.reload(settings.speech)
        self._alerts = AlertMaker(settings, clock=self._clock, new_id=self._new_id)
        self._alerts.is_drill = self._is_drill

    def written(self, text: IncomingText) -> list[Alert | ActionAsked | CallIn]:
        """What a text to the station asks for, and its call-in."""
        return made_of(text, self._settings, self._texted, self._alerts, self._new_id)

    def drill(self, on: bool) -> None:
        """What is heard from now on is an exercise, or is not."""
        self._is_drill = self._alerts.is_drill = on

    def feed(self, event: Heard) -> list[Made]:
        """The alerts, call-ins and keypad tests that `event` completes."""
        tests = self._keypad_tests.feed(event)
        return [*self._taken(event), *tests]

    def tick(self) -> list[KeypadTest]:
        """What is complete because nothing came for a while; to be called every few seconds."""
        return self._keypad_tests.tick()

    def _taken(self, event: Heard) -> Sequence[Made]:
        match event:
            case TransmissionStarted():
                begun = _Draft(event.id, event.channel, event.at, event.recording)
                self._drafts[event.id] = self._open[event.channel] = begun
            case Digit():
                return self._keyed(event)
            case UnitId() | Selcall():
                return self._signalled(event)
            case PhraseHeard():
                return self._said(event)
            case Transcript():
                return [self._second_thoughts.transcribed(event)]
            case Words() | TransmissionEnded() | SpeechEnded():
                if draft := self._drafts.get(event.id):
                    return self._went_on(draft, event)
        return []

    def _went_on(self, draft: _Draft, event: Words | TransmissionEnded | SpeechEnded) -> list[Alert | CallIn]:
        match event:
            case Words():
                draft.utterances.append(event)
                return []
            case TransmissionEnded():
                self._open.pop(event.channel, None)
                draft.ended = event
            case SpeechEnded():
                draft.speech_ended = event
        return self._finished(draft)

    def _keyed(self, digit: Digit) -> Sequence[Made]:
        draft = self._open.get(digit.channel)
        if draft:
            draft.digits.append(digit)
        code = self._keypads[digit.channel].feed(digit, self._codebook)
        if code is None:
            amendment = self._second_thoughts.keyed(digit)
            return [amendment] if amendment else []
        tests = self._keypad_tests.coded(digit.channel, code)
        if self._keypad_tests.is_test(code):
            return tests
        call = self._call(draft) if draft else Call(digit.channel)
        act = self._settings.code[code.match.code].does
        if act:
            caller = self._alerts.caller(call)
            return [
                actions.of_code(code, act, self._settings, call, caller=caller, new_id=self._new_id),
                *tests,
            ]
        return [*self._raised(draft, self._alerts.of_code(code, call)), *tests]

    def _signalled(self, signal: UnitId | Selcall) -> list[Alert | CallIn]:
        draft = self._open.get(signal.channel)
        if draft:
            draft.signals.append(signal)
        rule = self._signal_book.match(signal)
        if rule is None:
            return []
        # Radios send an emergency many times over; within one transmission that is one alert.
        what = (rule.alert, signal.sender, signal.means, signal.value)
        if draft and what in draft.raised:
            return []
        call = self._call(draft) if draft else Call(signal.channel, sender=self._alerts.sender([signal]))
        return self._raised(draft, self._alerts.of_signal(signal, rule, call), what)

    def _said(self, heard: PhraseHeard) -> Sequence[Made]:
        draft = self._drafts.get(heard.id)
        # Frightened people say it three times; within one transmission that is one alert.
        if draft and heard.meaning in draft.raised:
            return []
        call = self._call(draft) if draft else Call(heard.channel, heard.id)
        if heard.does:
            if draft:
                draft.raised.add(heard.meaning)
            caller = self._alerts.caller(call)
            return [
                actions.of_phrase(heard, heard.does, self._settings, call, caller=caller, new_id=self._new_id)
            ]
        alert = self._second_thoughts.raised(self._alerts.of_phrase(heard, call))
        return self._raised(draft, alert, heard.meaning)

    def _raised(self, draft: _Draft | None, alert: Alert, what: object = None) -> list[Alert | CallIn]:
        if draft:
            draft.alerts.append(alert.id)
            draft.raised.add(what)
        return [alert]

    def _call(self, draft: _Draft) -> Call:
        """What an alert of this transmission says of it."""
        return Call(draft.channel, draft.id, self._alerts.sender(draft.signals), draft.recording)

    def _without_secrets(self, digits: Sequence[Digit]) -> tuple[Digit, ...]:
        secret = self._codebook.secret_keys("".join(digit.key for digit in digits))
        return tuple(
            replace(digit, key=SECRET_KEY) if place in secret else digit for place, digit in enumerate(digits)
        )

    def _finished(self, draft: _Draft) -> list[Alert | CallIn]:
        if draft.ended is None or (draft.channel in self._spoken and draft.speech_ended is None):
            return []
        del self._drafts[draft.id]
        if not draft.digits and not draft.signals and not any(u.words for u in draft.utterances):
            return []
        return [
            CallIn(
                id=draft.id,
                channel=draft.channel,
                at=draft.at,
                duration_s=draft.ended.duration_s,
                level_dbfs=draft.ended.level_dbfs,
                digits=self._without_secrets(draft.digits),
                signals=tuple(draft.signals),
                utterances=tuple(draft.utterances),
                speech_complete=draft.speech_ended is None or draft.speech_ended.complete,
                alerts=tuple(draft.alerts),
                recording=draft.recording,
                caller=self._alerts.caller(self._call(draft)),
            )
        ]
