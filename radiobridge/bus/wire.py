"""From what flows inside to what goes over the wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from radiobridge import events
from radiobridge.bus.heard_messages import (
    AlertMessage,
    AmendedMessage,
    CallInMessage,
    KeypadTestMessage,
    PartialTranscript,
)
from radiobridge.bus.messages import (
    AnnouncementMessage,
    ChannelStatus,
    PartHealth,
    SelfTestMessage,
    TransmissionReport,
)
from radiobridge.bus.parts import (
    Evidence,
    HeardSignal,
    KeyedDigit,
    OfIncident,
    OtherReading,
    Place,
    Recording,
    Speaker,
    SpokenWord,
)
from radiobridge.moments import moment
from radiobridge.settings import PostSettings


class Envelope(TypedDict):
    """What every message of the station begins with."""

    id: str
    at: datetime
    station: str


@dataclass(frozen=True, slots=True)
class Wire:
    """Makes this station's messages; `clock` gives UTC seconds, `new_id` a ULID."""

    station: str
    clock: Callable[[], float]
    new_id: Callable[[], str]
    url_of: Callable[[str], str | None]
    """From a recording's path to where it is served, or None."""

    def alert(
        self,
        alert: events.Alert,
        posts: Mapping[str, PostSettings],
        incident: events.Incident | None = None,
    ) -> AlertMessage:
        """An alert, with what the settings know of its post."""
        return AlertMessage(
            id=alert.id,
            at=moment(alert.at),
            station=self.station,
            type=alert.type,
            severity=alert.severity,
            urgency=alert.urgency,
            certainty=alert.certainty,
            status=alert.status,
            channel=alert.channel,
            heard=moment(alert.heard_at),
            source=alert.source,
            post=place(alert.post, posts) if alert.post else None,
            unit=alert.unit,
            caller=_speaker(alert.caller),
            fields=alert.fields,
            text=alert.text,
            callin=alert.callin,
            incident=OfIncident(id=incident.id, number=incident.number) if incident else None,
            evidence=Evidence(
                keys=alert.keys or None,
                digits=tuple(map(_digit, alert.digits)),
                signal=_signal(alert.signal) if alert.signal else None,
                phrase=alert.phrase or None,
                language=alert.language or None,
                confidence=alert.confidence,
            ),
            recording=self._recording(alert.recording),
        )

    def callin(self, callin: events.CallIn) -> CallInMessage:
        """A call-in; its utterances follow one another in one text."""
        words = [word for utterance in callin.utterances for word in utterance.words]
        return CallInMessage(
            id=callin.id,
            at=moment(self.clock()),
            station=self.station,
            channel=callin.channel,
            started=moment(callin.at),
            duration_s=round(callin.duration_s, 3),
            level_dbfs=None if callin.level_dbfs is None else round(callin.level_dbfs, 1),
            unit=callin.caller.unit,
            caller=_speaker(callin.caller),
            keys="".join(digit.key for digit in callin.digits),
            digits=tuple(map(_digit, callin.digits)),
            signals=tuple(map(_signal, callin.signals)),
            text=callin.written
            or " ".join(utterance.text for utterance in callin.utterances if utterance.text),
            language=callin.utterances[0].language if callin.utterances else None,
            words=tuple(map(_word, words)),
            alternatives=tuple(reading for said in callin.utterances for reading in _other_readings(said)),
            speech_complete=callin.speech_complete,
            alerts=callin.alerts,
            recording=self._recording(callin.recording),
        )

    def amended(self, amendment: events.Amendment) -> AmendedMessage:
        """What became known of a call-in later."""
        return AmendedMessage(
            id=amendment.id,
            at=moment(self.clock()),
            station=self.station,
            channel=amendment.channel,
            callin=amendment.callin,
            by=amendment.by,
            certainties=amendment.certainties,
            text=amendment.text,
            language=amendment.language or None,
            words=tuple(map(_word, amendment.words)),
        )

    def announcement(self, ended: events.AnnouncementEnded) -> AnnouncementMessage:
        """What became of an announcement."""
        was_keyed = ended.duration_s > 0
        return AnnouncementMessage(
            **self.envelope(),
            channel=ended.channel,
            announcement=ended.id,
            relayed_from=ended.relayed_from or None,
            outcome=ended.outcome,
            sent=moment(ended.at) if was_keyed else None,
            held_s=round(ended.duration_s, 3) if was_keyed else None,
            why=ended.why,
            cause=ended.cause or None,
        )

    def self_test(self, ended: events.SelfTestEnded) -> SelfTestMessage:
        """What became of a self-test."""
        return SelfTestMessage(
            **self.envelope(),
            channel=ended.channel,
            heard_on=ended.heard_on,
            ended=moment(ended.at),
            result=ended.result,
            keys=ended.keys,
            heard=ended.heard,
            level_dbfs=None if ended.level_dbfs is None else round(ended.level_dbfs, 1),
            snr_db=None if ended.snr_db is None else round(ended.snr_db, 1),
            why=ended.why,
        )

    def keypad_test(self, test: events.KeypadTest, posts: Mapping[str, PostSettings]) -> KeypadTestMessage:
        """How a handset's keys were heard."""
        heard = test.heard
        return KeypadTestMessage(
            id=test.id,
            at=moment(self.clock()),
            station=self.station,
            test=test.test,
            channel=test.channel,
            started=moment(test.at),
            handset=test.handset,
            unit=test.unit,
            post=place(test.post, posts) if test.post else None,
            callin=test.callin,
            keys="".join(digit.key for digit in heard.digits),
            digits=tuple(map(_digit, heard.digits)),
            row=heard.row,
            missing=heard.missing,
            level_dbfs=round(heard.level_dbfs, 1),
            snr_db=round(heard.snr_db, 1),
            twist_db=round(heard.twist_db, 1),
            key_s=round(heard.key_s, 3),
            verdict=heard.verdict,
            faults=heard.faults,
            text=test.text,
            advice=test.advice,
        )

    def health(self, health: events.Health) -> PartHealth:
        """The condition of a part since `health.at`."""
        return PartHealth(
            **self.envelope(),
            part=health.part,
            condition=health.condition,
            why=health.why,
            since=moment(health.at),
        )

    def channel(self, state: events.ChannelState) -> ChannelStatus:
        """What a channel is doing."""
        return ChannelStatus(
            **self.envelope(),
            channel=state.channel,
            activity=state.activity,
            level_dbfs=None if state.level_dbfs is None else round(state.level_dbfs, 1),
            last_heard=None if state.last_heard_at is None else moment(state.last_heard_at),
        )

    def transmission(
        self, event: events.TransmissionStarted | events.TransmissionEnded
    ) -> TransmissionReport:
        """The start or the end of a transmission."""
        if isinstance(event, events.TransmissionStarted):
            return TransmissionReport(
                **self.envelope(),
                channel=event.channel,
                transmission=event.id,
                phase="start",
                started=moment(event.at),
                recording=self._recording(event.recording),
            )
        return TransmissionReport(
            **self.envelope(),
            channel=event.channel,
            transmission=event.id,
            phase="end",
            started=moment(event.started_at),
            duration_s=round(event.duration_s, 3),
            level_dbfs=round(event.level_dbfs, 1),
            peak_dbfs=round(event.peak_dbfs, 1),
            cut=event.cut,
            recording=self._recording(event.recording),
        )

    def partial(self, event: events.PartialWords) -> PartialTranscript:
        """The words so far."""
        return PartialTranscript(
            **self.envelope(),
            channel=event.channel,
            transmission=event.id,
            text=event.text,
        )

    def _recording(self, path: str) -> Recording | None:
        return Recording(path=path, url=self.url_of(path)) if path else None

    def envelope(self) -> Envelope:
        """A fresh id, the time, and the station's name."""
        return {"id": self.new_id(), "at": moment(self.clock()), "station": self.station}


def _speaker(caller: events.Caller) -> Speaker | None:
    if caller == events.Caller():
        return None
    return Speaker(
        unit=caller.unit,
        system=caller.system or None,
        name=caller.name or None,
        role=caller.role,
        phone=caller.phone,
        post=caller.post,
    )


def _signal(signal: events.UnitId | events.Selcall) -> HeardSignal:
    call = signal if isinstance(signal, events.Selcall) else None
    return HeardSignal(
        system=signal.system,
        means=signal.means,
        value=signal.value or None,
        unit=signal.sender or None,
        code=call.code if call else None,
        group=call is not None and call.group,
        tones_hz=tuple(round(hz, 1) for hz in call.tones_hz) if call else (),
        at=moment(signal.at),
        duration_s=round(signal.duration_s, 3),
        level_dbfs=round(signal.level_dbfs, 1),
        snr_db=round(signal.snr_db, 1),
    )


def _digit(digit: events.Digit) -> KeyedDigit:
    return KeyedDigit(
        key=digit.key,
        at=moment(digit.at),
        duration_s=round(digit.duration_s, 3),
        level_dbfs=round(digit.level_dbfs, 1),
        twist_db=round(digit.twist_db, 1),
        snr_db=round(digit.snr_db, 1),
    )


def _other_readings(said: events.Words) -> list[OtherReading]:
    start_s, end_s = round(said.words[0].start_s, 3), round(said.words[-1].end_s, 3)
    return [
        OtherReading(text=other.text, start_s=start_s, end_s=end_s, share=round(other.share, 3))
        for other in said.alternatives
    ]


def _word(word: events.Word) -> SpokenWord:
    return SpokenWord(
        text=word.text,
        start_s=round(word.start_s, 3),
        end_s=round(word.end_s, 3),
        confidence=round(word.confidence, 3),
    )


def place(post_id: str, posts: Mapping[str, PostSettings]) -> Place:
    """A post, with what the settings know of it."""
    post = posts.get(post_id)
    if post is None:
        return Place(id=post_id, known=False)
    return Place(
        id=post_id,
        known=True,
        name=post.name,
        kind=post.kind,
        place=post.place,
        lat=post.lat,
        lon=post.lon,
        neighbours=post.neighbours,
        contacts=post.contacts,
        cameras=post.cameras,
    )
