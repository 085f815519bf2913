"""How far posts are from one another, and which of them are nearest to one. Sans-IO."""

from __future__ import annotations

from collections.abc import Iterable
from math import asin, cos, radians, sin, sqrt

from radiobridge.settings import PostSettings

_EARTH_M = 6_371_008.8
"""Mean radius. Source: IUGG, GRS 80. On a sphere distances are wrong by half a percent at the most."""


def distance_m(one: PostSettings, other: PostSettings) -> float | None:
    """The great-circle distance in metres; None where one of them has no coordinates."""
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return None
    north, south = radians(one.lat), radians(other.lat)
    # The haversine formula: exact for posts of one street and for antipodes alike.
    half = (
        sin((north - south) / 2) ** 2 + cos(north) * cos(south) * sin(radians(one.lon - other.lon) / 2) ** 2
    )
    return 2 * _EARTH_M * asin(sqrt(min(half, 1.0)))


def are_neighbours(one: PostSettings, other: PostSettings) -> bool:
    """Whether one of them names the other as its neighbour."""
    return other.id in one.neighbours or one.id in other.neighbours


def nearest_first(origin: PostSettings | None, posts: Iterable[PostSettings]) -> list[PostSettings]:
    """The posts but for `origin`, the nearest to it first; those equally near stay in their order.

    Where coordinates are missing, neighbours come before all others, in the order in which `origin` names
    them, and whoever is no neighbour comes last. Without an origin the order stays.
    """
    if origin is None:
        return [*posts]

    def order(post: PostSettings) -> tuple[int, float]:
        away_m = distance_m(origin, post)
        if away_m is not None:
            return 1, away_m
        if not are_neighbours(origin, post):
            return 2, 0.0
        named = origin.neighbours
        return 0, float(named.index(post.id) if post.id in named else len(named))

    return sorted((post for post in posts if post.id != origin.id), key=order)
