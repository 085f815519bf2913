"""Which posts a stage of a response calls."""

from __future__ import annotations

from typing import Any

from radiobridge.dispatch.incidents.call_outs import CallOuts
from radiobridge.dispatch.incidents.called_posts import PostsToCall
from radiobridge.settings import Settings, StageSettings
from tests.builders import Clock
from tests.dispatch.incidents.builders import AT, Book


def table(**more: Any) -> Settings:
    """A police post on a channel of its own, and schools on another: 01 to 05 along a road."""
    return Settings.model_validate(
        {
            "channel": [
                {"name": "police", "input": "udp", "output": "udp", "post": "police"},
                {"name": "schools", "input": "udp", "output": "udp"},
                {"name": "ear", "input": "udp"},
            ],
            "post": [
                {"id": "police", "name": {"en": "Police"}, "kind": "police"},
                *(school(f"0{n}", 0.01 * n) for n in range(1, 6)),
                school("deaf", 0.011) | {"channel": "ear"},
            ],
            **more,
        }
    )


def school(id_: str, lon: float) -> dict[str, Any]:
    return {
        "id": id_,
        "name": {"en": f"School {id_}", "zh": f"{id_}号学校"},
        "kind": "school",
        "lat": 22.0,
        "lon": 113 + lon,
        "channel": "schools",
        "selcall": f"ccir:100{id_}",
    }


def called(calling: str | None, **stage: Any) -> list[str]:
    posts = PostsToCall(table()).of(StageSettings.model_validate(stage), calling)
    return [post.id for post in posts]


def test_the_nearest_of_a_kind_are_called_but_for_the_one_that_called() -> None:
    assert called("02", kinds=["school"], nearest=3) == ["01", "03", "04"]


def test_a_post_that_nobody_can_call_is_no_nearest_one() -> None:
    assert called("01", kinds=["school"], nearest=1) == ["02"]


def test_without_nearest_all_of_a_kind_are_called_the_nearest_first() -> None:
    assert called("05", kinds=["school"]) == ["04", "03", "02", "01"]


def test_nearest_without_a_kind_is_of_all_posts() -> None:
    assert called("03", nearest=2) == ["02", "04"]


def test_posts_that_are_named_come_first_and_once_even_the_one_that_called() -> None:
    assert called("02", posts=["05", "02"], kinds=["school"], nearest=2) == ["05", "02", "01", "03"]


def test_where_nobody_knows_who_called_the_order_of_the_settings_counts() -> None:
    for calling in (None, "99"):
        assert called(calling, kinds=["school"], nearest=2) == ["01", "02"]


def test_a_post_listens_on_its_own_channel_or_on_the_one_that_serves_it() -> None:
    (police,) = PostsToCall(table()).of(StageSettings(posts=("police",)), "01")
    (first,) = PostsToCall(table()).of(StageSettings(posts=("01",)), None)
    assert (police.channel, police.selcall) == ("police", "")
    assert (first.channel, first.selcall) == ("schools", "ccir:10001")


class Rig:
    def __init__(self, *rules: dict[str, Any]) -> None:
        settings = table(response=[*rules])
        self.at = Book()
        self.call_outs = CallOuts(
            settings.response,
            settings.calendar,
            PostsToCall(settings),
            clock=self.at.clock,
            timer=Clock(AT),
        )

    def stage_called(self, post: str | None) -> list[str]:
        """For an incident of the post: where it is called out, and whom the log names."""
        self.call_outs.feed(self.at.call("fire", post))
        return [f"{', '.join(call.channels)}: {call.whom}" for call in self.call_outs.due()]


def test_a_stage_calls_on_its_channels_and_on_those_of_its_posts() -> None:
    rig = Rig({"stage": [{"channels": ["police"], "kinds": ["school"], "nearest": 2}]})
    assert rig.stage_called("01") == ["police, schools: police, post 02, post 03"]


def test_rules_may_be_for_kinds_of_posts_that_call() -> None:
    rig = Rig(
        {"kinds": ["police"], "stage": [{"channels": ["schools"]}]},
        {"kinds": ["school"], "stage": [{"posts": ["police"]}]},
    )
    assert rig.stage_called("01") == ["police: post police"]
    assert rig.stage_called("police") == ["schools: schools"]
    assert rig.stage_called("99") == []
    assert rig.stage_called(None) == []


def test_where_nobody_is_left_to_call_the_log_says_so() -> None:
    rig = Rig({"stage": [{"kinds": ["police"]}]})
    assert rig.stage_called("police") == [": nobody"]


def test_a_reload_takes_new_posts() -> None:
    rig = Rig({"stage": [{"kinds": ["school"], "nearest": 1}]})
    settings = table(response=[{"stage": [{"kinds": ["police"]}]}])
    rig.call_outs.reload(settings.response, settings.calendar, PostsToCall(settings), [])
    assert rig.stage_called("01") == ["police: post police"]
