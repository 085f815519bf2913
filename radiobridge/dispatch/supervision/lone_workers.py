"""Somebody who is alone: begun and ended by codes, and looked for when he is silent for too long. Sans-IO."""

from __future__ import annotations

import re

from radiobridge.events import Alert, RoundKind, RoundPlan
from radiobridge.settings import LoneWorkerSettings

MINUTES_FIELD, WORKER_FIELD = "minutes", "worker"
"""Fields of a code: for how long, and who it is."""
_MOST_MINUTES = 1440
_NO_LEVEL = re.compile(r"[+#/\s$\x00-\x1f\x7f]")


def watch_name(rule: LoneWorkerSettings, alert: Alert) -> str:
    """The same for all that one person begins and ends."""
    return f"{rule.name}:{_NO_LEVEL.sub('-', _who(alert))}"


def watch_of(rule: LoneWorkerSettings, alert: Alert) -> RoundPlan:
    """What is waited for after this alert."""
    who = _who(alert)
    keyed = alert.fields.get(MINUTES_FIELD, "")
    minutes = min(int(keyed), _MOST_MINUTES) if keyed.isdecimal() and int(keyed) else rule.minutes
    return RoundPlan(
        name=watch_name(rule, alert),
        kind=RoundKind.LONE_WORKER,
        posts=(who,),
        channels=rule.channels or (alert.channel,),
        tones=rule.tones,
        within_s=minutes * 60,
        remind=rule.remind,
        remind_s=rule.remind_s,
        reminders=rule.reminders,
        alert=rule.alert,
        called={who: alert.caller.name} if alert.caller.name else {},
        place=alert.post or alert.caller.post,
    )


def _who(alert: Alert) -> str:
    """Who he says he is, or else his radio, his post, or his channel."""
    return alert.fields.get(WORKER_FIELD) or alert.caller.unit or alert.post or alert.channel
