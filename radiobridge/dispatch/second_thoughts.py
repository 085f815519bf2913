"""What becomes known of a spoken alert after it went out: a key confirms it, a transcript bears it out.

An alert that was heard with doubt is `Possible`. Its caller may be asked back, and confirms by a key on the
same channel. A transcript of the whole call makes a doubtful alert likely, or a likely one doubtful; it
withdraws none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from radiobridge.events import Alert, Amendment, Certainty, Digit, Reply, Transcript
from radiobridge.settings import SpeechSettings

_REMEMBERED_S = 900.0
"""A machine that is so far behind with its transcripts has given them up."""


@dataclass(slots=True)
class _Known:
    """A spoken alert, and how sure it is by now."""

    alert: Alert
    certainty: Certainty


class SecondThoughts:
    """Sans-IO: the spoken alerts of the last minutes; `clock` gives UTC seconds, `new_id` a ULID."""

    def __init__(self, *, clock: Callable[[], float], new_id: Callable[[], str]) -> None:
        self._clock = clock
        self._new_id = new_id
        self._known: list[_Known] = []
        self._settings = SpeechSettings()

    def reload(self, settings: SpeechSettings) -> None:
        """What is asked back, and what confirms, are those of `settings`."""
        self._settings = settings

    def raised(self, alert: Alert) -> Alert:
        """A phrase has raised the alert: as it goes out, its caller being asked back where there is doubt."""
        now = self._clock()
        self._known = [known for known in self._known if now - known.alert.at < _REMEMBERED_S]
        self._known.append(_Known(alert, alert.certainty))
        if alert.certainty is Certainty.POSSIBLE and self._settings.ask_back:
            return replace(alert, reply=Reply(self._settings.ask_back))
        return alert

    def keyed(self, digit: Digit) -> Amendment | None:
        """What a key confirms: the last doubtful alert of its channel."""
        settings = self._settings
        if not settings.confirm_key or digit.key != settings.confirm_key:
            return None
        for known in reversed(self._known):
            alert = known.alert
            is_open = alert.certainty is Certainty.POSSIBLE and known.certainty is not Certainty.OBSERVED
            if alert.channel != digit.channel or not is_open:
                continue
            if digit.at - alert.at > settings.confirm_s:
                return None
            known.certainty = Certainty.OBSERVED
            amendment = self._amendment(alert.channel, alert.callin, "key", {alert.id: known.certainty})
            return replace(amendment, reply=alert.reply)
        return None

    def transcribed(self, transcript: Transcript) -> Amendment:
        """The whole text of a call-in, and what it does to the alerts that were raised in it."""
        changed: dict[str, Certainty] = {}
        for known in self._known:
            if known.alert.callin != transcript.id or known.certainty is Certainty.OBSERVED:
                continue
            certainty = known.certainty
            if known.alert.type in transcript.supports:
                certainty = Certainty.LIKELY
            elif known.alert.type in transcript.doubts:
                certainty = Certainty.POSSIBLE
            if certainty is not known.certainty:
                known.certainty = changed[known.alert.id] = certainty
        amendment = self._amendment(transcript.channel, transcript.id, transcript.by, changed)
        return replace(amendment, language=transcript.language, text=transcript.text, words=transcript.words)

    def _amendment(
        self, channel: str, callin: str | None, by: str, certainties: dict[str, Certainty]
    ) -> Amendment:
        return Amendment(
            id=self._new_id(),
            channel=channel,
            at=self._clock(),
            callin=callin,
            by=by,
            certainties=certainties,
        )
