"""A folder of recorded prompts: which file says which words.

`folder/<language>/<name>.wav` or `.flac` says what its name says; `folder/<language>/clips.toml` names
the files whose names do not. Texts are found whole, or put together from the longest pieces there are.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from radiobridge.errors import MissingPart

INDEX = "clips.toml"
_SOUND = {".wav", ".flac"}

_WORD = re.compile(r"[^\W_]+")
_IDEOGRAPHS = "\u3400-\u9fff\uf900-\ufaff"
_PIECE = re.compile(rf"[0-9]|[{_IDEOGRAPHS}]|[^\W_0-9{_IDEOGRAPHS}]+")
"""What a text is put together from: words, single digits, and single Chinese characters."""

_DIGIT_WORDS = {
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    "zh": ("零洞〇", "一幺", "二两", "三", "四", "五", "六", "七拐", "八", "九勾"),
    "ko": ("공영", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"),
}
_DIGITS = (
    {word: str(digit) for digit, word in enumerate(_DIGIT_WORDS["en"])}
    | {"niner": "9"}
    | {
        char: str(digit)
        for tag in ("zh", "ko")
        for digit, chars in enumerate(_DIGIT_WORDS[tag])
        for char in chars
    }
)
"""Words that a digit's clip says as well: `1.wav` serves for 1, one, 一, 幺 and 일."""


@dataclass(frozen=True, slots=True)
class ClipFolder:
    """The clips of one language: files by slug, and how many pieces the longest slug has."""

    folder: Path
    files: Mapping[str, Path]
    longest: int

    def found(self, text: str) -> tuple[list[Path], str]:
        """The files that say the text in turn, and '' or the first piece that no file says."""
        if whole := self._file(text):
            return [whole], ""
        pieces = list(_PIECE.finditer(text))
        files, at = [], 0
        while at < len(pieces):
            for end, candidate in self._spans(text, pieces, at):
                if file := self._file(candidate):
                    files.append(file)
                    at = end
                    break
            else:
                return files, pieces[at][0]
        return files, ""

    def _spans(self, text: str, pieces: list[re.Match[str]], at: int) -> Iterator[tuple[int, str]]:
        """From piece `at` on, the longest first: where each ends, and its text."""
        for end in range(min(len(pieces), at + self.longest), at, -1):
            yield end, text[pieces[at].start() : pieces[end - 1].end()]

    def _file(self, text: str) -> Path | None:
        name = slug(text)
        return self.files.get(name) or self.files.get(_DIGITS.get(name, ""))


def slug(text: str) -> str:
    """A text as the name of a file: its words in small letters, joined by `-`, such as `post-12`."""
    return "-".join(_WORD.findall(unicodedata.normalize("NFC", text).casefold()))


def scanned(folder: Path) -> dict[str, ClipFolder]:
    """The clips by language. Raises MissingPart when the folder or an index cannot be used."""
    try:
        languages = sorted(path for path in folder.iterdir() if path.is_dir())
        found = {path.name: _language(path) for path in languages}
    except OSError as error:
        raise MissingPart(
            f"{error.filename} cannot be read: {error.strerror}; clips lie in {folder}/<language>/<name>.wav"
        ) from error
    found = {language: clips for language, clips in found.items() if clips.files}
    if not found:
        raise MissingPart(f"{folder} has no clips: put them in {folder}/<language>/<name>.wav or .flac")
    return found


def _language(folder: Path) -> ClipFolder:
    # Sorted backwards: of post.flac and post.wav the FLAC file is taken.
    sounds = sorted(
        (path for path in folder.iterdir() if path.suffix.lower() in _SOUND and path.is_file()), reverse=True
    )
    files = {slug(path.stem): path for path in sounds} | _indexed(folder)
    longest = max((len(_PIECE.findall(name)) for name in files), default=0)
    return ClipFolder(folder, files, longest)


def _indexed(folder: Path) -> dict[str, Path]:
    index = folder / INDEX
    if not index.exists():
        return {}
    try:
        entries = tomllib.loads(index.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MissingPart(f"{index} is no TOML in UTF-8: {error}") from error
    return {slug(text): _named(index, text, name) for text, name in entries.items()}


def _named(index: Path, text: str, name: object) -> Path:
    if not isinstance(name, str) or Path(name).suffix.lower() not in _SOUND:
        raise MissingPart(f'{index}: {text!r} = {name!r} must be a file: "name.wav" or "name.flac"')
    if not slug(text):
        raise MissingPart(f"{index}: {text!r} = {name!r}: the text has no words")
    path = index.parent / name
    if not path.is_file():
        raise MissingPart(f"{index}: {text!r} = {name!r}: {path} is not there")
    return path
