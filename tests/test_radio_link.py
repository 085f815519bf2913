"""A radio as a channel has it: keyed, released, asked for its carrier, lost, and opened again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import repeat
from typing import ClassVar

import numpy as np
import pytest

from radiobridge import backoff
from radiobridge.channel import Channel, ChannelEvent
from radiobridge.errors import DeviceLost, EndOfAudio, MissingPart, TransmitRefused
from radiobridge.events import (
    AudioBlock,
    Condition,
    Digit,
    Health,
    Samples,
    TransmissionEnded,
    TransmissionStarted,
)
from radiobridge.ports import AudioInput, DriverSettings, loading
from radiobridge.radio_link import RadioLink
from radiobridge.settings import ChannelSettings
from tests.builders import RATE_HZ, in_blocks, keyed
from tests.fake_radio import FakeRadio, FakeRadioSettings, installed

_SILENCE = np.zeros(RATE_HZ // 50, np.float32)
_PATIENCE_S = 20.0


class Rig:
    """A radio's link, and what the radio says."""

    def __init__(self, name: str, timeout_s: float = 60, frequency_hz: int | None = None) -> None:
        self.name = name
        self.health: list[Health] = []
        self.link = RadioLink(
            "gate",
            FakeRadio(FakeRadioSettings(radio=name)),
            timeout_s=timeout_s,
            frequency_hz=frequency_hz,
            listens=True,
            emit=self.health.append,
        )

    def says(self, answer: bool | Exception) -> None:
        FakeRadio.says[self.name] = answer

    @property
    def is_keyed(self) -> bool:
        return FakeRadio.keyed[self.name]

    def until(self, happened: Callable[[], bool]) -> None:
        give_up = time.monotonic() + _PATIENCE_S
        while not happened():
            assert time.monotonic() < give_up
            time.sleep(0.005)

    def opened(self) -> Rig:
        """The link, when the radio is open."""
        self.link.start()
        self.until(lambda: self.conditions == [Condition.OK])
        return self

    @property
    def conditions(self) -> list[Condition]:
        return [health.condition for health in self.health]


@pytest.fixture
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    rig = Rig(request.node.name)
    rig.says(False)
    yield rig
    assert rig.link.close()
    assert not rig.is_keyed


def test_the_carrier_is_what_the_radio_says(rig: Rig) -> None:
    assert rig.link.carrier() is None
    rig.opened()
    rig.until(lambda: rig.link.carrier() is False)
    rig.says(True)
    rig.until(lambda: rig.link.carrier() is True)
    assert not rig.link.trouble


@pytest.mark.parametrize("error", [DeviceLost("unplugged"), MissingPart("no library"), RuntimeError("a bug")])
def test_a_radio_that_dies_says_why_and_is_opened_again(rig: Rig, error: Exception) -> None:
    rig.opened()
    rig.says(error)
    rig.until(lambda: str(error) in rig.link.trouble)
    assert rig.link.carrier() is None
    rig.says(True)
    rig.until(lambda: rig.link.carrier() is True)
    assert not rig.link.trouble
    assert rig.conditions == [Condition.OK, Condition.FAILED, Condition.OK]


def test_ptt_is_on_when_key_comes_back_and_off_when_release_does(rig: Rig) -> None:
    rig.opened()
    rig.link.key()
    assert rig.is_keyed
    rig.link.key()
    assert rig.is_keyed
    rig.link.release()
    assert not rig.is_keyed


def test_a_radio_that_is_not_there_is_not_keyed(rig: Rig) -> None:
    rig.says(DeviceLost("no such port"))
    rig.link.start()
    rig.until(lambda: bool(rig.health))
    with pytest.raises(DeviceLost, match="no such port"):
        rig.link.key()
    rig.says(False)
    rig.until(lambda: rig.conditions[-1] is Condition.OK)
    assert not rig.is_keyed


def test_a_radio_that_dies_while_it_transmits_is_off_when_it_is_back(rig: Rig) -> None:
    rig.opened()
    rig.link.key()
    rig.says(DeviceLost("unplugged"))
    rig.until(lambda: bool(rig.link.trouble))
    assert rig.health[-1].why == "unplugged; PTT may still be on: look at the radio"
    rig.says(DeviceLost("no such port"))
    rig.until(lambda: rig.health[-1].why == "no such port; PTT may still be on: look at the radio")
    rig.says(False)
    rig.until(lambda: rig.conditions[-1] is Condition.OK)
    assert not rig.is_keyed
    rig.says(DeviceLost("unplugged"))
    rig.until(lambda: rig.health[-1].why == "unplugged")


def test_a_radio_that_dies_before_it_answers_may_have_been_keyed(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keyed_without_an_answer(radio: FakeRadio, on: bool) -> None:
        FakeRadio.keyed[rig.name] = on
        rig.says(DeviceLost("no such port"))
        raise DeviceLost("unplugged")

    rig.opened()
    monkeypatch.setattr(FakeRadio, "set_ptt", keyed_without_an_answer)
    with pytest.raises(DeviceLost, match="PTT may still be on"):
        rig.link.key()
    rig.until(lambda: rig.health[-1].why == "no such port; PTT may still be on: look at the radio")
    rig.says(False)
    rig.until(lambda: rig.conditions[-1] is Condition.OK)


def test_a_radio_is_opened_at_once_when_there_is_hope(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backoff, "FIRST_S", 100.0)
    rig = Rig(request.node.name)
    rig.says(DeviceLost("unplugged"))
    rig.link.start()
    rig.until(lambda: rig.conditions == [Condition.FAILED])
    rig.says(False)
    rig.link.retry()
    rig.until(lambda: rig.conditions == [Condition.FAILED, Condition.OK])
    assert rig.link.close()


def test_closing_releases_ptt(rig: Rig) -> None:
    rig.opened()
    rig.link.key()
    assert rig.link.close()
    assert not rig.is_keyed


def test_ptt_that_nobody_releases_is_released_by_the_radios_own_thread(
    request: pytest.FixtureRequest,
) -> None:
    rig = Rig(request.node.name, timeout_s=0.05)
    rig.opened()
    rig.link.key()
    rig.until(lambda: Condition.DEGRADED in rig.conditions)
    assert not rig.is_keyed
    assert "PTT was held for" in rig.health[-1].why
    assert rig.link.close()


def test_a_radio_on_another_frequency_is_not_keyed(request: pytest.FixtureRequest) -> None:
    rig = Rig(request.node.name, frequency_hz=145_500_000)
    FakeRadio.tuned_hz[rig.name] = 145_600_000
    rig.opened()
    with pytest.raises(TransmitRefused, match=r"145\.6000 MHz and may transmit on 145\.5000 MHz"):
        rig.link.key()
    assert not rig.is_keyed
    FakeRadio.tuned_hz[rig.name] = 145_500_000
    rig.link.key()
    assert rig.is_keyed
    assert rig.link.close()


class FakeSound(AudioInput):
    """Plays `script`, in the channel's thread and as fast as it can, and ends."""

    Settings = DriverSettings
    script: ClassVar[Iterator[Samples]]

    def __init__(self, settings: DriverSettings) -> None:
        super().__init__(settings)
        self._frames = 0

    def open(self) -> None:
        """It always is."""

    def close(self) -> None:
        """The same."""

    @property
    def name(self) -> str:
        return "script"

    def read(self, timeout_s: float) -> AudioBlock:
        sound = next(self.script, None)
        if sound is None:
            raise EndOfAudio("the script is over")
        self._frames += len(sound)
        return AudioBlock(sound, RATE_HZ, (self._frames - len(sound)) / RATE_HZ)


class Station:
    """A channel whose carrier line is called as the test is, with what it emits."""

    def __init__(self, line: str, open_on: str) -> None:
        self.line = line
        self.events: list[ChannelEvent] = []
        self.settings = ChannelSettings.model_validate(
            {
                "name": "gate",
                "input": "script",
                "radio": {"driver": "fake", "radio": line},
                "squelch": {"open_on": open_on, "max_s": 2},
            }
        )

    def plays(self, script: Callable[[Station], Iterator[Samples]]) -> None:
        FakeSound.script = script(self)
        self.channel = channel = Channel(
            self.settings, FakeSound, emit=self.events.append, speech=None, recorder=None, new_id=lambda: "T"
        )
        channel.start()
        assert channel.join(_PATIENCE_S)

    def says(self, answer: bool | Exception) -> None:
        """The radio says so, and its link has heard it."""
        FakeRadio.says[self.line] = answer
        link = self.channel._radio
        assert link
        give_up = time.monotonic() + _PATIENCE_S
        while not link.trouble if isinstance(answer, Exception) else link.carrier() is not answer:
            assert time.monotonic() < give_up
            time.sleep(0.005)

    def until(self, happened: Callable[[], bool]) -> Iterator[Samples]:
        """Silence until then."""
        give_up = time.monotonic() + _PATIENCE_S
        while not happened():
            assert time.monotonic() < give_up
            yield _SILENCE

    def of(self, kind: type[ChannelEvent]) -> list[ChannelEvent]:
        return [e for e in self.events if isinstance(e, kind)]

    @property
    def health(self) -> list[tuple[Condition, str]]:
        """The channel's own; the radio has a health of its own."""
        return [
            (e.condition, e.why) for e in self.events if isinstance(e, Health) and e.part == "channel/gate"
        ]


@pytest.fixture
def station(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Station:
    monkeypatch.setattr(loading, "entry_points", installed)
    return Station(request.node.name, "carrier")


def _keyed(keys: str) -> Iterator[Samples]:
    return (block.samples for block in in_blocks(keyed(keys, around_s=0), len(_SILENCE)))


def test_a_channel_opens_on_its_carrier_line_and_on_nothing_else(station: Station) -> None:
    def script(station: Station) -> Iterator[Samples]:
        # Whatever is heard while the line is not open yet is the level's affair, so it is silence.
        station.says(True)
        yield from station.until(lambda: bool(station.of(TransmissionStarted)))
        station.says(False)
        yield from station.until(lambda: bool(station.of(TransmissionEnded)))
        yield from _keyed("1")
        yield from repeat(_SILENCE, 50)
        station.says(True)
        yield from _keyed("2")
        station.says(False)
        yield from repeat(_SILENCE, 50)

    station.plays(script)
    assert len(station.of(TransmissionEnded)) == 2
    assert [e.key for e in station.of(Digit) if isinstance(e, Digit)] == ["2"]


def test_a_channel_whose_carrier_line_dies_opens_on_the_level_and_says_so(station: Station) -> None:
    def script(station: Station) -> Iterator[Samples]:
        station.says(True)
        yield from station.until(lambda: bool(station.of(TransmissionStarted)))
        station.says(DeviceLost("unplugged"))
        yield from repeat(_SILENCE, 50)
        yield from _keyed("7")
        yield from repeat(_SILENCE, 50)
        station.says(False)
        yield from station.until(lambda: station.health[-1][0] is Condition.OK)

    station.plays(script)
    assert [e.key for e in station.of(Digit) if isinstance(e, Digit)] == ["7"]
    assert [condition for condition, _ in station.health] == [
        Condition.OK,
        Condition.DEGRADED,
        Condition.OK,
        Condition.FAILED,
    ]
    why = station.health[1][1]
    assert why == "The carrier line is lost (unplugged): the level decides meanwhile (open_dbfs -45)."


def test_a_carrier_line_that_is_not_there_does_not_stop_the_channel(station: Station) -> None:
    def script(station: Station) -> Iterator[Samples]:
        station.says(DeviceLost("not there"))
        yield from station.until(lambda: len(station.health) > 1)
        yield from _keyed("5")
        yield from repeat(_SILENCE, 50)

    station.plays(script)
    assert "(not there): the level decides" in station.health[1][1]
    assert [e.key for e in station.of(Digit) if isinstance(e, Digit)] == ["5"]


def test_a_line_that_is_always_open_is_told_and_no_longer_when_it_has_closed(station: Station) -> None:
    def script(station: Station) -> Iterator[Samples]:
        station.says(True)
        yield from station.until(lambda: station.health[-1][0] is Condition.DEGRADED)
        station.says(False)
        yield from station.until(lambda: station.health[-1][0] is Condition.OK)

    station.plays(script)
    assert station.health[1][1] == (
        "The squelch has been open for 2 s: close the radio's own squelch, or set the carrier line the other "
        "way round, or find who holds PTT."
    )
