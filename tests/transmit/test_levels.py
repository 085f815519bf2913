"""Every encoder sends at the level that it was asked for, and nothing over full scale."""

import inspect
import pkgutil
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
import pytest

import radiobridge.transmit
from radiobridge.events import Samples
from radiobridge.signalling.morse import dot_s
from radiobridge.transmit.attention import attention
from radiobridge.transmit.ctcss import ctcss
from radiobridge.transmit.dcs import dcs
from radiobridge.transmit.dtmf import KEYS, dtmf
from radiobridge.transmit.five_tone import five_tone
from radiobridge.transmit.mdc1200 import call_alert, mdc1200
from radiobridge.transmit.morse import morse
from radiobridge.transmit.roger_beep import roger_beep
from radiobridge.transmit.single_tones import tones_in_a_row
from radiobridge.transmit.tone_burst import tone_burst
from radiobridge.transmit.two_tone import group_call, two_tone


class Sound(NamedTuple):
    """`encoder`: with all but rate and level; `sounding_s`: how long it sounds, without its pauses."""

    encoder: partial[Samples]
    sounding_s: float
    loudest_dbfs: float = -3.03
    """A full-scale sine has -3.01 dBFS."""


SOUNDS = (
    Sound(partial(tones_in_a_row, [(1000.0, 0.3), (1500.0, 0.2)]), 0.5),
    Sound(partial(dtmf, KEYS), 1.6, loudest_dbfs=-6.03),
    Sound(partial(dtmf, "5", twist_db=4.0), 0.1, loudest_dbfs=-6.0),
    *(Sound(partial(five_tone, "12334", name), 5 * s) for name, s in (("eia", 0.033), ("ccir", 0.1))),
    Sound(partial(two_tone, 349.0, 433.7), 4.0),
    Sound(partial(two_tone, 349.0, 433.7, gap_s=0.1), 4.0),
    Sound(partial(group_call, 707.3), 8.0),
    Sound(partial(mdc1200, call_alert("1234", "0001")), 0.2667),
    Sound(partial(tone_burst, 1750.0, seconds=0.5), 0.5),
    Sound(partial(ctcss, 100.0, seconds=2.0, reverse_burst_deg=180.0), 2.15),
    Sound(partial(dcs, "023N", seconds=2.0), 2.18),
    Sound(partial(morse, "PARIS"), (14 + 4 * 3 - 4) * dot_s(20)),
    Sound(partial(morse, "EISH5", speed_wpm=40.0), 15 * dot_s(40)),
    *(Sound(partial(roger_beep, style), s) for style, s in (("single", 0.1), ("double", 0.2))),
    *(Sound(partial(attention, style), s) for style, s in (("chime", 0.8), ("alternating", 2.0))),
)


def name_of(sound: Sound) -> str:
    what = [*sound.encoder.args, *(f"{key}={value}" for key, value in sound.encoder.keywords.items())]
    return f"{sound.encoder.func.__name__}({', '.join(map(str, what))})"


@pytest.mark.parametrize("rate_hz", [8000, 48_000])
@pytest.mark.parametrize("sound", SOUNDS, ids=name_of)
def test_the_measured_level_is_the_stated_one(sound: Sound, rate_hz: int) -> None:
    samples = sound.encoder(rate_hz=rate_hz, level_dbfs=-16.0)
    energy = np.square(samples, dtype=np.float64).sum()
    assert 10 * np.log10(energy / (sound.sounding_s * rate_hz)) == pytest.approx(-16.0, abs=0.2)


@pytest.mark.parametrize("sound", SOUNDS, ids=name_of)
def test_nothing_is_over_full_scale(sound: Sound) -> None:
    assert np.abs(sound.encoder(rate_hz=8000, level_dbfs=sound.loudest_dbfs)).max() <= 1
    with pytest.raises(ValueError, match="clips"):
        sound.encoder(rate_hz=8000, level_dbfs=-2.9)


def test_every_encoder_is_measured() -> None:
    assert {sound.encoder.func.__name__ for sound in SOUNDS} == set(encoders())


def encoders() -> dict[str, Callable[..., Any]]:
    """All functions of the room that make sound at a rate and a level."""
    return {
        name: function
        for module in pkgutil.iter_modules(radiobridge.transmit.__path__, "radiobridge.transmit.")
        for name, function in inspect.getmembers(import_module(module.name), inspect.isfunction)
        if function.__module__ == module.name
        and not name.startswith("_")
        and {"rate_hz", "level_dbfs"} <= set(inspect.signature(function).parameters)
        and inspect.signature(function).parameters["level_dbfs"].kind is inspect.Parameter.KEYWORD_ONLY
    }
