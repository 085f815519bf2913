"""The desk: keys and phrases of all channels become alerts at once, and call-ins when all was heard.

An alert goes out the moment its code or phrase is complete. The call-in, which says what was keyed and
said in a transmission whether or not it meant anything, follows when its speech was recognised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from radiobridge.dispatch.codebook import Codebook
from radiobridge.dispatch.keypad import KeyedCode, Keypad
from radiobridge.dispatch.texts import render
from radiobridge.events import (
    Alert,
    CallIn,
    Certainty,
    Digit,
    PhraseHeard,
    Selcall,
    Signal,
    Source,
    SpeechEnded,
    TransmissionEnded,
    TransmissionStarted,
    UnitId,
    Words,
)
from radiobridge.settings import AlertTypeSettings, ChannelSettings, Settings

Heard: TypeAlias = TransmissionStarted | TransmissionEnded | Signal | Words | PhraseHeard | SpeechEnded


@dataclass(slots=True)
class _Draft:
    """A call-in while its transmission, or the recognition of it, goes on."""

    id: str
    channel: str
    at: float
    digits: list[Digit] = field(default_factory=list)
    signals: list[UnitId | Selcall] = field(default_factory=list)
    utterances: list[Words] = field(default_factory=list)
    phrases: set[str] = field(default_factory=set)
    """Alert types that phrases of this transmission have raised."""
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
        self._channels: dict[str, ChannelSettings] = {c.name: c for c in settings.channel}
        self.reload(settings)

    def reload(self, settings: Settings) -> None:
        """Codes, phrases, alert types and posts are those of `settings` from the next key or word on."""
        self._codebook = Codebook(settings.code)
        self._settings = settings
        self._posts = {post.id: post for post in settings.post}

    def feed(self, event: Heard) -> list[Alert | CallIn]:
        """The alerts and call-ins that `event` completes."""
        match event:
            case TransmissionStarted():
                begun = _Draft(event.id, event.channel, event.at)
                self._drafts[event.id] = self._open[event.channel] = begun
            case Digit():
                return self._keyed(event)
            case UnitId() | Selcall():
                if draft := self._open.get(event.channel):
                    draft.signals.append(event)
            case PhraseHeard():
                return self._said(event)
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

    def _keyed(self, digit: Digit) -> list[Alert | CallIn]:
        draft = self._open.get(digit.channel)
        if draft:
            draft.digits.append(digit)
        code = self._keypads[digit.channel].feed(digit, self._codebook)
        if code is None:
            return []
        alert = self._alert_of_code(digit.channel, code, draft.id if draft else None)
        if draft:
            draft.alerts.append(alert.id)
        return [alert]

    def _said(self, heard: PhraseHeard) -> list[Alert | CallIn]:
        draft = self._drafts.get(heard.id)
        # Frightened people say it three times; within one transmission that is one alert.
        if draft and heard.alert in draft.phrases:
            return []
        alert = self._alert_of_phrase(heard)
        if draft:
            draft.phrases.add(heard.alert)
            draft.alerts.append(alert.id)
        return [alert]

    def _finished(self, draft: _Draft) -> list[Alert | CallIn]:
        speech = self._channels[draft.channel].speech is not None
        if draft.ended is None or (speech and draft.speech_ended is None):
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
                digits=tuple(draft.digits),
                signals=tuple(draft.signals),
                utterances=tuple(draft.utterances),
                speech_complete=draft.speech_ended is None or draft.speech_ended.complete,
                alerts=tuple(draft.alerts),
            )
        ]

    def _alert_of_code(self, channel: str, code: KeyedCode, callin: str | None) -> Alert:
        settings = self._settings.code[code.match.code]
        kind = self._kind(settings.alert)
        last = code.digits[-1]
        post_id = code.match.fields.get("post") or self._channels[channel].post
        return Alert(
            id=self._new_id(),
            channel=channel,
            at=self._clock(),
            heard_at=last.at + last.duration_s,
            type=settings.alert,
            severity=kind.severity,
            urgency=kind.urgency,
            certainty=Certainty.OBSERVED,
            status=kind.status,
            source=Source.DTMF,
            callin=callin,
            post=post_id,
            fields=code.match.fields,
            text=self._text(settings.text or kind.text, settings.alert, channel, post_id, code.match.fields),
            keys=code.match.keyed,
            digits=code.digits,
        )

    def _alert_of_phrase(self, heard: PhraseHeard) -> Alert:
        kind = self._kind(heard.alert)
        post_id = self._channels[heard.channel].post
        likely = heard.confidence >= self._settings.speech.likely_confidence
        return Alert(
            id=self._new_id(),
            channel=heard.channel,
            at=self._clock(),
            heard_at=heard.at,
            type=heard.alert,
            severity=kind.severity,
            urgency=kind.urgency,
            certainty=Certainty.LIKELY if likely else Certainty.POSSIBLE,
            status=kind.status,
            source=Source.VOICE,
            callin=heard.id,
            post=post_id,
            fields={},
            text=self._text(heard.texts or kind.text, heard.alert, heard.channel, post_id, {}),
            phrase=heard.text,
            language=heard.language,
            confidence=heard.confidence,
        )

    def _kind(self, alert_type: str) -> AlertTypeSettings:
        return self._settings.alert.get(alert_type) or AlertTypeSettings()

    def _text(
        self, texts: Mapping[str, str], kind: str, channel: str, post_id: str | None, fields: dict[str, str]
    ) -> dict[str, str]:
        post = self._posts.get(post_id) if post_id else None
        return render(texts, alert=kind, channel=channel, post_id=post_id, post=post, fields=fields)
