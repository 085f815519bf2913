"""How an alert comes about: from a code, a phrase or a signal, with the words of its type and its post."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from radiobridge.dispatch.codebook import CodeMatch
from radiobridge.dispatch.drills import EXERCISE, marked
from radiobridge.dispatch.keypad import KeyedCode
from radiobridge.dispatch.roster import NOBODY, UNIT_FIELD, Roster, Sender
from radiobridge.dispatch.texts import Placeholders
from radiobridge.events import (
    Alert,
    Caller,
    Certainty,
    IncomingText,
    PhraseHeard,
    Reply,
    Selcall,
    Source,
    UnitId,
)
from radiobridge.settings import AlertTypeSettings, ContactSettings, Settings, SignalRuleSettings

_SOURCES = {"mdc1200": Source.MDC1200, "dtmf": Source.DTMF}
"""Source of what a system signals; tones of any other kind are selective calls."""


@dataclass(frozen=True, slots=True)
class Call:
    """The transmission in which something was heard: its call-in's id, who speaks, and its recording."""

    channel: str
    callin: str | None = None
    sender: Sender = NOBODY
    recording: str = ""


class AlertMaker:
    """Sans-IO: alerts by the settings of the moment; `clock` gives UTC seconds, `new_id` a ULID."""

    def __init__(self, settings: Settings, *, clock: Callable[[], float], new_id: Callable[[], str]) -> None:
        self._settings = settings
        self._clock = clock
        self._new_id = new_id
        self._roster = Roster(settings)
        self.is_drill = False
        """What comes is an exercise, unless it says that it is none."""

    def of_code(self, code: KeyedCode, call: Call) -> Alert:
        """A code was keyed."""
        settings = self._settings.code[code.match.code]
        last = code.digits[-1]
        fields = code.match.fields
        alert = self._alert(
            call,
            settings.meaning,
            heard_at=last.at + last.duration_s,
            source=Source.DTMF,
            post=fields.get("post"),
            texts=settings.text,
            reply=settings.answer,
            fields=fields,
            caller=self._keyed_caller(fields.get(UNIT_FIELD, ""), call),
        )
        return _said(replace(alert, fields=fields, keys=code.match.keyed, digits=code.digits))

    def of_phrase(self, heard: PhraseHeard, call: Call) -> Alert:
        """A phrase was said; that it is a drill counts for more than what its alert type says."""
        sure = heard.confidence >= self._settings.speech.likely_confidence
        likely = sure and heard.rival is None
        fields = dict(heard.fields)
        alert = self._alert(
            call,
            heard.alert,
            heard_at=heard.at,
            source=Source.VOICE,
            post=heard.post,
            texts=heard.texts,
            reply=heard.reply,
            fields=fields,
        )
        return _said(
            replace(
                alert,
                fields=fields,
                status=heard.status or alert.status,
                certainty=Certainty.LIKELY if likely else Certainty.POSSIBLE,
                phrase=heard.text,
                language=heard.language,
                confidence=heard.confidence,
            )
        )

    def of_signal(self, signal: UnitId | Selcall, rule: SignalRuleSettings, call: Call) -> Alert:
        """A radio signalled what `rule` makes an alert."""
        sender = Sender(signal.sender, signal.system) if signal.sender else call.sender
        alert = self._alert(
            replace(call, sender=sender),
            rule.alert,
            heard_at=signal.at + signal.duration_s,
            source=_SOURCES.get(signal.system, Source.SELCALL),
            post=rule.post,
            texts=rule.text,
            reply=rule.answer,
            fields={"code": signal.code} if isinstance(signal, Selcall) else {},
        )
        return _said(replace(alert, signal=signal))

    def of_text(self, match: CodeMatch, text: IncomingText, caller: Caller) -> Alert:
        """A code was written to the station."""
        settings = self._settings.code[match.code]
        alert = self._alert(
            Call(text.notifier, text.id),
            settings.meaning,
            heard_at=text.at,
            source=Source.TEXT,
            post=match.fields.get("post"),
            texts=settings.text,
            reply=settings.answer,
            fields=match.fields,
            caller=caller,
        )
        return _said(replace(alert, fields=match.fields, keys=match.keyed, unit=text.sender))

    def writer(self, phone: str) -> Caller | None:
        """Whose phone it is."""
        return self._roster.writer(phone)

    def of_contact(self, contact: ContactSettings, channel: str, at: float, *, is_test: bool) -> Alert:
        """A contact was pressed; `channel`: where its post is reached."""
        alert = self._alert(
            Call(channel),
            contact.alert,
            heard_at=at,
            source=Source.CONTACT,
            post=contact.post,
            texts={},
            reply=Reply(),
            fields={"contact": contact.name},
        )
        # There is nobody on the air to be answered, and whoever pressed it is not the channel's own post.
        return replace(
            alert,
            status="Test" if is_test else alert.status,
            fields={"contact": contact.name},
            post=contact.post,
            caller=Caller(post=contact.post),
            reply=Reply(),
        )

    def of_silence(self, alert_type: str, post: str | None, channel: str, text: Mapping[str, str]) -> Alert:
        """Somebody was not heard from; `text` says so where the settings of the type have no words."""
        alert = self._alert(
            Call(channel),
            alert_type,
            heard_at=self._clock(),
            source=Source.SUPERVISION,
            post=post,
            texts={},
            reply=Reply(),
        )
        kind = self._settings.alert.get(alert_type) or AlertTypeSettings()
        words = alert.text if kind.text and post else dict(text)
        # Nobody is there to be answered; and a channel's own post is not whom this is about.
        return replace(alert, status=kind.status, text=words, reply=Reply(), post=post, caller=Caller())

    def _alert(
        self,
        call: Call,
        alert_type: str,
        *,
        heard_at: float,
        source: Source,
        texts: Mapping[str, str],
        reply: Reply,
        post: str | None = None,
        fields: Mapping[str, str] | None = None,
        caller: Caller | None = None,
    ) -> Alert:
        """What every alert has; `texts`, `reply` and `post` come before those of its type and the caller.

        `fields` fill the texts. `caller`: default: whoever the radio and the channel tell.
        """
        kind = self._settings.alert.get(alert_type) or AlertTypeSettings()
        caller = caller or self.caller(call)
        post_id = post or caller.post
        words = Placeholders(
            alert=alert_type,
            channel=call.channel,
            caller=caller,
            post_id=post_id,
            post=self._roster.post(post_id),
            fields=fields or {},
        )
        answer = reply or kind.answer
        return Alert(
            id=self._new_id(),
            channel=call.channel,
            at=self._clock(),
            heard_at=heard_at,
            type=alert_type,
            severity=kind.severity,
            urgency=kind.urgency,
            certainty=Certainty.OBSERVED,
            status=EXERCISE if self.is_drill and kind.in_drills and kind.status == "Actual" else kind.status,
            source=source,
            callin=call.callin,
            post=post_id,
            fields={},
            text=words.of_alert(texts or kind.text),
            reply=Reply(words.filled(answer.text), answer.tones),
            unit=call.sender.unit,
            caller=caller,
            recording=call.recording,
        )

    def caller(self, call: Call) -> Caller:
        """Who calls, as far as his radio and the channel tell."""
        return self._roster.caller(call.sender.unit, call.channel, call.sender.system)

    def _keyed_caller(self, unit: str, call: Call) -> Caller | None:
        """Whoever keyed this number of his, where the settings know it: it says more than the radio's id."""
        return self._roster.caller(unit, call.channel, "dtmf") if self._roster.knows(unit, "dtmf") else None

    def sender(self, signals: Sequence[UnitId | Selcall]) -> Sender:
        """Whose radio it is, as far as it told."""
        return self._roster.sender(signals)


def _said(alert: Alert) -> Alert:
    """The alert; whoever called in an exercise hears that it is taken for one."""
    if alert.status != EXERCISE or not alert.reply.text:
        return alert
    return replace(alert, reply=replace(alert.reply, text=marked(alert.reply.text)))
