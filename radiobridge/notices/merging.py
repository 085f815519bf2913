"""Several notices for one address as one."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

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
    newest_first = sorted(notices, key=lambda notice: notice.at)[::-1]
    texts = [*dict.fromkeys(notice.text for notice in newest_first)][::-1]
    fitting = takewhile(lambda text: len(text) <= room, (_joined(texts, n + 1) for n in range(len(texts))))
    text = deque(fitting, maxlen=1) or [_cut(_joined(texts, 1), room)]
    return replace(newest, id=id_, title=title, text=text[0])


def _joined(texts: Sequence[str], count: int) -> str:
    """The last `count` of the texts."""
    left = len(texts) - count
    return "\n".join(([f"(+{left})"] if left else []) + [*texts[-count:]])


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1] + _CUT
