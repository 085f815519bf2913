"""A phrase of the settings as it is listened for: tokens, and slots that are filled by what is said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

from radiobridge.speech.hangul import liaised
from radiobridge.speech.text import tokens_of

SLOTS = {
    "post": "the number or the name of a [[post]]",
    "unit": "the number or call sign of a radio or a person",
    "number": "any number",
}
"""Name of a slot and what it stands for."""

_SLOT = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a phrase that is filled by what is said."""

    name: str


Element: TypeAlias = str | Slot
"""A token that must be said, or a slot."""


@dataclass(frozen=True)
class Template:
    """The elements of a phrase; `weight` is how many tokens it has besides its slots."""

    elements: tuple[Element, ...]

    @cached_property
    def sounds(self) -> tuple[str, ...]:
        """Each element as it is said before what follows; of slots nothing."""
        return liaised([element if isinstance(element, str) else " " for element in self.elements])

    @cached_property
    def said(self) -> tuple[tuple[str, str], ...]:
        """Each token as it is written and as it sounds."""
        pairs = zip(self.elements, self.sounds, strict=True)
        return tuple((element, sound) for element, sound in pairs if isinstance(element, str))

    @classmethod
    def parse(cls, text: str) -> Template:
        """The template that `text` (`fire at post {post}`) describes.

        Raises:
            ValueError: with what is wrong and what may stand there.
        """
        elements: list[Element] = []
        for index, part in enumerate(_SLOT.split(text)):
            if index % 2 == 0:
                elements += tokens_of(part)
            elif part in SLOTS:
                elements.append(Slot(part))
            else:
                there = ", ".join(f"{{{name}}} ({what})" for name, what in SLOTS.items())
                raise ValueError(f"{text!r}: {{{part}}} is no slot; there are {there}")
        if any(isinstance(one, Slot) and isinstance(other, Slot) for one, other in pairwise(elements)):
            raise ValueError(
                f"{text!r}: two slots side by side cannot be told apart; put a word between them"
            )
        slots = [element.name for element in elements if isinstance(element, Slot)]
        if len(set(slots)) < len(slots):
            raise ValueError(f"{text!r}: a slot stands twice")
        template = cls(tuple(elements))
        if not template.weight:
            raise ValueError(f"{text!r}: no word in it; any number would be this phrase")
        return template

    @cached_property
    def weight(self) -> int:
        """How many tokens must be said besides what fills its slots."""
        return sum(isinstance(element, str) for element in self.elements)

    @cached_property
    def slots(self) -> tuple[str, ...]:
        """The names of its slots, in their order."""
        return tuple(element.name for element in self.elements if isinstance(element, Slot))

    @property
    def words(self) -> frozenset[str]:
        """Its tokens."""
        return frozenset(element for element in self.elements if isinstance(element, str))
