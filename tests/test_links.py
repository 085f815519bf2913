"""What one channel hears is sent on others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest

from radiobridge.events import Outcome, Samples, TransmissionAudio
from radiobridge.links import Links, links_of
from radiobridge.settings import LinkSettings
from radiobridge.transmitter import SEND_HZ
from tests.sending_rig import Rig

BLOCK = SEND_HZ // 10


def heard(transmission: str, level: float = 0.25) -> TransmissionAudio:
    return TransmissionAudio("desk", 0, transmission, np.full(BLOCK, level, np.float32), SEND_HZ)


def sound_of(rig: Rig) -> Samples:
    sound = rig.card.sound
    return sound[np.abs(sound) > 1e-4]


@pytest.fixture
def rigs(request: pytest.FixtureRequest) -> Iterator[dict[str, Rig]]:
    there = {name: Rig(f"{request.node.name} {name}") for name in ("police", "fire", "desk")}
    yield there
    for rig in there.values():
        rig.close()


def linked(rigs: dict[str, Rig], *links: LinkSettings) -> dict[str, Links]:
    count = iter(range(100))
    return links_of(links, {name: rig.transmitter for name, rig in rigs.items()}, lambda: f"R{next(count)}")


def starts(rigs: dict[str, Rig], full_duplex: Sequence[str] = ()) -> Callable[..., dict[str, Links]]:
    for name, rig in rigs.items():
        rig.starts(full_duplex=name in full_duplex)
    return lambda *links: linked(rigs, *links)


def test_a_transmission_goes_to_every_channel_that_it_is_linked_to(rigs: dict[str, Rig]) -> None:
    links = starts(rigs)(LinkSettings(heard_on="desk", sent_on=("police", "fire"), gain_db=6))["desk"]
    for _ in range(3):
        links.feed(heard("T1"))
    links.finish()
    for name, relay in (("police", "R0"), ("fire", "R1")):
        ended = rigs[name].end_of(relay)
        assert (ended.outcome, ended.cause, ended.relayed_from) == (Outcome.SENT, "T1", "desk")
        sent = sound_of(rigs[name])
        assert len(sent) == pytest.approx(0.3 * rigs[name].card.rate_hz, rel=0.1)
        assert np.median(sent) == pytest.approx(0.5, abs=0.01)
    assert rigs["desk"].ended == []


def test_each_transmission_is_a_relay_of_its_own(rigs: dict[str, Rig]) -> None:
    links = starts(rigs)(LinkSettings(heard_on="desk", sent_on=("police",)))["desk"]
    for name in ("T1", "T2"):
        links.feed(heard(name))
        links.finish()
    assert [rigs["police"].end_of(relay).cause for relay in ("R0", "R1")] == ["T1", "T2"]


def test_both_ways_are_two_links(rigs: dict[str, Rig]) -> None:
    both = starts(rigs)(LinkSettings(heard_on="desk", sent_on=("police",), both_ways=True))
    assert sorted(both) == ["desk", "police"]
    both["police"].feed(heard("T1"))
    both["police"].finish()
    assert rigs["desk"].end_of("R0").relayed_from == "police"


def test_a_line_that_hears_its_own_loudspeaker_sends_nothing_back(rigs: dict[str, Rig]) -> None:
    both = starts(rigs, full_duplex=["desk"])(
        LinkSettings(heard_on="desk", sent_on=("police",), both_ways=True, duck_db=20)
    )
    both["police"].feed(heard("T1"))
    rigs["desk"].until(lambda: rigs["desk"].transmitter.relays_from("police"))
    both["desk"].feed(heard("T2"))
    both["police"].finish()
    rigs["desk"].end_of("R0")
    # Whoever answers into the end of the other's words is heard from the moment when those are over.
    rigs["desk"].until(lambda: not rigs["desk"].transmitter.relays_from("police"))
    both["desk"].feed(heard("T2", 0.5))
    both["desk"].finish()
    assert rigs["police"].end_of("R1").cause == "T2"
    sent = sound_of(rigs["police"])
    assert len(sent) == pytest.approx(0.1 * rigs["police"].card.rate_hz, rel=0.2)
    assert np.median(sent) == pytest.approx(0.5, abs=0.01)


def test_who_speaks_already_is_lowered_while_the_other_end_breaks_in(
    rigs: dict[str, Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    links = starts(rigs)(LinkSettings(heard_on="desk", sent_on=("police",), duck_db=20))["desk"]
    links.feed(heard("T1", 0.5))
    monkeypatch.setattr(rigs["desk"].transmitter, "relays_from", lambda name: name == "police")
    links.feed(heard("T1", 0.5))
    monkeypatch.undo()
    links.feed(heard("T1", 0.5))
    links.finish()
    rigs["police"].end_of("R0")
    sent = sound_of(rigs["police"])
    thirds = np.array_split(sent, 3)
    assert [float(np.median(third)) for third in thirds] == pytest.approx([0.5, 0.05, 0.5], abs=0.01)
