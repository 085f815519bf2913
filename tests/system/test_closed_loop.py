"""The closed loop over a virtual cable: every encoder is heard by the decoders, ours and multimon-ng's."""

from __future__ import annotations

import pytest

from tests.transmit.closed_loop import PEERS, Ear, Sent, through
from tests.virtual_cable import virtual_cable

LEFT = (
    Sent("dtmf:0123456789*#ABCD", "0123456789*#ABCD"),
    Sent("zvei1:12334", "zvei1 12334 id"),
    Sent("zvei2:90811", "zvei2 90811 id"),
    Sent("zvei3:56077", "zvei3 56077 id"),
    Sent("ccir:40029", "ccir 40029 id"),
    Sent("eea:91827", "eea 91827 id"),
    Sent("eia:36645", "eia 36645 id"),
    Sent("mdc1200:id:12AF", "mdc1200 12AF id"),
    Sent("mdc1200:emergency:0007", "mdc1200 0007 emergency"),
    Sent("mdc1200:status:1234:0A", "mdc1200 1234 status 0A"),
    Sent("mdc1200:message:1234:FF", "mdc1200 1234 message FF"),
    Sent("mdc1200:radio-check:5678", "mdc1200 5678 radio-check"),
    Sent("mdc1200:call-alert:5678:1234", "mdc1200 5678 call-alert 1234"),
    Sent("mdc1200:selective-call:5678:1234", "mdc1200 5678 selective-call 1234"),
)
RIGHT = (
    Sent("two-tone:349.0/433.7", "two-tone 349.0/433.7 id"),
    Sent("burst:1750", "tone-burst 1750 id"),
    Sent("ctcss:100.0", "ctcss 100.0 id"),
    Sent("dcs:023N", "dcs 023N id"),
    Sent("morse:B1ABC", ""),
)


@pytest.fixture(scope="module")
def ears() -> list[Ear]:
    """Both sides of a card into which all was sent at once."""
    with virtual_cable(channels=2) as cable, cable.heard_here():
        return through(cable, LEFT, RIGHT)


def test_the_receiver_hears_all_that_was_sent_and_nothing_else(ears: list[Ear]) -> None:
    for ear in ears:
        assert ear.heard() == [sent.told for sent in ear.sent]


def test_multimon_ng_hears_all_that_it_has_a_decoder_for(ears: list[Ear]) -> None:
    for ear in ears:
        expected = [sent.what if sent.kind in PEERS else None for sent in ear.sent]
        assert ear.heard_by_multimon() == expected
