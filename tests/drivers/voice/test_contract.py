"""What every registered voice promises, tried on good and on broken ones."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from drivers.voice.text import LONGEST_TEXT
from radiobridge.errors import MissingPart, VoiceError
from radiobridge.ports import Voice, driver_names, load_voice
from tests.drivers.voice.rigs import RIGS, VoiceRig

_DRIVERS = driver_names("voice")


@pytest.fixture(params=_DRIVERS)
def rig(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[VoiceRig]:
    with ExitStack() as stack:
        yield RIGS[request.param](tmp_path, stack, monkeypatch)


@pytest.fixture
def voice(rig: VoiceRig) -> Voice:
    return rig.opened()


def test_every_registered_voice_is_held_to_this_contract() -> None:
    assert sorted(RIGS) == _DRIVERS


@pytest.mark.parametrize("name", _DRIVERS)
def test_a_key_that_the_voice_does_not_know_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="colour"):
        load_voice(name).Settings.model_validate({"colour": "red"})


def test_the_constructor_needs_nothing(rig: VoiceRig) -> None:
    voice, _ = rig.missing()
    assert voice.name


def test_a_missing_part_is_named_with_what_to_do(rig: VoiceRig) -> None:
    voice, words = rig.missing()
    with pytest.raises(MissingPart, match=words), voice:
        pass


def test_closing_is_allowed_before_opening_twice_after_it_and_after_a_failed_one(rig: VoiceRig) -> None:
    voice = rig.made()
    voice.close()
    voice.open()
    voice.close()
    voice.close()
    voice, _ = rig.missing()
    with pytest.raises(MissingPart):
        voice.open()
    voice.close()


def test_a_voice_that_is_not_open_does_not_speak(rig: VoiceRig) -> None:
    with pytest.raises(VoiceError, match="not open"):
        rig.made().say("post 12", "en")


def test_opening_an_open_voice_opens_it_anew(voice: Voice) -> None:
    voice.open()
    assert len(voice.say("post 12", "en").samples)


def test_languages_are_sorted_tags(voice: Voice) -> None:
    assert "en" in voice.languages()
    assert voice.languages() == sorted(set(voice.languages()))


def test_speech_is_finite_float32_mono_within_full_scale(voice: Voice) -> None:
    spoken = voice.say("post 12", "en")
    assert spoken.samples.dtype == np.float32
    assert spoken.samples.ndim == 1
    assert np.isfinite(spoken.samples).all()
    assert 0.01 < np.abs(spoken.samples).max() <= 1
    assert spoken.rate_hz >= 8000
    assert 0.05 < len(spoken.samples) / spoken.rate_hz < 10


def test_an_unknown_language_is_refused_with_those_there_are(voice: Voice) -> None:
    with pytest.raises(VoiceError, match=r"'tlh'.* speaks .*\ben\b"):
        voice.say("post 12", "tlh")


@pytest.mark.parametrize("language", ["en-AU", "EN", "en-Latn-NZ"])
def test_a_language_with_a_region_is_served_by_the_language(voice: Voice, language: str) -> None:
    assert len(voice.say("post 12", language).samples)


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "...", "\x01\x02", "[[]]", "—"])
def test_a_text_without_words_is_refused(voice: Voice, text: str) -> None:
    with pytest.raises(VoiceError, match="nothing to say"):
        voice.say(text, "en")


def test_the_longest_text_is_spoken_and_a_longer_one_refused(voice: Voice) -> None:
    longest = ("post 12. " * (LONGEST_TEXT // 9)).ljust(LONGEST_TEXT, "1")
    assert len(voice.say(longest, "en").samples)
    with pytest.raises(VoiceError, match="too long"):
        voice.say("post 12. " * LONGEST_TEXT, "en")


@pytest.mark.parametrize(
    "text",
    [
        "post\x00 12",
        "post \x0112",
        "\x1bpost\r\n12",
        "post [[12]]",
        "post \ud800 12",
        "post\u200b 12",
        "<post> 12",
    ],
)
def test_characters_that_could_steer_a_program_are_spaces(voice: Voice, text: str) -> None:
    assert np.array_equal(voice.say(text, "en").samples, voice.say("post 12", "en").samples)


@pytest.mark.parametrize(
    "text",
    ["-1", "--2 post", "post `1` $(2)", "post; 1 > 2", "post | 1 && 2 &", "'post' \"1\" \\2", "%% 1 ~ * 2"],
)
def test_a_text_is_never_an_option_nor_a_command(
    rig: VoiceRig, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = rig.folder / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    assert len(rig.opened().say(text, "en").samples)
    assert not list(empty.iterdir())


def test_a_voice_that_fails_says_so_and_speaks_again_or_fails_again(rig: VoiceRig) -> None:
    voice = rig.failing()
    for _ in range(2):
        with pytest.raises(VoiceError):
            voice.say("post 12", "en")


def test_a_voice_that_takes_too_long_is_broken_off(rig: VoiceRig) -> None:
    voice = rig.slow()
    if voice is None:
        return
    began = time.monotonic()
    with pytest.raises(VoiceError, match="took longer than"):
        voice.say("post 12", "en")
    assert time.monotonic() - began < 5


def test_the_fingerprint_holds_over_openings_and_changes_with_the_speech(rig: VoiceRig) -> None:
    voice = rig.opened()
    before = voice.fingerprint
    voice.close()
    voice.open()
    assert voice.fingerprint == before
    assert rig.other().fingerprint != before
