"""Short ways to make what tests feed: `keyed("*110#")`, `phrase_heard()`."""

from __future__ import annotations

from radiobridge.events import PhraseHeard


def phrase_heard(confidence: float = 0.99, *, channel: str = "gate", id_: str = "T1") -> PhraseHeard:
    """A phrase that raises "fire", heard in transmission `id_`."""
    return PhraseHeard(channel, 12.0, id_, "fire", {}, "ko", "화재 위험", confidence)
