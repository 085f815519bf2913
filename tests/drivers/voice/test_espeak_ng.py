"""espeak-ng as Debian has it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from drivers.voice.espeak_ng import EspeakNg, EspeakNgSettings
from radiobridge.errors import MissingPart, VoiceError
from radiobridge.events import Samples
from tests.drivers.voice.rigs import EspeakNgRig


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EspeakNgRig]:
    with ExitStack() as stack:
        yield EspeakNgRig(tmp_path, stack, monkeypatch)


def _said(text: str, language: str, **settings: object) -> Samples:
    with EspeakNg(EspeakNgSettings.model_validate(settings)) as voice:
        return voice.say(text, language).samples


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Fire at post 12"), ("zh", "三号岗火警"), ("yue", "三號崗火警"), ("ko", "삼 초소 화재")],
)
def test_the_four_languages_are_spoken(language: str, text: str) -> None:
    assert len(_said(text, language)) > 10_000


def test_mandarin_does_not_say_its_tones_as_english_numbers() -> None:
    assert len(_said("好", "zh")) < 0.7 * len(_said("好", "zh", voices={"zh": "cmn"}))


def test_latin_letters_in_mandarin_are_read_as_english() -> None:
    mixed, bravo = _said("收到 Bravo", "zh"), _said("Bravo", "en")
    assert np.array_equal(mixed[-len(bravo) :], bravo)


def test_a_voice_of_the_settings_is_taken() -> None:
    assert not np.array_equal(_said("fire", "en", voices={"en": "en-us+f3"}), _said("fire", "en"))


def test_a_voice_of_the_settings_does_not_take_the_others_away() -> None:
    assert len(_said("화재", "ko", voices={"en": "en-us"}))


def test_a_voice_of_the_settings_that_there_is_not_is_found_at_the_opening() -> None:
    with pytest.raises(MissingPart, match=r"voices.en = 'klatsch'.*espeak-ng --voices"):
        _said("fire", "en", voices={"en": "klatsch"})


def test_slower_speech_is_longer() -> None:
    assert len(_said("fire at post", "en", speed_wpm=100)) > 1.3 * len(
        _said("fire at post", "en", speed_wpm=200)
    )


def test_a_program_that_fails_is_quoted(rig: EspeakNgRig) -> None:
    with pytest.raises(VoiceError, match="espeak-ng failed: it is broken"):
        rig.failing().say("fire", "en")


def test_a_program_that_brings_something_else_is_not_taken_for_sound(rig: EspeakNgRig) -> None:
    voice = rig.opened()
    rig.script("echo hello")
    with pytest.raises(VoiceError, match="no WAV"):
        voice.say("fire", "en")


def test_a_program_that_brings_nothing_has_no_sound(rig: EspeakNgRig) -> None:
    voice = rig.opened()
    rig.script("exit 0")
    with pytest.raises(VoiceError, match="no sound"):
        voice.say("fire", "en")


def test_a_program_that_was_removed_since_is_named(rig: EspeakNgRig) -> None:
    voice = rig.opened()
    rig.patch.setenv("PATH", str(rig.folder))
    with pytest.raises(VoiceError, match="apt install"):
        voice.say("fire", "en")


def test_a_program_that_does_not_start_is_missing(rig: EspeakNgRig) -> None:
    rig.script("")
    (rig.folder / "espeak-ng").chmod(0o644)
    with pytest.raises(MissingPart, match="does not start"):
        rig.made().open()
