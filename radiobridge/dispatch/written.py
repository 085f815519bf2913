"""Texts to the station: a code in one means what it means when it is keyed; each is a call-in. Sans-IO."""

from __future__ import annotations

import re
from collections.abc import Callable

from radiobridge.dispatch import actions
from radiobridge.dispatch.alerts import AlertMaker
from radiobridge.dispatch.codebook import SECRET_KEY, Codebook, CodeMatch
from radiobridge.events import ActionAsked, Alert, Caller, CallIn, IncomingText
from radiobridge.settings import Settings

_KEYS = re.compile(r"[0-9A-D*#]{2,}")


def made_of(
    text: IncomingText,
    settings: Settings,
    codebook: Codebook,
    alerts: AlertMaker,
    new_id: Callable[[], str],
) -> list[Alert | ActionAsked | CallIn]:
    """The alert or act that the text asks for, and its call-in.

    From a number that no unit has a code does nothing, unless the notifier is open to anybody: the whole
    world can write, and only the town has its radios.
    """
    known = alerts.writer(text.sender)
    caller = known or Caller(phone=text.sender)
    is_open = any(each.name == text.notifier and each.from_anybody for each in settings.notifier)
    made: list[Alert | ActionAsked | CallIn] = []
    if (match := _code_in(text.text, codebook)) and (known or is_open):
        act = settings.code[match.code].does
        if act:
            made.append(actions.of_text(match, act, settings, text, caller=caller, new_id=new_id))
        else:
            made.append(alerts.of_text(match, text, caller))
    callin = CallIn(
        id=text.id,
        channel=text.notifier,
        at=text.at,
        duration_s=0.0,
        level_dbfs=None,
        digits=(),
        signals=(),
        utterances=(),
        speech_complete=True,
        alerts=tuple(each.id for each in made if isinstance(each, Alert)),
        caller=caller,
        written=_without_secrets(text.text, codebook),
    )
    return [*made, callin]


def _code_in(text: str, codebook: Codebook) -> CodeMatch | None:
    """The first code that is written in it, among whatever else."""
    for keys in _KEYS.findall(text.upper()):
        kept = ""
        for key in keys:
            kept, match = codebook.step(kept + key)
            if match:
                return match
    return None


def _without_secrets(text: str, codebook: Codebook) -> str:
    """The text, with what is secret in its codes left out."""

    def hidden(found: re.Match[str]) -> str:
        secret = codebook.secret_keys(found[0].upper())
        return "".join(SECRET_KEY if place in secret else key for place, key in enumerate(found[0]))

    return re.sub(_KEYS.pattern, hidden, text, flags=re.IGNORECASE)
