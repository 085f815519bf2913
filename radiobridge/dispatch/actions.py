"""What somebody keyed or said to have something done about an incident."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from radiobridge.dispatch.alerts import Call
from radiobridge.dispatch.codebook import CodeMatch
from radiobridge.dispatch.keypad import KeyedCode
from radiobridge.events import Act, ActionAsked, Caller, IncomingText, PhraseHeard, Source, Who
from radiobridge.settings import Settings

NUMBER_FIELD, OF_FIELD = "incident", "of"
"""Fields of a code: the number of the incident, and of the one that it is a duplicate of."""
OPERATOR_FIELD, PIN_FIELD, OTP_FIELD = "operator", "pin", "otp"
"""Fields of a code that `needs` something: who keys it, and what he shows."""
NUMBER_SLOT = "number"
"""Slot of a phrase."""


def of_code(
    code: KeyedCode, act: Act, settings: Settings, call: Call, *, caller: Caller, new_id: Callable[[], str]
) -> ActionAsked:
    """It was keyed."""
    last = code.digits[-1]
    who = who_asks(caller, call, Source.DTMF)
    asked = ActionAsked(new_id(), last.at + last.duration_s, act, None, who, callin=call.callin)
    return _with_code(asked, code.match, settings)


def of_text(
    match: CodeMatch,
    act: Act,
    settings: Settings,
    text: IncomingText,
    *,
    caller: Caller,
    new_id: Callable[[], str],
) -> ActionAsked:
    """It was written to the station."""
    who = Who(caller.name, text.sender, caller.post, text.notifier, Source.TEXT.value)
    asked = ActionAsked(new_id(), text.at, act, None, who, callin=text.id, answer_to=text.sender)
    return _with_code(asked, match, settings)


def _with_code(asked: ActionAsked, match: CodeMatch, settings: Settings) -> ActionAsked:
    """What its code says of it."""
    fields, code = match.fields, settings.code[match.code]
    return replace(
        asked,
        number=int(fields[NUMBER_FIELD]) if NUMBER_FIELD in fields else None,
        note=fields.get(OF_FIELD, ""),
        reply=code.answer,
        needs=code.needs,
        operator=fields.get(OPERATOR_FIELD),
        pin=fields.get(PIN_FIELD, ""),
        otp=fields.get(OTP_FIELD, ""),
    )


def of_phrase(
    heard: PhraseHeard, act: Act, settings: Settings, call: Call, *, caller: Caller, new_id: Callable[[], str]
) -> ActionAsked:
    """It was said; what was heard with doubt is not acted on."""
    number = heard.fields.get(NUMBER_SLOT, "")
    return ActionAsked(
        id=new_id(),
        at=heard.at,
        act=act,
        number=int(number) if number.isdecimal() else None,
        who=who_asks(caller, call, Source.VOICE),
        language=heard.language,
        callin=call.callin,
        reply=heard.reply,
        sure=heard.confidence >= settings.speech.likely_confidence and heard.rival is None,
    )


def who_asks(caller: Caller, call: Call, source: Source) -> Who:
    """Whoever calls, for the log of an incident."""
    return Who(caller.name, caller.unit, caller.post, call.channel, source.value, caller.system)
