"""The links of one channel: what it hears is on its way to the channels that relay it, while it is heard.

A link never repeats itself: what a channel hears while it sounds a relay from the other end may be the echo
of that relay, in an intercom whose microphone hears its loudspeaker. So a transmission is not relayed before
the other end has fallen silent, and is lowered while it speaks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from radiobridge.events import Samples, TransmissionAudio
from radiobridge.settings import LinkSettings
from radiobridge.transmit.relayed import Relay, RelayedSound
from radiobridge.transmitter import SEND_HZ, Transmitter


@dataclass
class _Direction:
    """One channel that relays, and the transmission that it relays now."""

    sent_on: str
    transmitter: Transmitter
    settings: LinkSettings
    sound: RelayedSound | None = None


class Links:
    """Sound of channel `heard_on` goes where it is linked to; all calls come from that channel's thread.

    `own` is what sends on the channel itself.
    """

    def __init__(
        self,
        heard_on: str,
        directions: Sequence[_Direction],
        own: Transmitter | None,
        new_id: Callable[[], str],
    ) -> None:
        self._heard_on = heard_on
        self._directions = directions
        self._own = own
        self._new_id = new_id

    def feed(self, audio: TransmissionAudio) -> None:
        """The next sound of a transmission, at `SEND_HZ`."""
        for direction in self._directions:
            other_speaks = self._own is not None and self._own.relays_from(direction.sent_on)
            if direction.sound is None and not other_speaks:
                self._begin(direction, audio.id)
            if direction.sound:
                lowered_db = direction.settings.duck_db if other_speaks else 0
                direction.sound.feed(_louder(audio.samples, direction.settings.gain_db - lowered_db))

    def finish(self) -> None:
        """The transmission is over."""
        for direction in self._directions:
            if direction.sound:
                direction.sound.finish()
                direction.sound = None

    def _begin(self, direction: _Direction, transmission: str) -> None:
        settings = direction.settings
        direction.sound = RelayedSound(SEND_HZ, settings.timeout_s + settings.wait_s)
        direction.transmitter.relay(
            Relay(
                id=self._new_id(),
                heard_on=self._heard_on,
                cause=transmission,
                sound=direction.sound,
                wait_s=settings.wait_s,
                timeout_s=settings.timeout_s,
                delay_s=settings.delay_s,
                duck_db=settings.duck_db,
            )
        )


def _louder(samples: Samples, by_db: float) -> Samples:
    return np.clip(samples * np.float32(10 ** (by_db / 20)), -1, 1) if by_db else samples


def links_of(
    links: Sequence[LinkSettings], transmitters: Mapping[str, Transmitter], new_id: Callable[[], str]
) -> dict[str, Links]:
    """What each channel relays, by its name; `transmitters`: those of the channels that can send."""
    directions: defaultdict[str, list[_Direction]] = defaultdict(list)
    for link in links:
        for pair in link.pairs:
            directions[pair.heard_on].append(_Direction(pair.sent_on, transmitters[pair.sent_on], link))
    return {name: Links(name, there, transmitters.get(name), new_id) for name, there in directions.items()}
