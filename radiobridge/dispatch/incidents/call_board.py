"""What is still to be called out on each channel: one call at a time; what comes meanwhile is in the next.

A thousand calls in a minute must not fill the air for an hour: a call names the gravest incidents, and counts
the others. It opens so many radios by their selective calls; those that are left are opened by the next one,
which says the same. What somebody has taken is not called any more. Sans-IO.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from radiobridge.dispatch.drills import EXERCISE, marked
from radiobridge.dispatch.incidents.call_outs import CallOut
from radiobridge.dispatch.incidents.words import called_out_text, listed, more_text
from radiobridge.dispatch.texts import filled, in_language, placeholders
from radiobridge.events import Outcome, Reply

MOST_IN_ONE = 3
"""Incidents that one call tells in full."""
MOST_SELCALLS = 8
"""Radios that one call opens: with the longest ones, group pages, that takes a minute, half of the time for
which PTT is held at the most."""
MOST_UNDER_WAY_S = 300.0
"""A call waits for a channel for less than half a minute, and no radio sends for longer than some minutes."""
_SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
CALL_PLACEHOLDERS = ("number", "posts", "text")
"""What may stand in the words of a call."""
_AGAIN = frozenset((Outcome.EXPIRED, Outcome.BROKEN_OFF, Outcome.WITHDRAWN))
"""Ends of a call after which what is left of it is called again."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is to be sent on a channel now, for these incidents."""

    channel: str
    what: Reply
    incidents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Due:
    """A call that is to be made on a channel, and what is to open radios before it."""

    call: CallOut
    selcalls: tuple[str, ...]

    def after(self, earlier: _Due | None) -> _Due:
        """This one in the place of an earlier one; radios that it has not opened yet are opened now."""
        if earlier is None:
            return self
        return _Due(self.call, tuple(dict.fromkeys((*earlier.selcalls, *self.selcalls))))


@dataclass(slots=True)
class _Board:
    """One channel."""

    waiting: dict[str, _Due] = field(default_factory=dict)
    """By incident: a later stage of the same takes the place of an earlier one."""
    under_way: dict[str, _Due] = field(default_factory=dict)
    announcement: str = ""
    sent_at: float = 0.0

    def add(self, due: _Due) -> None:
        """The call is to be made."""
        incident = due.call.incident.id
        self.waiting[incident] = due.after(self.waiting.get(incident))

    def begin(self) -> tuple[str, ...]:
        """The gravest calls are under way, with as many selective calls as one call has: which these are."""
        opened: dict[str, None] = {}
        waiting, self.waiting, self.under_way = self.waiting, {}, {}
        for incident, due in sorted(waiting.items(), key=lambda item: _gravity(item[1].call)):
            wanted = [each for each in due.selcalls if each not in opened]
            opened.update(dict.fromkeys(wanted[: MOST_SELCALLS - len(opened)]))
            now = tuple(each for each in due.selcalls if each in opened)
            if now or not due.selcalls:
                self.under_way[incident] = _Due(due.call, now)
            if left := tuple(each for each in due.selcalls if each not in opened):
                self.waiting[incident] = _Due(due.call, left)
        return tuple(opened)

    def again(self, over: dict[str, _Due]) -> None:
        """What was under way is to be made once more, together with what came meanwhile."""
        came, self.waiting = self.waiting, over
        for due in came.values():
            self.add(due)


class CallBoard:
    """All channels."""

    def __init__(self) -> None:
        self._boards: dict[str, _Board] = {}

    def add(self, channel: str, call: CallOut) -> None:
        """The call is to be made on the channel."""
        self._boards.setdefault(channel, _Board()).add(_Due(call, call.selcalls(channel)))

    def withdraw(self, incident: str) -> list[tuple[str, str]]:
        """Somebody has taken it: the channels and announcements that are still to tell of it.

        What else they tell is called anew when they are withdrawn.
        """
        telling = []
        for channel, board in self._boards.items():
            board.waiting.pop(incident, None)
            if board.under_way.pop(incident, None) and board.announcement:
                telling.append((channel, board.announcement))
        return telling

    def calls(self, now: float) -> list[Call]:
        """What is to be sent now, on every channel where no call is under way; each is given once.

        `now`: seconds that only rise. A call whose end is not told is not waited for for ever.
        """
        for board in self._boards.values():
            if board.announcement and now - board.sent_at > MOST_UNDER_WAY_S:
                board.announcement = ""
        return [
            self._next(channel, board)
            for channel, board in self._boards.items()
            if board.waiting and not board.announcement
        ]

    def sent_as(self, channel: str, announcement: str, now: float) -> None:
        """The call that was given for the channel is on its way as this announcement."""
        board = self._boards[channel]
        board.announcement, board.sent_at = announcement, now

    def not_sent(self, channel: str) -> tuple[str, ...]:
        """The call that was given for the channel cannot be sent: its incidents."""
        board = self._boards[channel]
        over, board.under_way = board.under_way, {}
        for incident in over:
            board.waiting.pop(incident, None)
        return tuple(over)

    def ended(self, announcement: str, outcome: Outcome) -> tuple[str, ...]:
        """An announcement came to its end; the incidents whose call could not be sent, and will not be."""
        for board in self._boards.values():
            if board.announcement == announcement:
                over, board.under_way, board.announcement = board.under_way, {}, ""
                if outcome in _AGAIN:
                    board.again(over)
                    return ()
                return () if outcome is Outcome.SENT else tuple(over)
        return ()

    def _next(self, channel: str, board: _Board) -> Call:
        selcalls = board.begin()
        calls = [due.call for due in board.under_way.values()]
        tones = next((call.settings.tones for call in calls if call.settings.tones), "")
        return Call(channel, Reply(_joined(calls), tones, selcalls), tuple(board.under_way))


def unknown_in_call(text: str) -> list[str]:
    """The placeholders in the words of a call that nothing will fill."""
    return [name for name in placeholders(text) if name not in CALL_PLACEHOLDERS]


def _gravity(call: CallOut) -> tuple[int, float]:
    """The gravest first, then the oldest."""
    return _SEVERITIES.index(call.incident.opening.severity), call.incident.opened_at


def _joined(calls: Sequence[CallOut]) -> dict[str, str]:
    """One text of all the calls, in each language that all of them have words in."""
    told, others = calls[:MOST_IN_ONE], calls[MOST_IN_ONE:]
    texts = [_text(call) for call in told]
    languages = [tag for tag in texts[0] if all(tag in text for text in texts)] or [*texts[0]]
    more = more_text([call.incident.number for call in others]) if others else {}
    return {
        tag: " ".join(
            [*(in_language(text, tag) for text in texts), *([in_language(more, tag)] if more else [])]
        )
        for tag in languages
    }


def _text(call: CallOut) -> Mapping[str, str]:
    """The words of one call: those of the settings, or the built-in ones."""
    incident, said = call.incident, call.settings.say
    text: Mapping[str, str] = {
        tag: filled(
            text,
            {
                "number": str(incident.number),
                "text": in_language(incident.opening.text, tag),
                "posts": listed([in_language(post.name, tag) for post in call.posts], tag),
            },
        )
        for tag, text in said.items()
    }
    text = text or called_out_text(incident, is_late=call.stage > 0 or call.time > 1)
    return marked(text) if incident.opening.status == EXERCISE else text
