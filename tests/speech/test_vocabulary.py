"""The words of a model, from its files alone."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from radiobridge.errors import ModelError
from radiobridge.speech.models import resolve
from radiobridge.speech.recogniser import SpeechModel
from radiobridge.speech.vocabulary import near_words, vocabulary
from tests.speech.builders import KOREAN
from tests.speech.model_site import model_folder


def test_the_words_of_the_real_model_are_those_that_the_engine_knows(
    korean: SpeechModel, tmp_path: Path
) -> None:
    words = vocabulary(resolve(KOREAN, tmp_path))
    assert len(words) > 100_000
    for word in ("화재", "위험", "지원", "[unk]", "블라블라블루", *sorted(words)[::5000]):
        assert korean.knows(word) is (word in words), word


def test_near_words_are_known_and_look_alike(tmp_path: Path) -> None:
    near = near_words("화재경보음", vocabulary(resolve(KOREAN, tmp_path)))
    assert "화재경보" in near or "경보음" in near
    assert near_words("qqqqqqqq", frozenset(("fire", "water"))) == []


def test_a_list_of_words_as_text_is_read(tmp_path: Path) -> None:
    model_folder(tmp_path)
    (tmp_path / "graph" / "words.txt").write_text("<eps> 0\nfire 1\n火 2\n#0 3\n", encoding="utf-8")
    assert vocabulary(tmp_path) == {"fire", "火"}


def test_a_graph_without_words_tells_none(tmp_path: Path) -> None:
    header = struct.pack("<i", 2125659606) + b"".join(struct.pack("<i", 5) + b"const" for _ in range(2))
    model_folder(tmp_path)
    (tmp_path / "graph" / "Gr.fst").write_bytes(header + struct.pack("<ii", 2, 0) + bytes(32))
    assert vocabulary(tmp_path) == frozenset()


@pytest.mark.parametrize(
    "content",
    [b"hollow", b"", struct.pack("<ii", 2125659606, -5), struct.pack("<ii", 2125659606, 1 << 30)],
)
def test_a_damaged_graph_is_said(tmp_path: Path, content: bytes) -> None:
    model_folder(tmp_path)
    (tmp_path / "graph" / "Gr.fst").write_bytes(content)
    with pytest.raises(ModelError, match=r"the words of .*graph cannot be read"):
        vocabulary(tmp_path)
