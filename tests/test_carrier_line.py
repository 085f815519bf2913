"""A carrier line as a channel has it: asked for each block, lost, and opened again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import repeat
from typing import ClassVar

import numpy as np
import pytest

from radiobridge.carrier_line import CarrierLine
from radiobridge.channel import Channel, ChannelEvent
from radiobridge.errors import DeviceLost, EndOfAudio, MissingPart
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
from radiobridge.settings import ChannelSettings
from tests.builders import RATE_HZ, Clock, in_blocks, keyed
from tests.carrier_drivers import FakeCarrier, FakeCarrierSettings, installed

_SILENCE = np.zeros(RATE_HZ // 50, np.float32)
_PATIENCE_S = 20.0


class Rig:
    """A carrier line with a clock that stands still, and what it says."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.clock = Clock(0.0)
        self.line = CarrierLine(FakeCarrier(FakeCarrierSettings(line=name)), self.clock)

    def says(self, answer: bool | Exception) -> None:
        FakeCarrier.says[self.name] = answer

    def opened(self) -> bool | None:
        """What the line says when it has been opened, or has failed to open."""
        self.line.state()
        if self.line._opener:
            self.line._opener.join()
        return self.line.state()


@pytest.fixture
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    rig = Rig(request.node.name)
    rig.says(False)
    yield rig
    rig.line.close()


def test_the_line_is_opened_at_the_first_question(rig: Rig) -> None:
    assert rig.line.state() is None
    assert rig.opened() is False
    rig.says(True)
    assert rig.line.state() is True
    assert not rig.line.trouble


@pytest.mark.parametrize("error", [DeviceLost("unplugged"), MissingPart("no library"), RuntimeError("a bug")])
def test_a_line_that_dies_says_why_and_is_opened_again(rig: Rig, error: Exception) -> None:
    rig.opened()
    rig.says(error)
    assert rig.line.state() is None
    assert str(error) in rig.line.trouble
    rig.says(True)
    rig.clock.now += 0.5
    assert rig.opened() is True
    assert not rig.line.trouble


def test_a_line_that_stays_away_is_tried_less_and_less_often(rig: Rig) -> None:
    rig.says(DeviceLost("not there"))
    tries: list[float] = []
    while rig.clock.now < 200:
        opener = rig.line._opener
        rig.opened()
        if rig.line._opener is not opener:
            tries.append(rig.clock.now)
        rig.clock.now += 0.25
    assert np.diff(tries).tolist()[:7] == [0.5, 1, 2, 4, 8, 16, 30]
    assert rig.line.trouble == "not there"


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
                "carrier": {"driver": "fake", "line": line},
                "squelch": {"open_on": open_on, "max_s": 2},
            }
        )

    def plays(self, script: Callable[[Station], Iterator[Samples]]) -> None:
        FakeSound.script = script(self)
        channel = Channel(
            self.settings, FakeSound, emit=self.events.append, speech=None, recorder=None, new_id=lambda: "T"
        )
        channel.start()
        assert channel.join(_PATIENCE_S)

    def says(self, answer: bool | Exception) -> None:
        FakeCarrier.says[self.line] = answer

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
        return [(e.condition, e.why) for e in self.events if isinstance(e, Health)]


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
