"""Mandarin and Cantonese numbers on the air."""

from __future__ import annotations

import pytest

from radiobridge.speech.numbers import chinese, spoken
from tests.speech.numbers.builders import lines, read, table

SAID = table("""
零 = 0, 〇 = 0, 洞 = 0, 一 = 1, 幺 = 1, 壹 = 1, 二 = 2, 两 = 2, 兩 = 2, 三 = 3, 七 = 7, 拐 = 7, 九 = 9
勾 = 9, 钩 = 9, 洞三 = 03, 零三 = 03, 〇三 = 03, 洞洞拐 = 007, 幺两 = 12, 幺二 = 12, 一二 = 12, 拐勾 = 79
拐九 = 79, 两洞 = 20, 两两 = 22, 二两 = 22, 洞幺 = 01, 幺幺 = 11, 幺洞三 = 103, 幺零三 = 103, 一零三 = 103
一〇三 = 103, 二〇〇 = 200, 幺幺零 = 110, 幺两洞 = 120, 幺幺九 = 119, 拐洞勾 = 709, 拐拐洞六 = 7706
洞幺两三四五六拐八勾 = 0123456789, 两洞洞拐幺 = 20071, 十 = 10, 十二 = 12, 一十二 = 12, 十九 = 19
二十 = 20, 二十一 = 21, 三十五 = 35, 九十九 = 99, 廿 = 20, 廿三 = 23, 卅 = 30, 卅五 = 35, 卌二 = 42
一百 = 100, 一百零三 = 103, 一百〇三 = 103, 一百一十 = 110, 一百十二 = 112, 一百一十二 = 112
一百二十三 = 123, 一百廿三 = 123, 一百卅 = 130, 一百三 = 130, 两百五 = 250, 二百 = 200, 两百 = 200
兩百 = 200, 两百零二 = 202, 九百九十九 = 999, 百二 = 120, 千三 = 1300, 一千 = 1000, 一千二 = 1200
两千二 = 2200, 一千零三 = 1003, 一千零三十 = 1030, 一千零一十二 = 1012, 一千零十二 = 1012, 一千二百 = 1200
一千二百三 = 1230, 一千二百零三 = 1203, 一千二百三十四 = 1234, 三千六百五十 = 3650, 两千零二十四 = 2024
九千九百九十九 = 9999, 壹百零壹 = 101, A十二 = A12, a幺两 = A12, A12 = A12, A一百零三 = A103, 十二B = 12B
B洞三 = B03, Bravo 三 = B3, alfa 幺两 = A12, x-ray 四 = X4, Hotel Lima 二 X-ray Yankee Zulu = HL2XYZ
B = B, A B三 = AB3, O一 = O1, 12 = 12, 1 2 = 12, 1二 = 12, 03 = 03, 洞3 = 03, １２ = 12
""")

NOT_NUMBERS = lines("""
一定, 三心二意, 第三, 三号, 三號, 十二号岗, 么, 什么, 么三, 要三, 动三, 伍, 陆, 贰, 叁, 拾, 俩, 仨, 两个
三个零, 百, 千, 百零三, 一百零, 一百零零三, 零十二, 洞十二, 十两, 两十, 幺十, 拐十, 二十十, 廿十, 十廿
三廿, 十十, 十二十三, 二十三四, 三十五十, 一百洞三, 幺百, 勾百, 一百零一十二, 一百二百, 二百一千, 一千零
一千零百, 一千零三百, 百百, 百二十, 一百二三, 万, 一万, 点, 三点五, 好, 收到, 着火, 半, 几, 十几, 三十多
二百多, ab, no, one, 一号 二号, 两人, 一百三十多, 千百
""")


@pytest.mark.parametrize("language", ["zh", "zh-CN", "cmn", "yue", "zh-HK"])
@pytest.mark.parametrize(("said", "meant"), SAID)
def test_what_is_said_is_read(said: str, meant: set[str], language: str) -> None:
    assert read(said, language) == meant


@pytest.mark.parametrize("said", NOT_NUMBERS)
def test_plain_talk_is_no_number(said: str) -> None:
    assert read(said, "zh") == set()


def test_a_part_of_plain_talk_may_be_a_number() -> None:
    assert read("三", "zh") == {"3"}
    assert read("心二意", "zh") == set()


@pytest.mark.parametrize(("character", "digit"), chinese._FIGURES.items())
def test_every_character_of_a_figure_is_that_figure(character: str, digit: str) -> None:
    assert chinese.readings((character,)) == {digit}
    assert chinese.readings(("三", character, "六")) == {f"3{digit}6"}


@pytest.mark.parametrize(("short", "long"), chinese._TENS.items())
def test_a_short_ten_is_the_long_one(short: str, long: str) -> None:
    for following in ("", *"一二三四五六七八九"):
        assert read(short + following, "zh") == read(long + following, "zh") != set()


@pytest.mark.parametrize(
    ("language", "identifier", "said"),
    [
        ("zh", "3", "三"),
        ("zh", "2", "二 两"),
        ("zh", "03", "零三 洞三"),
        ("zh", "12", "十二 幺二 一二 幺两"),
        ("zh", "79", "七十九 七九 拐勾 拐九"),
        ("zh", "103", "幺零三 一零三 幺洞三 一百零三"),
        ("zh", "200", "两百 二百 二零零 两洞洞"),
        ("zh", "130", "幺三零 一三零 幺三洞 一百三十 一百三 一百卅"),
        ("yue", "22", "二十二 廿二 二二 兩兩"),
        ("yue", "103", "一零三 幺零三 幺洞三 一百零三"),
        ("zh-HK", "200", "兩百 二百 二零零 兩洞洞"),
        ("zh", "A3", "a三 alfa三"),
    ],
)
def test_the_ways_to_say_an_identifier(language: str, identifier: str, said: str) -> None:
    assert ["".join(way) for way in spoken(identifier, language)] == said.split()
