"""Alert texts: `{post.name}` and the code's fields become words, in each language.

A text must never fail when somebody needs help: where no post is known, the channel's name stands for it,
and a field that the code does not have is a question mark.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from radiobridge.settings import PostSettings

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_.]*)\}")
_FIXED = ("alert", "channel", "post.id", "post.name", "post.place", "unit")
_DEFAULT = {"en": "{alert} at {post.name}"}
_DEFAULT_WITHOUT_POST = {"en": "{alert} on channel {channel}"}


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in `language`, or else the first there is."""
    return texts.get(language) or next(iter(texts.values()), "")


def render(
    texts: Mapping[str, str],
    *,
    alert: str,
    channel: str,
    unit: str | None,
    post_id: str | None,
    post: PostSettings | None,
    fields: Mapping[str, str],
) -> dict[str, str]:
    """`texts` with their placeholders filled in, by language; a plain English one where there is none."""
    if not texts:
        texts = _DEFAULT if post_id else _DEFAULT_WITHOUT_POST

    def fill(text: str, language: str) -> str:
        name = in_language(post.name, language) if post else post_id or channel
        place = post.place if post and post.place else name
        of_post = {"post.id": post_id or channel, "post.name": name, "post.place": place}
        # A code may have a field of the name `unit`: what was keyed says more than the radio's own id.
        values = {"unit": unit or "?", **fields, **of_post, "alert": alert, "channel": channel}
        return _PLACEHOLDER.sub(lambda m: values.get(m[1], "?"), text)

    return {language: fill(text, language) for language, text in texts.items()}


def unknown_placeholders(text: str, fields: Mapping[str, object] | set[str]) -> list[str]:
    """The placeholders of `text` that neither the alert nor `fields` will fill."""
    known = {*_FIXED, *fields}
    return [name for name in _PLACEHOLDER.findall(text) if name not in known]
