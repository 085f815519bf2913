"""Several notices for one address as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from radiobridge.events import Notice

_CUT = "…"


def merged(id_: str, notices: Sequence[Notice], longest: int) -> Notice:
    """All of them as the notice `id_`, in at the most `longest` characters with its title.

    The newest texts are in it, in their order, each once; `(+3)` stands for three older ones that found no
    room.
    """
    newest = max(notices, key=lambda notice: notice.at)
    title = newest.title[: longest // 2]
    room = longest - len(title) - 1
    texts = [*dict.fromkeys(notice.text for notice in sorted(notices, key=lambda notice: notice.at))]
    text = _cut(texts[-1], room)
    for count in range(2, len(texts) + 1):
        longer = _joined(texts, count)
        if len(longer) > room:
            if not text.startswith("(+"):
                text = _cut(_joined(texts, count - 1), room)
            break
        text = longer
    return replace(newest, id=id_, title=title, text=text)


def _joined(texts: Sequence[str], count: int) -> str:
    """The last `count` of the texts."""
    left = len(texts) - count
    return "\n".join(([f"(+{left})"] if left else []) + [*texts[-count:]])


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1] + _CUT
