"""The words that a model knows, read from its files: no engine is loaded for it.

A model's graph carries its words as the symbol table of an OpenFst file; some have them as text beside it.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

from radiobridge.errors import ModelError

_FST_MAGIC = 2125659606
_SYMBOLS_MAGIC = 2125658996
_HAS_INPUT_SYMBOLS, _HAS_OUTPUT_SYMBOLS = 1, 2
"""Source of all four: OpenFst, fst.h (kFstMagicNumber, FstHeader) and symbol-table.cc."""
_LONGEST_NAME, _LONGEST_HEAD = 1 << 16, 1 << 26
"""Of a symbol; and of all that stands before the states: half a million words take 12 MB."""
_INT32, _INT64 = struct.Struct("<i"), struct.Struct("<q")
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
                        yield from _words(_Fst(fst.read(_LONGEST_HEAD)).output_symbols())
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


class _Fst:
    """The head of an OpenFst file, read from its beginning."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def output_symbols(self) -> Iterator[str]:
        """The output symbols, or the only ones. Raises ValueError or struct.error: it is damaged."""
        if self._number(_INT32) != _FST_MAGIC:
            raise ValueError("no OpenFst file")
        self._name()
        self._name()
        self._number(_INT32)
        flags = self._number(_INT32)
        self._at += 4 * 8  # properties, start state, numbers of states and arcs
        if flags & _HAS_INPUT_SYMBOLS and flags & _HAS_OUTPUT_SYMBOLS:
            deque(self._symbols(), maxlen=0)
        if flags & (_HAS_INPUT_SYMBOLS | _HAS_OUTPUT_SYMBOLS):
            yield from self._symbols()

    def _symbols(self) -> Iterator[str]:
        if self._number(_INT32) != _SYMBOLS_MAGIC:
            raise ValueError("no symbol table where one should be")
        self._name()
        self._at += 8  # the next free key
        # Half a million of them, while a recogniser starts: nothing is called that need not be.
        content, at, length_at = self._content, self._at + 8, _INT32.unpack_from
        for _ in range(self._number(_INT64)):
            (length,) = length_at(content, at)
            if not 0 <= length <= _LONGEST_NAME:
                raise ValueError("damaged: a name of impossible length")
            at += 4
            yield content[at : at + length].decode()
            at += length + 8
        self._at = at

    def _name(self) -> None:
        length = self._number(_INT32)
        if not 0 <= length <= _LONGEST_NAME:
            raise ValueError("damaged: a name of impossible length")
        self._at += length

    def _number(self, layout: struct.Struct) -> int:
        (number,) = layout.unpack_from(self._content, self._at)
        self._at += layout.size
        return int(number)
