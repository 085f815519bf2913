"""Who may have something sent: whoever called is answered, and commands of the bus are carried out.

Each becomes one announcement a channel, with an id by which its end is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from radiobridge.announcements import Announcements
from radiobridge.bus.command_messages import SayCommand
from radiobridge.errors import CommandRefused
from radiobridge.events import Announcement, Priority, Reply
from radiobridge.near import did_you_mean
from radiobridge.settings import TransmitSettings
from radiobridge.transmit.spelled import check_tones

ALL = "*"
"""Every channel that can send."""


def checked(text: Mapping[str, str], tones: str) -> Reply:
    """What somebody asked to be sent. Raises CommandRefused: the tones are none."""
    if tones:
        try:
            check_tones(tones)
        except ValueError as error:
            raise CommandRefused(f"tones: {error}") from error
    return Reply(dict(text), tones)


class Sender:
    """The channels that can send, by name; `clock` gives UTC seconds, `new_id` a ULID."""

    def __init__(
        self,
        announcements: Announcements,
        channels: Mapping[str, TransmitSettings],
        *,
        clock: Callable[[], float],
        new_id: Callable[[], str],
    ) -> None:
        self._announcements = announcements
        self._channels = channels
        self._clock = clock
        self._new_id = new_id

    def answer(self, channel: str, reply: Reply, language: str, cause: str) -> None:
        """Whoever called on the channel is told; nothing happens where it cannot send."""
        if channel in self._channels:
            self._send(channel, reply, Priority.REPLY, language=language, cause=cause)

    def say(self, command: SayCommand) -> tuple[str, ...]:
        """The announcements wait for their turn: their ids, in the order of the channels.

        Raises:
            CommandRefused: no such channel, or tones that are none.
        """
        names = self.meant(command.channels)
        what = checked(command.text, command.tones)
        return tuple(self._send(name, what, command.priority, wait_s=command.wait_s) for name in names)

    def tell(self, channel: str, what: Reply, *, wait_s: float) -> str:
        """Something is said when the channel is free and nothing graver waits: the id of its announcement.

        Raises:
            CommandRefused: the channel cannot send.
        """
        self._check_channel(channel)
        return self._send(channel, what, Priority.BULLETIN, wait_s=wait_s)

    def meant(self, channels: Sequence[str]) -> tuple[str, ...]:
        """The channels of these names, each once; `*` stands for all.

        Raises:
            CommandRefused: one of them cannot send, or none can.
        """
        names = [*self._channels] if ALL in channels else [*dict.fromkeys(channels)]
        for name in names:
            self._check_channel(name)
        if not names:
            raise CommandRefused("no channel can send: give one an output")
        return tuple(names)

    def call(self, channel: str, what: Reply, *, wait_s: float, cause: str) -> str:
        """A call to respond goes before all else: the id of its announcement.

        Raises:
            CommandRefused: the channel cannot send.
        """
        self._check_channel(channel)
        return self._send(channel, what, Priority.EMERGENCY, wait_s=wait_s, cause=cause)

    def withdraw(self, channel: str, announcement: str) -> None:
        """The announcement is not sent, unless it is on the air already."""
        self._announcements.withdraw(channel, announcement)

    def test(self, channel: str, keys: str, *, hears_itself: bool) -> str:
        """A self-test's keys wait for their turn: the id of their announcement."""
        what = Reply(tones=f"dtmf:{keys}")
        return self._send(channel, what, Priority.BULLETIN, hears_itself=hears_itself)

    def _check_channel(self, name: str) -> None:
        """Raises CommandRefused where no channel of that name can send."""
        if name not in self._channels:
            there = ", ".join(self._channels) or "none: give a channel an output"
            hint = did_you_mean(name, self._channels)
            raise CommandRefused(f"no channel {name!r} that can send; there are: {there}{hint}")

    def _send(
        self,
        channel: str,
        what: Reply,
        priority: Priority,
        *,
        language: str = "",
        cause: str = "",
        wait_s: float | None = None,
        hears_itself: bool = False,
    ) -> str:
        announcement = Announcement(
            id=self._new_id(),
            channel=channel,
            at=self._clock(),
            priority=priority,
            wait_s=self._channels[channel].wait_s if wait_s is None else wait_s,
            text=what.text,
            selcalls=what.selcalls,
            tones=what.tones,
            language=language,
            cause=cause,
            hears_itself=hears_itself,
        )
        self._announcements.send(announcement)
        return announcement.id
