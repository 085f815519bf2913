"""Sounds for people: roger beeps and attention tones."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from radiobridge.events import Samples
from radiobridge.receive.chain import CHAIN_RATE_HZ
from radiobridge.receive.decoders import ToneBank
from radiobridge.settings import SignalSettings
from radiobridge.signalling.five_tone import STANDARDS
from radiobridge.transmit import attention as attentions
from radiobridge.transmit import roger_beep as beeps
from radiobridge.transmit.attention import attention
from radiobridge.transmit.roger_beep import roger_beep

SOUNDS = [(roger_beep, style, tones) for style, tones in beeps.STYLES.items()] + [
    (attention, style, tones) for style, tones in attentions.STYLES.items()
]
RESERVED_HZ = (853, 960, 1050, 1300, 2200)
"""The Emergency Alert System's, NOAA Weather Radio's and the radiotelephone alarm's."""


@pytest.mark.parametrize(("encoder", "style", "tones"), SOUNDS)
def test_a_style_has_its_tones_one_after_the_other(
    encoder: Callable[..., Samples], style: str, tones: tuple[tuple[float, float], ...]
) -> None:
    sound = encoder(style, 8000)
    assert sound.dtype == np.float32
    ends = np.cumsum([0, *(round(seconds * 8000) for _, seconds in tones)])
    assert len(sound) == ends[-1]
    for (begin, end), (hz, _) in zip(pairwise(ends), tones, strict=True):
        power = np.abs(np.fft.rfft(sound[begin:end], 80_000))
        assert power.argmax() / 10 == pytest.approx(hz, abs=2)


@pytest.mark.parametrize(("encoder", "style", "tones"), SOUNDS)
def test_no_decoder_takes_it_for_a_call(
    encoder: Callable[..., Samples], style: str, tones: tuple[tuple[float, float], ...]
) -> None:
    settings = SignalSettings.model_validate({"five_tone": tuple(STANDARDS), "two_tone": True})
    bank = ToneBank("desk", settings, CHAIN_RATE_HZ)
    quiet = np.zeros(CHAIN_RATE_HZ // 2, np.float32)
    sound = np.concatenate([quiet, encoder(style, CHAIN_RATE_HZ), quiet])
    assert bank.feed(sound, 0.0) + bank.finish() == []


def test_no_attention_tone_is_one_that_is_kept_for_alarms() -> None:
    tones_hz = [hz for tones in attentions.STYLES.values() for hz, _ in tones]
    assert all(abs(hz - reserved) > 0.03 * reserved for hz in tones_hz for reserved in RESERVED_HZ)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: roger_beep("duoble", 8000), r"no beep 'duoble'; did you mean 'double'\?; there are single"),
        (lambda: attention("bell", 8000), "no attention tone 'bell'.*there are chime, alternating, steady"),
        (lambda: attention("chime", 8000, level_dbfs=0), "clips"),
        (lambda: roger_beep("single", 8000, level_dbfs=0), "clips"),
    ],
)
def test_what_cannot_be_sent_is_refused(make: Callable[[], Samples], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()
