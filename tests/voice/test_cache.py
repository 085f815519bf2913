"""Speech is rendered once, survives what happens to a disk, and never takes more room than it may."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile

from radiobridge.errors import VoiceError
from radiobridge.ports import Spoken
from radiobridge.voice import VoiceCache
from tests.voice.builders import RATE_HZ, CountingVoice, noise, tone


@pytest.fixture
def voice() -> CountingVoice:
    return CountingVoice()


@pytest.fixture
def cache(tmp_path: Path, voice: CountingVoice) -> VoiceCache:
    return VoiceCache(tmp_path / "speech", voice, max_mb=10)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.*"))


def _only_file(folder: Path) -> Path:
    (file,) = _files(folder)
    return file


def _same(one: Spoken | None, other: Spoken | None) -> bool:
    assert one is not None
    assert other is not None
    return one.rate_hz == other.rate_hz and np.allclose(one.samples, other.samples, atol=1 / 32768)


def test_a_text_is_rendered_once(cache: VoiceCache, voice: CountingVoice) -> None:
    first = cache.spoken("fire", "en")
    assert _same(cache.spoken("fire", "en"), first)
    assert voice.asked == [("fire", "en")]


def test_16_bit_speech_comes_back_bit_for_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    voice = CountingVoice()
    steps = np.array([-32768, -1, 0, 1, 32767] * 100, np.float32) / np.float32(32768)
    monkeypatch.setattr(voice, "say", lambda _text, _language: Spoken(steps, RATE_HZ))
    cache = VoiceCache(tmp_path, voice, max_mb=1)
    cache.spoken("fire", "en")
    kept = cache.kept("fire", "en")
    assert kept is not None
    assert kept.samples.dtype == np.float32
    assert np.array_equal(kept.samples, steps)


def test_what_is_kept_survives_a_restart(cache: VoiceCache, tmp_path: Path) -> None:
    said = cache.spoken("fire", "en")
    voice = CountingVoice()
    assert _same(VoiceCache(tmp_path / "speech", voice, max_mb=10).spoken("fire", "en"), said)
    assert not voice.asked


def test_looking_up_never_renders(cache: VoiceCache, voice: CountingVoice) -> None:
    assert cache.kept("fire", "en") is None
    assert not voice.asked


@pytest.mark.parametrize(
    ("text", "language"), [("Fire", "en"), ("fire", "zh"), ("fire\0en", "en"), ("\ud800", "en")]
)
def test_another_text_or_language_is_another_speech(cache: VoiceCache, text: str, language: str) -> None:
    cache.spoken("fire", "en")
    assert cache.kept(text, language) is None


def test_another_voice_does_not_take_what_was_kept(cache: VoiceCache, tmp_path: Path) -> None:
    cache.spoken("fire", "en")
    other = VoiceCache(tmp_path / "speech", CountingVoice("counting 2"), max_mb=10)
    assert other.kept("fire", "en") is None


@pytest.mark.parametrize("left", [0, 10, 0.5, 0.95])
def test_a_file_that_was_cut_short_is_rendered_anew(
    cache: VoiceCache, voice: CountingVoice, tmp_path: Path, left: float
) -> None:
    said = cache.spoken("fire", "en")
    file = _only_file(tmp_path)
    os.truncate(file, left if isinstance(left, int) else round(left * file.stat().st_size))
    assert cache.kept("fire", "en") is None
    assert _same(cache.spoken("fire", "en"), said)
    assert _same(cache.kept("fire", "en"), said)
    assert len(voice.asked) == 2


@pytest.mark.parametrize("content", [b"", b"no sound at all", bytes(1000)])
def test_a_file_that_is_no_sound_is_rendered_anew(cache: VoiceCache, tmp_path: Path, content: bytes) -> None:
    cache.spoken("fire", "en")
    _only_file(tmp_path).write_bytes(content)
    assert cache.kept("fire", "en") is None
    assert len(cache.spoken("fire", "en").samples)
    assert cache.kept("fire", "en") is not None


def test_a_file_of_two_channels_is_none_of_ours(cache: VoiceCache, tmp_path: Path) -> None:
    cache.spoken("fire", "en")
    soundfile.write(_only_file(tmp_path), np.zeros((100, 2)), RATE_HZ, format="FLAC")
    assert cache.kept("fire", "en") is None


def test_a_half_written_file_is_never_taken(cache: VoiceCache, tmp_path: Path) -> None:
    cache.spoken("fire", "en")
    file = _only_file(tmp_path)
    file.rename(file.with_suffix(".part"))
    assert cache.kept("fire", "en") is None


def test_nothing_but_whole_files_is_left_behind(cache: VoiceCache, tmp_path: Path) -> None:
    for text in ("one", "two", "three"):
        cache.spoken(text, "en")
    assert {file.suffix for file in _files(tmp_path)} == {".flac"}


def test_what_was_used_least_recently_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    voice = CountingVoice()
    monkeypatch.setattr(voice, "say", lambda _text, _language: Spoken(noise(1, -10), RATE_HZ))
    cache = VoiceCache(tmp_path, voice, max_mb=0.1)
    for age, text in enumerate(("used again", "old", "older")):
        cache.spoken(text, "en")
        for file in _files(tmp_path):
            if file.stat().st_mtime > 1e9:
                os.utime(file, (1e6 - age, 1e6 - age))
    assert cache.kept("used again", "en")
    cache.spoken("new", "en")
    left = {text for text in ("used again", "old", "older", "new") if cache.kept(text, "en")}
    assert left == {"used again", "old", "new"}
    assert sum(file.stat().st_size for file in _files(tmp_path)) <= 100_000


def test_what_a_crash_left_half_written_ages_like_the_rest(tmp_path: Path, voice: CountingVoice) -> None:
    half = tmp_path / "0123.part"
    half.write_bytes(bytes(2_000_000))
    os.utime(half, (1, 1))
    VoiceCache(tmp_path, voice, max_mb=1).spoken("fire", "en")
    assert not half.exists()


def test_files_of_others_are_not_touched(tmp_path: Path, voice: CountingVoice) -> None:
    other = tmp_path / "notes.txt"
    other.write_bytes(bytes(2_000_000))
    VoiceCache(tmp_path, voice, max_mb=0).spoken("fire", "en")
    assert _files(tmp_path) == [other]


def test_a_folder_that_cannot_be_written_is_told_once_and_speech_goes_on(
    tmp_path: Path, voice: CountingVoice
) -> None:
    in_the_way = tmp_path / "in the way"
    in_the_way.write_text("")
    told: list[str] = []
    cache = VoiceCache(in_the_way / "speech", voice, 10, told.append)
    for _ in range(3):
        assert len(cache.spoken("fire", "en").samples)
    assert len(voice.asked) == 3
    assert told == [cache.trouble]
    assert "in the way/speech: Not a directory" in cache.trouble
    in_the_way.unlink()
    cache.spoken("fire", "en")
    assert cache.trouble == ""
    assert cache.kept("fire", "en")


def test_a_full_disk_leaves_nothing_half_written(
    cache: VoiceCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert len(cache.spoken("fire", "en").samples)
    assert "No space left" in cache.trouble
    assert not _files(tmp_path)


def test_a_rate_that_flac_does_not_have_is_trouble_and_no_failure(
    cache: VoiceCache, voice: CountingVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice, "say", lambda _text, _language: Spoken(tone(0.1, -20), 10_000_000))
    assert len(cache.spoken("fire", "en").samples)
    assert "kept as FLAC" in cache.trouble


def test_what_the_voice_refuses_is_not_kept(
    cache: VoiceCache, voice: CountingVoice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_text: str, _language: str) -> Spoken:
        raise VoiceError("no such clip")

    monkeypatch.setattr(voice, "say", refuse)
    with pytest.raises(VoiceError, match="no such clip"):
        cache.spoken("fire", "en")
    assert not _files(tmp_path)


def test_another_thread_may_look_up_while_one_renders(tmp_path: Path) -> None:
    cache = VoiceCache(tmp_path, CountingVoice(), max_mb=0.02)
    texts = [f"text {number}" for number in range(20)]
    done = threading.Event()
    wrong: list[int] = []

    def look_up() -> None:
        while not done.is_set():
            for text in texts:
                kept = cache.kept(text, "en")
                if kept is not None and len(kept.samples) != round(0.1 * len(text) * RATE_HZ):
                    wrong.append(len(kept.samples))

    reader = threading.Thread(target=look_up)
    reader.start()
    try:
        for text in texts * 3:
            cache.spoken(text, "en")
    finally:
        done.set()
        reader.join()
    assert not wrong
    assert cache.trouble == ""
