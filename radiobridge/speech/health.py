"""The condition of the speech of one language: its model, its phrases, the last sound, its second opinion.

Sans-IO: each method notes what happened and gives the health event to publish, or None when the
condition stays as it was.
"""

from __future__ import annotations

from collections.abc import Sequence

from radiobridge.events import Condition, Health
from radiobridge.speech.grammar import UnheardPhrase


class SpeechHealth:
    """What `speech/<language>` is to say of itself."""

    def __init__(self, language: str) -> None:
        self._part = f"speech/{language}"
        self._model = (Condition.DEGRADED, "")
        self._phrases = (Condition.OK, "")
        self._trouble = (Condition.OK, "")
        self._trouble_number = 0
        self._opinion = (Condition.OK, "")
        self._choice = (Condition.OK, "")
        self._last: Health | None = None

    def loading(self, at: float) -> Health | None:
        """The model is being read; sound waits for it."""
        self._model = (Condition.DEGRADED, "the model is loading")
        return self._report(at)

    def loaded(self, at: float, unheard: Sequence[UnheardPhrase]) -> Health | None:
        """The model works, or has new phrases; `unheard` are those it cannot hear."""
        self._model = (Condition.OK, "")
        self._phrases = (Condition.OK, "")
        if unheard:
            named = "; ".join(str(phrase) for phrase in unheard)
            why = f"phrases that the model cannot hear: {named}: choose other words, or another model"
            self._phrases = (Condition.DEGRADED, why)
        return self._report(at)

    def chosen(self, why: str) -> None:
        """Why the model is not the first one that the settings name; told when it is loaded."""
        self._choice = (Condition.DEGRADED if why else Condition.OK, why)

    def failed(self, at: float, why: str) -> Health | None:
        """There is no model; nothing of this language is heard until a restart."""
        self._model = (Condition.FAILED, f"{why}; then restart radiobridge")
        return self._report(at)

    def trouble(self, at: float, number: int, condition: Condition, why: str) -> Health | None:
        """A transmission was not, or not wholly, recognised; `number` counts up with each transmission."""
        self._trouble = (condition, why)
        self._trouble_number = max(number, self._trouble_number)
        return self._report(at)

    def recognised(self, at: float, number: int) -> Health | None:
        """A transmission was recognised from end to end: a trouble before it is over."""
        if number > self._trouble_number:
            self._trouble = (Condition.OK, "")
        return self._report(at)

    def second_opinion(self, at: float, fault: str) -> Health | None:
        """What keeps the second opinion from being given; empty: nothing does."""
        self._opinion = (Condition.DEGRADED if fault else Condition.OK, fault)
        return self._report(at)

    def _report(self, at: float) -> Health | None:
        states = (self._model, self._choice, self._trouble, self._phrases, self._opinion)
        noted = [what for what in states if what[0] is not Condition.OK]
        worst = Condition.FAILED if any(c is Condition.FAILED for c, _ in noted) else Condition.DEGRADED
        why = "; ".join(text for _, text in noted)
        health = Health(self._part, at, worst if noted else Condition.OK, why)
        last, self._last = self._last, health
        if last and (last.condition, last.why) == (health.condition, health.why):
            self._last = last
            return None
        return health
