"""Which rounds begin when, by the settings. Sans-IO."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from radiobridge.events import RoundKind, RoundPlan
from radiobridge.settings import BulletinSettings, CheckInSettings, RoundSettings, Settings

_MOST_LATE_S = 86_400.0
"""A round that should have begun longer ago, while the station was down, is left out."""


@dataclass(frozen=True, slots=True)
class RoundDue:
    """A round begins: `id` is the same whenever it is asked for; `begins_at` UTC seconds."""

    id: str
    plan: RoundPlan
    begins_at: float


class Schedule:
    """The rounds of the settings. `read`: the text of a bulletin's file; raises OSError or ValueError."""

    def __init__(self, settings: Settings, *, read: Callable[[Path], str]) -> None:
        self._read = read
        self.unreadable: dict[str, str] = {}
        """Bulletins by name that could not be read when it was time, and why."""
        self.reload(settings)

    def reload(self, settings: Settings) -> None:
        """The rounds are those of `settings` from now on."""
        self._settings = settings
        self._posts = tuple(post.id for post in settings.post)
        self.unreadable.clear()

    def due(self, now: float, is_known: Callable[[str], bool]) -> Iterator[RoundDue]:
        """The rounds whose time has come and that have not begun, the earliest of each table first.

        One is given as long as its posts may still answer, so that a restart leaves none out.
        """
        rules: list[CheckInSettings | BulletinSettings] = [
            *self._settings.check_in,
            *self._settings.bulletin,
        ]
        for rule in rules:
            lasts_s = rule.within_s + rule.reminders * rule.remind_s
            after = now - min(lasts_s, _MOST_LATE_S)
            for moment in rule.moments(self._settings.calendar, after, now):
                id_ = f"{rule.name}/{datetime.fromtimestamp(moment).astimezone():%Y-%m-%dT%H:%M}"
                if not is_known(id_) and (plan := self._plan(rule)):
                    yield RoundDue(id_, plan, moment)

    def _plan(self, rule: CheckInSettings | BulletinSettings) -> RoundPlan | None:
        posts = rule.posts or self._posts
        if isinstance(rule, CheckInSettings):
            return _planned(rule, RoundKind.CHECK_IN, posts, rule.say, early_s=rule.early_s, alert=rule.alert)
        text = self._text(rule)
        return _planned(rule, RoundKind.BULLETIN, posts, text) if text else None

    def _text(self, rule: BulletinSettings) -> Mapping[str, str]:
        if rule.file is None:
            return rule.say
        try:
            text = self._read(rule.file).strip()
        except (OSError, ValueError) as error:
            self.unreadable[rule.name] = f"{rule.file}: {error}"
            return {}
        if not text:
            self.unreadable[rule.name] = f"{rule.file} is empty: write the text into it"
            return {}
        self.unreadable.pop(rule.name, None)
        return {rule.language: text}


def _planned(
    rule: RoundSettings,
    kind: RoundKind,
    posts: tuple[str, ...],
    say: Mapping[str, str],
    *,
    early_s: float = 0.0,
    alert: str | None = None,
) -> RoundPlan:
    return RoundPlan(
        name=rule.name,
        kind=kind,
        posts=posts,
        counts=rule.counts,
        channels=rule.channels,
        say=say,
        tones=rule.tones,
        early_s=early_s,
        within_s=rule.within_s,
        remind=rule.remind,
        remind_s=rule.remind_s,
        reminders=rule.reminders,
        alert=alert,
    )
