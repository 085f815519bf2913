"""Several notices as one text."""

from __future__ import annotations

from radiobridge.events import Notice
from radiobridge.notices.merging import merged


def notices(*texts: str, title: str = "") -> list[Notice]:
    return [Notice(str(n), float(n), "sms", "138", text, title) for n, text in enumerate(texts)]


def test_one_stays_as_it_is() -> None:
    (one,) = notices("火警")
    assert merged("0", [one], 100) == one


def test_all_are_in_it_while_there_is_room_each_once() -> None:
    assert merged("0", notices("a", "b", "c", "b"), 100).text == "a\nc\nb"


def test_the_newest_are_in_it_and_older_ones_are_counted() -> None:
    assert merged("0", notices("aaaaa", "bbbb", "cccc"), 15).text == "(+1)\nbbbb\ncccc"
    assert merged("0", notices("aaaa", "bbbb", "cccc"), 12).text == "(+2)\ncccc"


def test_a_text_that_is_too_long_is_cut() -> None:
    assert merged("0", notices("长" * 50), 11).text == "长" * 9 + "…"
    assert len(merged("0", notices("a", "长" * 50), 11).text) <= 10


def test_a_title_counts() -> None:
    made = merged("0", notices("长" * 50, title="标题"), 13)
    assert (made.title, len(made.text)) == ("标题", 10)
