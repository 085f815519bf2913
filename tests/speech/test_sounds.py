"""How near two tokens sound."""

from __future__ import annotations

import pytest

from radiobridge.speech.hangul import liaised
from radiobridge.speech.sounds import distance

ALIKE = 0.2
OTHER = 0.5


@pytest.mark.parametrize(
    "pair",
    [
        *("着 招", "闯 創", "门 們", "三 山", "路 怒", "肉 漏", "火 佛", "花 发", "欢 翻", "人 仍", "星 新"),
        *(
            "leek leak",
            "need knead",
            "their there",
            "hear here",
            "heard hurt",
            "has as",
            "send sent",
            "gun guns",
        ),
        *("재 제", "까 가", "낫 났"),
    ],
)
def test_what_is_written_in_two_ways_or_merged_sounds_alike(pair: str) -> None:
    one, other = pair.split()
    assert distance(one, other) == distance(other, one) <= ALIKE


@pytest.mark.parametrize(
    "pair",
    [
        *("火 车", "门 口", "打 假"),
        *("fight light", "gate game", "police polish", "police place", "gun gum", "fire for", "man men"),
        *("꽃 칼", "훈 련"),
        *("火 fire", "화 fire", "7 8"),
    ],
)
def test_other_words_do_not_sound_alike(pair: str) -> None:
    one, other = pair.split()
    assert distance(one, other) > OTHER


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("칼을", "카를"),
        ("없어", "업써"),
        ("앉아", "안자"),
        ("많이", "마니"),
        ("났습니다", "났슴니다"),
        ("국물", "궁물"),
        ("닫혀", "다쳐"),
        ("급한", "그판"),
        ("사 람", "사 람"),
    ],
)
def test_korean_is_said_as_its_rules_have_it(written: str, said: str) -> None:
    assert "".join(liaised(written)) == said
