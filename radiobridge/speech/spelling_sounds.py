"""How words in Latin letters sound, lightly: what English spells in several ways becomes one key.

`leek` and `leak`, `need` and `knead`, `there` and `their` have one key. It is no pronunciation: only so much
that homophones meet, and other words do not.
"""

from __future__ import annotations

import re
from functools import lru_cache

_RULES = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"[^a-z]", ""),
        (r"^(kn|gn|pn)", "n"),
        (r"^wr", "r"),
        (r"^wh", "w"),
        (r"ph", "f"),
        (r"[ou]gh(?=t)|igh", "i"),
        (r"gh", ""),
        (r"tch", "ch"),
        (r"dg(?=[eiy])", "j"),
        (r"sch", "sk"),
        (r"c(?=[eiy])", "s"),
        (r"ck|c(?!h)|q", "k"),
        (r"x", "ks"),
        (r"mb$", "m"),
        (r"([^aeiouy])\1", r"\1"),
        (r"(eir|ere|air|are)$", "er"),
        (r"ire(?=[ds]?$)", "aiyr"),
        (r"(?<=[^aeiou])e$", ""),
        (r"(ear|er|ir|ur)(?=[^aeiouy]|$)", "r"),
        (r"(ee|ea|ie|ei|ey|[eiy])+", "i"),
        (r"(oo|ou|ow|oa|[aou])+", "a"),
    )
)
"""In their order. Double letters are one, a last `e` is silent, vowels are front or back."""
_UNVOICED = str.maketrans("dzgbv", "tskpf")


@lru_cache(maxsize=4096)
def key_of(word: str) -> str:
    """The sound of a word in lower case; empty where it has no Latin letters."""
    key = word
    for pattern, sound in _RULES:
        key = pattern.sub(sound, key)
    return key


def dulled(key: str) -> str:
    """The key without what a narrow channel takes away first: voice, and `h` before all else."""
    return key.removeprefix("h").translate(_UNVOICED)
