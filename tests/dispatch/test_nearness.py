"""Which post is nearest."""

from __future__ import annotations

import pytest

from radiobridge.dispatch.nearness import distance_m, nearest_first
from radiobridge.settings import PostSettings


def post(id_: str, at: tuple[float, float] | None = None, *neighbours: str) -> PostSettings:
    where = {"lat": at[0], "lon": at[1]} if at else {}
    return PostSettings.model_validate({"id": id_, "name": {"en": id_}, "neighbours": neighbours, **where})


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        ((48.8566, 2.3522), (51.5074, -0.1278), 343.6),  # Paris, London
        ((39.9042, 116.4074), (31.2304, 121.4737), 1067.3),  # Beijing, Shanghai
        ((-33.8688, 151.2093), (-36.8485, 174.7633), 2155.9),  # Sydney, Auckland
        ((51.8, 179.5), (51.8, -179.5), 68.8),  # across the date line
        ((0.0, 0.0), (0.0, 180.0), 20015.1),  # half round the world
        ((90.0, 0.0), (-90.0, 77.0), 20015.1),
        ((22.27, 113.57), (22.27, 113.57), 0.0),
    ],
)
def test_distances_are_those_of_the_atlas(
    one: tuple[float, float], other: tuple[float, float], km: float
) -> None:
    for there, back in ((one, other), (other, one)):
        assert distance_m(post("a", there), post("b", back)) == pytest.approx(km * 1000, rel=1e-3)


def test_posts_of_one_street_are_told_apart() -> None:
    metre = 1 / 111_195
    assert distance_m(post("a", (22.27, 113.57)), post("b", (22.27 + metre, 113.57))) == pytest.approx(
        1, abs=0.01
    )


def test_without_coordinates_there_is_no_distance() -> None:
    assert distance_m(post("a"), post("b", (1, 1))) is None


def order(origin: PostSettings | None, *posts: PostSettings) -> str:
    return "".join(each.id for each in nearest_first(origin, posts))


def test_the_nearest_comes_first_and_the_one_that_called_is_left_out() -> None:
    a, b, c, d = post("a", (0, 0)), post("b", (0, 3)), post("c", (0, -1)), post("d", (2, 0))
    assert order(a, a, b, c, d) == "cdb"


def test_those_equally_near_stay_in_their_order() -> None:
    a, b, c = post("a", (0, 0)), post("b", (0, 1)), post("c", (0, -1))
    assert order(a, b, c) == "bc"
    assert order(a, c, b) == "cb"


def test_where_coordinates_are_missing_neighbours_come_first_and_strangers_last() -> None:
    a = post("a", (0, 0), "e", "d")
    near, far, d, e, f = post("b", (0, 1)), post("c", (0, 9)), post("d"), post("e"), post("f")
    assert order(a, f, far, near, d, e) == "edbcf"


def test_a_neighbour_is_one_whoever_of_the_two_says_so() -> None:
    assert order(post("a"), post("b"), post("c", None, "a")) == "cb"


def test_neighbours_do_not_count_where_the_distance_is_known() -> None:
    a = post("a", (0, 0), "c")
    assert order(a, post("b", (0, 1)), post("c", (0, 2))) == "bc"


def test_without_a_post_that_called_the_order_stays() -> None:
    assert order(None, post("b", (0, 1)), post("a")) == "ba"
