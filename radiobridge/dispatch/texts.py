"""Alert texts: `{post.name}` and the code's fields become words, in each language.

A text must never fail when somebody needs help: where no post is known, the channel's name stands for it,
and a field that the code does not have is a question mark.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from radiobridge.events import Caller
from radiobridge.settings import PostSettings

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_.]*)\}")
_FIXED = ("alert", "channel", "post.id", "post.name", "post.place", "unit", "unit.name")
_UNKNOWN_POST = {"en": "unknown post {post}", "zh": "未登记的{post}号岗", "ko": "등록되지 않은 {post}번 초소"}
_DEFAULT = {"en": "{alert} at {post.name}"}
_DEFAULT_WITHOUT_POST = {"en": "{alert} on channel {channel}"}


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in `language`, or else the first there is."""
    return texts.get(language) or next(iter(texts.values()), "")


@dataclass(frozen=True, slots=True)
class Placeholders:
    """What stands for the placeholders of an alert's texts."""

    alert: str
    channel: str
    caller: Caller
    post_id: str | None
    post: PostSettings | None
    fields: Mapping[str, str]

    def of_alert(self, texts: Mapping[str, str]) -> dict[str, str]:
        """`texts` by language, filled in; a plain English one where there is none."""
        return self.filled(texts or (_DEFAULT if self.post_id else _DEFAULT_WITHOUT_POST))

    def filled(self, texts: Mapping[str, str]) -> dict[str, str]:
        """`texts` by language, filled in."""
        return {language: self._fill(text, language) for language, text in texts.items()}

    def _fill(self, text: str, language: str) -> str:
        name = in_language(self.post.name, language) if self.post else self._unknown(language)
        place = self.post.place if self.post and self.post.place else name
        of_post = {"post.id": self.post_id or self.channel, "post.name": name, "post.place": place}
        # A code may have a field of the name `unit`: what was keyed says more than the radio's own id.
        unit = self.caller.unit or "?"
        of_call = {"unit": unit, "unit.name": self.caller.name or unit, **self.fields, **of_post}
        values = {**of_call, "alert": self.alert, "channel": self.channel}
        return filled(text, values)

    def _unknown(self, language: str) -> str:
        """Where it is, where no post is known: whoever keyed a wrong number must hear it."""
        if self.post_id is None:
            return self.channel
        return in_language(_UNKNOWN_POST, language).format(post=self.post_id)


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled, and a question mark where nothing fills one."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], "?"), text)


def placeholders(text: str) -> list[str]:
    """The names of the placeholders of a text."""
    return _PLACEHOLDER.findall(text)


def unknown_placeholders(text: str, fields: Mapping[str, object] | set[str]) -> list[str]:
    """The placeholders of `text` that neither the alert nor `fields` will fill."""
    known = {*_FIXED, *fields}
    return [name for name in placeholders(text) if name not in known]
