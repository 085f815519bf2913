"""Radios without a line: VOX keys itself, and a channel that only listens is never keyed."""

from __future__ import annotations

import pytest

from drivers.radio.no_transmitter import NoTransmitter, NoTransmitterSettings
from drivers.radio.vox import Vox, VoxSettings
from radiobridge.errors import DeviceLost


def test_vox_is_keyed_by_the_sound_alone() -> None:
    with Vox(VoxSettings()) as radio:
        radio.set_ptt(True)
        assert radio.ptt() is None
        radio.set_ptt(False)
    assert radio.releases_by_itself


def test_without_a_transmitter_nothing_is_keyed_and_the_setting_is_named() -> None:
    with NoTransmitter(NoTransmitterSettings()) as radio:
        radio.set_ptt(False)
        with pytest.raises(DeviceLost, match="this channel has no transmitter: give it one"):
            radio.set_ptt(True)
    assert radio.releases_by_itself
