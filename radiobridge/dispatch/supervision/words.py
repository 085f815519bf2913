"""What posts are told that were not heard from, in English, Chinese and Korean: short, for the air."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from radiobridge.dispatch.texts import filled, in_language
from radiobridge.events import RoundPlan
from radiobridge.settings import PostSettings

LANGUAGES = ("en", "zh", "ko")
MOST_NAMED = 8
"""Posts that are read out one by one: of more nobody keeps track."""
_REMIND = {
    "en": "{posts}: please check in.",
    "zh": "{posts}，请报到。",
    "ko": "{posts}, 보고 바랍니다.",
}
_MORE = {"en": " and {count} more", "zh": "等另外{count}个单位", "ko": " 외 {count}곳"}
_MISSED = {
    "en": "{posts}: no check-in",
    "zh": "{posts}没有报到",
    "ko": "{posts} 보고 없음",
}


def reminder(plan: RoundPlan, posts: Sequence[str], known: Mapping[str, PostSettings]) -> dict[str, str]:
    """What those who are missing are told, by language."""
    return {
        language: filled(text, {"posts": names(plan, posts, known, language)})
        for language, text in (plan.remind or _REMIND).items()
    }


def missed(plan: RoundPlan, posts: Sequence[str], known: Mapping[str, PostSettings]) -> dict[str, str]:
    """What has happened, by language, where nobody was heard from these posts."""
    return {
        language: text.format(posts=names(plan, posts, known, language)) for language, text in _MISSED.items()
    }


def names(plan: RoundPlan, posts: Sequence[str], known: Mapping[str, PostSettings], language: str) -> str:
    """The posts by name, as they are read out."""
    named = [
        in_language(known[post].name, language) if post in known else plan.called.get(post, post)
        for post in posts
    ]
    said = ("、" if language == "zh" else ", ").join(named[:MOST_NAMED])
    more = len(named) - MOST_NAMED
    return said + (in_language(_MORE, language).format(count=more) if more > 0 else "")
