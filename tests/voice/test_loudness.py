"""Speech of any level and length becomes speech of one level, without clipping and without dead air."""

from __future__ import annotations

import math

import numpy as np
import pytest

from radiobridge.events import Samples
from radiobridge.voice import CEILING_DBFS, active_level_dbfs, levelled
from tests.receive.speech import real_speech
from tests.voice.builders import RATE_HZ, noise, silence, tone

_CEILING = 10 ** (CEILING_DBFS / 20)


def _words(level_dbfs: float, pause_s: float = 0.5) -> Samples:
    """Three words with pauses between and around them."""
    word, pause = tone(0.3, level_dbfs), silence(pause_s)
    return np.concatenate([pause, word, pause, word, pause, word, pause])


@pytest.mark.parametrize("pause_s", [0, 0.2, 0.5, 2])
def test_pauses_do_not_count_towards_the_level(pause_s: float) -> None:
    assert active_level_dbfs(_words(-20, pause_s), RATE_HZ) == pytest.approx(-20, abs=0.5)


def test_noise_in_the_pauses_does_not_count_either() -> None:
    speech = _words(-20) + noise(2.9, -50)
    assert active_level_dbfs(speech, RATE_HZ) == pytest.approx(-20, abs=0.5)


def test_a_click_does_not_set_the_level() -> None:
    speech = _words(-30)
    speech[100] = 0.5
    assert active_level_dbfs(speech, RATE_HZ) == pytest.approx(-30, abs=1)


@pytest.mark.parametrize("before_dbfs", [-60, -40, -20, -10, -4])
@pytest.mark.parametrize("wanted_dbfs", [-30, -20, -16])
def test_speech_of_any_level_comes_to_the_wanted_one(before_dbfs: float, wanted_dbfs: float) -> None:
    made = levelled(_words(before_dbfs), RATE_HZ, wanted_dbfs)
    assert active_level_dbfs(made, RATE_HZ) == pytest.approx(wanted_dbfs, abs=0.2)


@pytest.mark.parametrize(("wanted_dbfs", "off_db"), [(-26, 0.1), (-20, 0.1), (-16, 0.3), (-12, 1)])
def test_real_speech_comes_to_the_wanted_level(wanted_dbfs: float, off_db: float) -> None:
    made = levelled(real_speech()[: 60 * 8000], 8000, wanted_dbfs)
    assert active_level_dbfs(made, 8000) == pytest.approx(wanted_dbfs, abs=off_db)


@pytest.mark.parametrize("wanted_dbfs", [-20, -10, -3, 0, 20])
def test_no_sample_goes_beyond_the_ceiling(wanted_dbfs: float) -> None:
    made = levelled(real_speech()[: 60 * 8000], 8000, wanted_dbfs)
    assert np.abs(made).max() <= _CEILING + 1e-6
    assert np.isfinite(made).all()


def test_quiet_peaks_pass_without_distortion() -> None:
    speech = _words(-20)
    made = levelled(speech, RATE_HZ, -26)
    at = np.flatnonzero(speech)[0] - np.flatnonzero(made)[0]
    before = speech[at : at + len(made)]
    gain = float(np.abs(made).max() / np.abs(before).max())
    assert made == pytest.approx(before * gain, abs=1e-5)


@pytest.mark.parametrize("around_s", [0.0, 0.03, 0.05, 0.5, 3])
def test_silence_at_both_ends_is_cut_to_50_ms(around_s: float) -> None:
    speech = np.concatenate([silence(around_s), tone(0.5, -20), silence(around_s)])
    made = levelled(speech, RATE_HZ, -20)
    assert len(made) / RATE_HZ == pytest.approx(0.5 + 2 * min(around_s, 0.05), abs=0.002)


def test_soft_ends_of_a_word_are_not_cut() -> None:
    speech = np.concatenate([silence(0.5), noise(0.1, -45), tone(0.5, -20), noise(0.1, -45), silence(0.5)])
    assert len(levelled(speech, RATE_HZ, -20)) / RATE_HZ == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize("sound", [silence(0), silence(1)])
def test_silence_becomes_nothing(sound: Samples) -> None:
    assert active_level_dbfs(sound, RATE_HZ) == -math.inf
    assert len(levelled(sound, RATE_HZ, -20)) == 0


def test_speech_is_float32_and_what_was_given_is_unchanged() -> None:
    speech = _words(-30)
    before = speech.copy()
    assert levelled(speech, RATE_HZ, -20).dtype == np.float32
    assert np.array_equal(speech, before)


def test_a_sound_shorter_than_a_frame_is_levelled() -> None:
    assert active_level_dbfs(levelled(tone(0.005, -40), RATE_HZ, -20), RATE_HZ) == pytest.approx(-20, abs=0.1)
