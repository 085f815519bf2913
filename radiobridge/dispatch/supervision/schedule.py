"""Which rounds begin when, by the settings. Sans-IO."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from radiobridge.events import Condition, Health, RoundKind, RoundPlan
from radiobridge.settings import BulletinSettings, CheckInSettings, PostSettings, RoundSettings, Settings

_MOST_LATE_S = 86_400.0
"""A round that should have begun longer ago, while the station was down, is left out."""


@dataclass(frozen=True, slots=True)
class RoundDue:
    """A round begins: `id` is the same whenever it is asked for; `begins_at` UTC seconds."""

    id: str
    plan: RoundPlan
    begins_at: float


class Schedule:
    """The rounds of the settings.

    `read`: the text of a bulletin's file, not empty; raises OSError or ValueError.
    """

    def __init__(self, settings: Settings, *, read: Callable[[Path], str]) -> None:
        self._read = read
        self.reload(settings)

    def reload(self, settings: Settings) -> None:
        """The rounds are those of `settings` from now on."""
        self._settings = settings

    def due(self, now: float, is_known: Callable[[str], bool]) -> Iterator[RoundDue | Health]:
        """The rounds whose time has come and that have not begun; and how it is with their files.

        One is given as long as its posts may still answer, so that a restart leaves none out. A file that
        cannot be read is tried again as long.
        """
        rules: list[CheckInSettings | BulletinSettings] = [
            *self._settings.check_in,
            *self._settings.bulletin,
        ]
        for rule in rules:
            lasts_s = rule.within_s + rule.reminders * rule.remind_s
            after = now - min(lasts_s, _MOST_LATE_S)
            for moment in rule.moments(self._settings.calendar, after, now):
                id_ = f"{rule.name}/{datetime.fromtimestamp(moment).astimezone():%Y-%m-%dT%H:%M:%S}"
                if is_known(id_):
                    continue
                if isinstance(rule, CheckInSettings):
                    yield RoundDue(id_, self._check_in(rule), moment)
                elif rule.file is None:
                    yield RoundDue(id_, self._bulletin(rule, rule.say), moment)
                else:
                    yield from self._of_file(id_, rule, rule.file, moment)

    def _of_file(
        self, id_: str, rule: BulletinSettings, file: Path, moment: float
    ) -> Iterator[RoundDue | Health]:
        part = f"bulletin/{rule.name}"
        try:
            text = self._read(file)
        except (OSError, ValueError) as error:
            why = f"it is not said: {file}: {error}; write its text there, in UTF-8"
            yield Health(part, moment, Condition.DEGRADED, why)
        else:
            yield RoundDue(id_, self._bulletin(rule, {rule.language: text}), moment)
            yield Health(part, moment, Condition.OK)

    def _check_in(self, rule: CheckInSettings) -> RoundPlan:
        plan = self._plan(rule, RoundKind.CHECK_IN, rule.say)
        return replace(plan, early_s=rule.early_s, alert=rule.alert)

    def _bulletin(self, rule: BulletinSettings, text: Mapping[str, str]) -> RoundPlan:
        return self._plan(rule, RoundKind.BULLETIN, text)

    def _plan(self, rule: RoundSettings, kind: RoundKind, say: Mapping[str, str]) -> RoundPlan:
        return RoundPlan(
            name=rule.name,
            kind=kind,
            posts=asked(rule.posts, rule.kinds, self._settings.post),
            counts=rule.counts,
            channels=rule.channels,
            say=say,
            tones=rule.tones,
            notify=rule.notify,
            within_s=rule.within_s,
            remind=rule.remind,
            remind_s=rule.remind_s,
            reminders=rule.reminders,
        )


def asked(posts: Sequence[str], kinds: Sequence[str], known: Iterable[PostSettings]) -> tuple[str, ...]:
    """The posts that must answer: those of these ids and of these kinds, or all where neither is given."""
    if not posts and not kinds:
        return tuple(post.id for post in known)
    of_kinds = (post.id for post in known if post.kind in kinds)
    return tuple(dict.fromkeys((*posts, *of_kinds)))
