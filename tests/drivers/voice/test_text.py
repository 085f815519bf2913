"""Texts and languages before they reach a voice."""

from __future__ import annotations

import pytest

from drivers.voice.text import nearest_language, speakable


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  two   spaces\nand a line ", "two spaces and a line"),
        ("a\x01+50Sb", "a +50Sb"),
        ("e\u0301", "é"),
        ("화재, 火警!", "화재, 火警!"),
        ("a [[h@l0U]] <b>", "a h@l0U b"),
    ],
)
def test_a_text_keeps_its_words_and_loses_what_steers(text: str, kept: str) -> None:
    assert speakable(text) == kept


@pytest.mark.parametrize(
    ("asked", "served"),
    [("zh", "zh"), ("zh-CN", "zh"), ("zh-Hant-HK", "zh-Hant"), ("yue", None), ("e", None), ("", None)],
)
def test_a_language_is_served_by_the_nearest_tag(asked: str, served: str | None) -> None:
    assert nearest_language(asked, ["en", "zh", "zh-Hant"]) == served
