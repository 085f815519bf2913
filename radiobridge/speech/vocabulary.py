"""The words that a model knows, read from its files: no engine is loaded for it.

A model's graph carries its words as the symbol table of an OpenFst file; some have them as text beside it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from radiobridge.errors import ModelError

_FST_MAGIC = 2125659606
_SYMBOLS_MAGIC = 2125658996
_HAS_INPUT_SYMBOLS, _HAS_OUTPUT_SYMBOLS = 1, 2
"""Source of all four: OpenFst, fst.h (kFstMagicNumber, FstHeader) and symbol-table.cc."""
_LONGEST_NAME = 1 << 16
_GRAPHS = ("Gr.fst", "HCLG.fst")
"""The files whose output is words, in a graph of two parts and in one of one."""
_NOT_WORDS = ("<eps>", "#0", "<s>", "</s>")


def vocabulary(folder: Path) -> frozenset[str]:
    """The words of the model in a folder; empty where its files do not tell them.

    Raises:
        ModelError: a file cannot be read, or is damaged.
    """
    return frozenset(words_in(folder))


def words_in(folder: Path) -> Iterator[str]:
    """The same one by one: half a million of them take a hundred megabytes together. Raises ModelError."""
    for graph in (folder / "graph", folder):
        try:
            if (text := graph / "words.txt").is_file():
                with text.open(encoding="utf-8") as lines:
                    yield from _words(line.split()[0] for line in lines if line.strip())
                return
            for name in _GRAPHS:
                if (file := graph / name).is_file():
                    with file.open("rb") as fst:
                        yield from _words(_output_symbols(fst))
                    return
        except (OSError, UnicodeDecodeError, struct.error, ValueError) as error:
            raise ModelError(f"the words of {graph} cannot be read: {error}") from error


def near_words(word: str, words: frozenset[str]) -> list[str]:
    """The few words of a vocabulary that look most like one that is not in it, the nearest first."""
    from rapidfuzz import process
    from rapidfuzz.distance import Levenshtein

    as_long = [other for other in words if abs(len(other) - len(word)) <= _OTHER_LENGTH]
    similarity = Levenshtein.normalized_similarity
    found = process.extract(word, as_long, scorer=similarity, limit=_MOST_NEAR, score_cutoff=_LEAST_ALIKE)
    return [near for near, _, _ in found]


_OTHER_LENGTH, _MOST_NEAR, _LEAST_ALIKE = 2, 3, 0.5


def _words(symbols: Iterable[str]) -> Iterator[str]:
    return (symbol for symbol in symbols if symbol not in _NOT_WORDS)


def _output_symbols(fst: BinaryIO) -> Iterator[str]:
    if _int32(fst) != _FST_MAGIC:
        raise ValueError("no OpenFst file")
    _string(fst)
    _string(fst)
    _int32(fst)
    flags = _int32(fst)
    fst.read(4 * 8)  # properties, start state, numbers of states and arcs
    if flags & _HAS_OUTPUT_SYMBOLS:
        if flags & _HAS_INPUT_SYMBOLS:
            for _ in _symbols(fst):
                continue
        yield from _symbols(fst)
    elif flags & _HAS_INPUT_SYMBOLS:
        yield from _symbols(fst)


def _symbols(fst: BinaryIO) -> Iterator[str]:
    if _int32(fst) != _SYMBOLS_MAGIC:
        raise ValueError("no symbol table where one should be")
    _string(fst)
    fst.read(8)  # the next free key
    (count,) = struct.unpack("<q", fst.read(8))
    for _ in range(count):
        yield _string(fst)
        fst.read(8)


def _int32(fst: BinaryIO) -> int:
    return int(struct.unpack("<i", fst.read(4))[0])


def _string(fst: BinaryIO) -> str:
    length = _int32(fst)
    if not 0 <= length <= _LONGEST_NAME:
        raise ValueError("damaged: a name of impossible length")
    return fst.read(length).decode("utf-8")
