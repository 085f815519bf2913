"""What is missing in a roster that can be used: nothing fails because of it, and somebody may count on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from math import inf

from radiobridge.dispatch.incidents.called_posts import PostsToCall
from radiobridge.dispatch.nearness import distance_m
from radiobridge.settings import Finding, Place, PostSettings, Settings, StageSettings

_FAR_M = 100_000.0
"""A post that is so far from every other was hardly meant there: a digit is wrong, or two are swapped."""
_POST_FIELD = re.compile(r"\{post:([0-9]+)\}")


def roster_gaps(settings: Settings) -> list[Finding]:
    """All of the file."""
    return [
        *_same_names(settings),
        *_not_keyed(settings),
        *_far_away(settings.post),
        *(
            finding
            for r, rule in enumerate(settings.response)
            for s, stage in enumerate(rule.stage)
            for finding in _stage(("response", r, "stage", s), stage, settings)
        ),
    ]


def _same_names(settings: Settings) -> Iterator[Finding]:
    """Whoever hears such a name does not know who is meant."""
    first: dict[tuple[str, str], int] = {}
    for index, post in enumerate(settings.post):
        for language, name in post.name.items():
            other = first.setdefault((language, name), index)
            if other != index:
                why = f"{name!r} is the name of two posts: who hears it cannot tell which"
                yield Finding(("post", index, "name", language), why, ("post", other, "name", language))
    people: dict[str, int] = {}
    for index, unit in enumerate(settings.unit):
        other = people.setdefault(unit.name, index)
        if other != index:
            why = f"{unit.name!r} is the name of two units: the log of an incident does not tell which"
            yield Finding(("unit", index, "name"), why, ("unit", other, "name"))


def _not_keyed(settings: Settings) -> Iterator[Finding]:
    """Ids that spreadsheets have taken the first zero from, as far as that can be seen."""
    lengths = {int(digits) for code in settings.code for digits in _POST_FIELD.findall(code.keys)}
    for index, post in enumerate(settings.post):
        if lengths and post.id.isdecimal() and len(post.id) < min(lengths):
            zeros = post.id.zfill(min(lengths))
            why = f"no code can name {post.id!r}: {{post:{min(lengths)}}} stands for {zeros!r}"
            yield Finding(("post", index, "id"), why)


def _far_away(posts: Iterable[PostSettings]) -> Iterator[Finding]:
    for index, post in enumerate(known := [*posts]):
        away_m = [
            metres for other in known if other is not post if (metres := distance_m(post, other)) is not None
        ]
        if len(away_m) > 1 and min(away_m, default=inf) > _FAR_M:
            why = (
                f"{min(away_m) / 1000:.0f} km from the nearest other post: see whether lat and lon are right"
            )
            yield Finding(("post", index, "lat"), why)


def _stage(place: Place, stage: StageSettings, settings: Settings) -> Iterator[Finding]:
    """Posts that a stage would call, and cannot, or not rightly."""
    if not stage.kinds and not stage.nearest:
        return
    meant = [post for post in settings.post if not stage.kinds or post.kind in stage.kinds]
    posts = PostsToCall(settings)
    key = "kinds" if stage.kinds else "nearest"
    if deaf := [post.id for post in meant if not posts.way_to(post.id)]:
        yield Finding((*place, key), f"nobody can call {_listed(deaf)}: no channel that can send is theirs")
    if not stage.nearest:
        return
    placeless = [post.id for post in settings.post if post.lat is None]
    if len(placeless) == len(settings.post):
        why = "no post has lat and lon: neighbours come first, and then the order of the settings"
        yield Finding((*place, "nearest"), why)
    elif placeless:
        why = f"who is nearest to {_listed(placeless)} goes by neighbours alone: no lat and lon"
        yield Finding((*place, "nearest"), why)


def _listed(ids: list[str]) -> str:
    return ("post " if len(ids) == 1 else "posts ") + ", ".join(ids)
