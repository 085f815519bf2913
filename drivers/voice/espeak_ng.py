"""The program espeak-ng: small, quick, over a hundred languages, no download, and a robot's voice.

One process for each text, some 20 ms long. The text goes in by stdin and the sound comes out by stdout;
no shell is involved, and no text becomes an option.
"""

from __future__ import annotations

import re
import subprocess
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from drivers.voice.text import speakable, spoken_language
from radiobridge.errors import MissingPart, VoiceError
from radiobridge.events import Samples
from radiobridge.ports import DriverSettings, Spoken, Voice

_PROGRAM = "espeak-ng"

_FIRST_CHOICE = {
    "en": ("en",),
    "zh": ("cmn-latn-pinyin", "cmn"),
    "cmn": ("cmn-latn-pinyin", "cmn"),
    "yue": ("yue",),
    "ko": ("ko",),
}
"""Voices by language, the best first, where the settings name none.

Plain `cmn` of version 1.51 (Debian 12) says each tone as an English number, "hao three" for 好.
Source: espeak-ng issues 1028 and 1236; heard so, and the other voice heard right, on Debian 12.
"""

_LATIN = re.compile(r"([A-Za-z](?:[A-Za-z .'’-]*[A-Za-z])?)")
"""English within a Chinese text, such as the words of a spelling alphabet."""

_WAV_HEADER_BYTES = 44
_WAV_RATE = slice(24, 28)
"""The rate in Hz in a header with one `fmt ` chunk of 16 bytes. Source: Microsoft's RIFF WAVE format."""

_LISTED = re.compile(r"^\s*\d+\s+(?P<tag>\S+)")
_ALSO = re.compile(r"\((\S+) \d+\)")


class EspeakNgSettings(DriverSettings):
    """`voices`: a voice by language, as `espeak-ng --voices` lists them, with a variant such as `en-us+f3`.

    `speed_wpm`: words a minute. `pitch`: 0 is low, 99 is high. `timeout_s`: the longest that a text may
    take to be rendered. Source of the ranges of speed and pitch: the manual page of espeak-ng 1.51.
    """

    voices: dict[str, Annotated[str, Field(min_length=1)]] = Field({})
    speed_wpm: int = Field(150, ge=80, le=450)
    pitch: int = Field(50, ge=0, le=99)
    timeout_s: float = Field(10.0, gt=0, le=60)


class EspeakNg(Voice):
    """All voices of espeak-ng, each by the tag of its language."""

    Settings: ClassVar[type[DriverSettings]] = EspeakNgSettings
    settings: EspeakNgSettings

    def __init__(self, settings: EspeakNgSettings) -> None:
        super().__init__(settings)
        self._voices: dict[str, str] = {}
        self._version = "not open"

    @property
    def name(self) -> str:
        """The program."""
        return _PROGRAM

    @property
    def fingerprint(self) -> str:
        """Version, speed, pitch, and the voices that were chosen by hand or by us."""
        set_ = self.settings
        chosen = {tag: voice for tag, voice in self._voices.items() if tag != voice}
        return f"{_PROGRAM} {self._version} {set_.speed_wpm} wpm pitch {set_.pitch} {sorted(chosen.items())}"

    def open(self) -> None:
        """The program is there, and every voice that the settings name.

        Raises MissingPart.
        """
        self.close()
        version = re.search(r"\d+(?:\.\w+)+\S*", self._asked("--version"))
        listed = _tags(self._asked("--voices"))
        for language, voice in self.settings.voices.items():
            self._check(language, voice)
        first = {tag: _first_of(choice, listed) for tag, choice in _FIRST_CHOICE.items()}
        ours = {tag: voice for tag, voice in first.items() if voice}
        self._voices = {tag: tag for tag in listed} | ours | self.settings.voices
        self._version = version[0] if version else "of an unknown version"

    def close(self) -> None:
        """Nothing is held."""
        self._voices = {}

    def languages(self) -> list[str]:
        """The languages of `espeak-ng --voices` and those of the settings."""
        return sorted(self._voices)

    def say(self, text: str, language: str) -> Spoken:
        """The text in the voice of the language, without a pause after it."""
        voice = self._voices[spoken_language(_PROGRAM, language, self._voices)]
        parts = [self._rendered(part, voice) for voice, part in _by_voice(speakable(text), voice)]
        samples = np.concatenate([part.samples for part in parts])
        if not len(samples):
            raise VoiceError(f"{_PROGRAM} has no sound for {text[:40]!r} in {language!r}")
        return Spoken(samples, max(part.rate_hz for part in parts))

    def _rendered(self, text: str, voice: str) -> Spoken:
        speed, pitch = str(self.settings.speed_wpm), str(self.settings.pitch)
        # -b 1: UTF-8. -z: no pause after the text.
        sound = self._run(
            ["-b", "1", "-z", "-v", voice, "-s", speed, "-p", pitch, "--stdin", "--stdout"], text
        )
        if not sound:
            return Spoken(np.zeros(0, np.float32), 0)
        if len(sound) < _WAV_HEADER_BYTES or not sound.startswith(b"RIFF"):
            raise VoiceError(f"{_PROGRAM} brought no WAV for {text[:40]!r}, but {sound[:20]!r}")
        return Spoken(_samples(sound), int.from_bytes(sound[_WAV_RATE], "little"))

    def _check(self, language: str, voice: str) -> None:
        try:
            self._run(["-q", "-v", voice, "--stdin"], "")
        except VoiceError as error:
            raise MissingPart(
                f"voices.{language} = {voice!r} does not work: {error}; "
                f"`{_PROGRAM} --voices` lists what there is"
            ) from error

    def _asked(self, option: str) -> str:
        try:
            return self._run([option], "").decode(errors="replace")
        except VoiceError as error:
            raise MissingPart(str(error)) from error

    def _run(self, options: list[str], text: str) -> bytes:
        """What the program wrote to stdout. Raises VoiceError."""
        timeout_s = self.settings.timeout_s
        try:
            done = subprocess.run(  # noqa: S603  # options are ours, the text goes in by stdin
                [_PROGRAM, *options], input=text.encode(), capture_output=True, timeout=timeout_s, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise VoiceError(
                f"{_PROGRAM} took longer than {timeout_s:g} s over {text[:40]!r}: "
                "raise timeout_s, or find what else keeps the machine busy"
            ) from error
        except FileNotFoundError as error:
            raise VoiceError(f"{_PROGRAM} is not installed; try: apt install {_PROGRAM}") from error
        except OSError as error:
            raise VoiceError(
                f"{_PROGRAM} does not start: {error.strerror}; try: apt install --reinstall {_PROGRAM}"
            ) from error
        if done.returncode:
            why = done.stderr.decode(errors="replace").strip() or f"it ended with {done.returncode}"
            raise VoiceError(f"{_PROGRAM} failed: {why.removeprefix('Error: ')}")
        return done.stdout


def _samples(wav: bytes) -> Samples:
    """Samples of a WAV whose header does not know its length; half a sample at its end is left off."""
    body = wav[_WAV_HEADER_BYTES : len(wav) - len(wav) % 2]
    samples: Samples = np.frombuffer(body, "<i2").astype(np.float32) / np.float32(32768)
    return samples


def _by_voice(text: str, voice: str) -> list[tuple[str, str]]:
    """The text in parts, each with its voice: English reads Latin letters, Mandarin takes them for pinyin."""
    base, plus, variant = voice.partition("+")
    if not base.startswith("cmn"):
        return [(voice, text)]
    english = f"en{plus}{variant}"
    parts = [(english if _LATIN.fullmatch(part) else voice, part) for part in _LATIN.split(text)]
    return [(one, part) for one, part in parts if any(char.isalnum() for char in part)]


def _tags(listing: str) -> set[str]:
    """The language tags of `espeak-ng --voices`, which writes some in capitals."""
    lines = [line for line in listing.splitlines() if _LISTED.match(line)]
    own = [found["tag"] for line in lines if (found := _LISTED.match(line))]
    also = [tag for line in lines for tag in _ALSO.findall(line)]
    return {tag.lower() for tag in [*own, *also]}


def _first_of(choice: tuple[str, ...], listed: set[str]) -> str | None:
    return next((voice for voice in choice if voice in listed), None)
