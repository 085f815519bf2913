"""Prompts that are put together from recordings, each told by its level."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

from drivers.voice.clips import LONGEST_CLIP_S
from radiobridge.errors import MissingPart, VoiceError
from radiobridge.ports import Spoken
from tests.drivers.voice.rigs import RATE_HZ, ClipsRig


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ClipsRig]:
    with ExitStack() as stack:
        yield ClipsRig(tmp_path, stack, monkeypatch)


def _levels(spoken: Spoken) -> list[float]:
    """The levels of the clips that follow each other."""
    return [round(float(level), 1) for level, _ in groupby(np.round(spoken.samples, 1)) if level]


def _index(rig: ClipsRig, language: str, text: str) -> None:
    (rig.folder / "clips" / language / "clips.toml").write_text(text)


def test_a_number_is_put_together_from_its_digits(rig: ClipsRig) -> None:
    assert _levels(rig.opened().say("post 12", "en")) == [0.1, 0.2, 0.3]


def test_words_that_are_digits_are_said_by_the_digits(rig: ClipsRig) -> None:
    assert _levels(rig.opened().say("Post one, two", "en")) == [0.1, 0.2, 0.3]


def test_the_longest_piece_is_taken(rig: ClipsRig) -> None:
    rig.record("en/12.wav", 0.4)
    rig.record("en/post-1.flac", 0.5)
    assert _levels(rig.opened().say("post 12", "en")) == [0.5, 0.3]
    rig.record("en/post-12.wav", 0.6)
    assert _levels(rig.opened().say("Post 12!", "en")) == [0.6]


def test_clips_are_a_short_quiet_apart(rig: ClipsRig) -> None:
    spoken = rig.opened().say("12", "en")
    assert len(spoken.samples) == round((0.1 + 0.08 + 0.1) * RATE_HZ)


def test_chinese_is_put_together_from_words_and_characters(rig: ClipsRig) -> None:
    for name, level in {"收到": 0.1, "火警": 0.2, "1": 0.3, "9": 0.4, "号": 0.5}.items():
        rig.record(f"zh/{name}.wav", level)
    assert _levels(rig.opened().say("收到，幺勾号火警", "zh-CN")) == [0.1, 0.3, 0.4, 0.5, 0.2]


def test_korean_digits_are_said_by_the_digits(rig: ClipsRig) -> None:
    rig.record("ko/1.wav", 0.1)
    rig.record("ko/0.wav", 0.2)
    assert _levels(rig.opened().say("일 공", "ko")) == [0.1, 0.2]


def test_the_index_names_texts_that_are_no_file_names(rig: ClipsRig) -> None:
    rig.record("en/take-7.wav", 0.7)
    _index(rig, "en", '"Who is calling, please?" = "take-7.wav"\npost = "take-7.wav"\n')
    voice = rig.opened()
    assert _levels(voice.say("who is calling please", "en")) == [0.7]
    assert _levels(voice.say("post 1", "en")) == [0.7, 0.2]


def test_a_missing_clip_is_named_with_its_folder(rig: ClipsRig) -> None:
    with pytest.raises(VoiceError, match=r"'Gate' of 'Gate 1': record .*clips/en/gate\.wav, or one clip"):
        rig.opened().say("Gate 1", "en")


def test_clips_of_other_rates_are_brought_to_the_highest(rig: ClipsRig) -> None:
    rig.record("en/1.wav", 0.5, seconds=0.5, rate_hz=48_000)
    spoken = rig.opened().say("post 1", "en")
    assert spoken.rate_hz == 48_000
    assert len(spoken.samples) == pytest.approx((0.1 + 0.08 + 0.5) * 48_000, abs=2)


@pytest.mark.parametrize(
    ("index", "why"),
    [
        ("post = ", "no TOML"),
        ("post = 7", "must be a file"),
        ('post = "post.mp3"', "must be a file"),
        ('post = "other.wav"', "other.wav is not there"),
        ('"..." = "post.wav"', "no words"),
    ],
)
def test_a_mistake_in_the_index_is_found_at_the_opening(rig: ClipsRig, index: str, why: str) -> None:
    _index(rig, "en", index)
    with pytest.raises(MissingPart, match=rf"clips\.toml.*{why}"):
        rig.opened()


def test_a_folder_without_clips_says_where_they_belong(rig: ClipsRig) -> None:
    with pytest.raises(MissingPart, match="no clips: put them in"):
        rig.opened(folder=rig.folder / "clips" / "en")


def test_a_folder_without_clips_is_no_language(rig: ClipsRig) -> None:
    (rig.folder / "clips" / "ko").mkdir()
    assert rig.opened().languages() == ["en"]


@pytest.mark.parametrize(("seconds", "why"), [(0, "no sound in it"), (LONGEST_CLIP_S + 1, "cut it to")])
def test_a_clip_that_is_no_prompt_is_refused(rig: ClipsRig, seconds: float, why: str) -> None:
    rig.record("en/post.wav", 0.1, seconds=seconds)
    with pytest.raises(VoiceError, match=why):
        rig.opened().say("post", "en")


def test_a_link_to_a_clip_that_is_gone_and_a_folder_are_no_clips(rig: ClipsRig) -> None:
    english = rig.folder / "clips" / "en"
    (english / "fire.wav").symlink_to(rig.folder / "gone.wav")
    (english / "flood.wav").mkdir()
    voice = rig.opened()
    for word in ("fire", "flood"):
        with pytest.raises(VoiceError, match=f"no clip says '{word}'"):
            voice.say(word, "en")


def test_a_clip_that_was_removed_is_named(rig: ClipsRig) -> None:
    voice = rig.opened()
    (rig.folder / "clips/en/post.wav").unlink()
    with pytest.raises(VoiceError, match=r"post\.wav cannot be read"):
        voice.say("post", "en")
