"""Korean numbers and letters on the air."""

from __future__ import annotations

import pytest

from radiobridge.speech.numbers import korean, number_words, spoken
from radiobridge.spelling import KOREAN_DIGITS
from tests.speech.numbers.builders import lines, read, table

SAID = table("""
영 = 0, 공 = 0, 령 = 0, 제로 = 0, 일 = 1, 이 = 2 | E, 삼 = 3, 오 = 5 | O, 육 = 6, 륙 = 6, 구 = 9, 하나 = 1
둘 = 2, 셋 = 3, 넷 = 4, 다섯 = 5, 여섯 = 6, 일곱 = 7, 여덟 = 8, 아홉 = 9, 한 = 1, 두 = 2, 세 = 3
스무 = 20, 열 = 10, 스물 = 20, 아흔 = 90, 공삼 = 03, 공 삼 = 03, 영삼 = 03, 영 삼 = 03, 공공칠 = 007
공 공 칠 = 007, 제로 삼 = 03, 일이 = 12, 일 이 = 12, 하나둘 = 12, 하나 둘 = 12, 둘하나 = 21, 둘 하나 = 21
하나 둘 삼 = 123, 하나둘삼넷 = 1234, 오 여섯 칠 팔 = 5678 | O678, 아홉 공 = 90, 하나 공 삼 = 103
하나공삼 = 103, 일공삼 = 103, 일 영 삼 = 103, 이공둘팔칠둘하나 = 2028721, 칠팔팔 = 788, 일곱 여덟 = 78
셋 셋 = 33, 삼셋 = 33, 일일구 = 119, 하나하나둘 = 112, 육이오 = 625, 십 = 10, 일십 = 10, 십이 = 12
십 이 = 12, 십육 = 16, 이십 = 20, 이십일 = 21, 이십 일 = 21, 이 십 일 = 21 | E11, 이 십이 = 22 | E12
이십이 = 22, 삼십오 = 35, 구십구 = 99, 구 십 구 = 99, 륙십륙 = 66, 백 = 100, 일백 = 100, 백삼 = 103
백 삼 = 103, 백십 = 110, 백 이십 = 120, 백이십삼 = 123, 백 이십 삼 = 123, 이백 = 200, 이백오 = 205
구백구십구 = 999, 천 = 1000, 일천 = 1000, 천이 = 1002, 천이백 = 1200, 천 이백 삼십 사 = 1234
천삼백오 = 1305, 이천이십사 = 2024, 구천구백구십구 = 9999, 천십 = 1010, 열하나 = 11, 열 하나 = 11
열한 = 11, 열두 = 12, 열둘 = 12, 열네 = 14, 열다섯 = 15, 스물하나 = 21, 스물 하나 = 21, 스물한 = 21
스물네 = 24, 서른셋 = 33, 마흔 = 40, 쉰다섯 = 55, 예순 여섯 = 66, 일흔일곱 = 77, 여든여덟 = 88
아흔아홉 = 99, 백하나 = 101, 백스물둘 = 122, 백 열 둘 = 112, 에이 십이 = A12, 에이십이 = A12
에이 하나 둘 = A12, 알파 일 이 = A12, 알파일이 = A12, 브라보 공삼 = B03, 비 삼 = B3, 씨 일 = C1
시 일 = C1, 십이 비 = 12B, 에코 칠 = E7, 이 칠 = 27 | E7, 오스카 일 = O1, 에이 이 삼 = A23 | AE3
에이치 일 = H1, 엑스레이 사 = X4, 엑스 사 = X4, 호텔 리마 이 엑스레이 양키 줄루 = HL2XYZ | HLEXYZ
줄루 = Z, 에이에프 = AF, 아이 삼 = I3, 더블유 구 = W9, 케벡 오 = Q5 | QO, 퀘벡 오 = Q5 | QO, 비 = B
a 십이 = A12, B 삼 = B3, a12 = A12, 12 = 12, 1 2 = 12, 03 = 03, 공 3 = 03, 1 이 = 12
""")

NOT_NUMBERS = lines("""
네, 네 삼, 네 둘, 네네, 한두, 두 삼, 두세, 세 넷, 스무하나, 스무 하나, 하 나, 다 섯, 여 덟, 열열, 열 스물
스물 열, 열십, 열 십, 십십, 이십하나, 십하나, 십 둘, 이십 이십, 백백, 백천, 이백 삼백, 공백, 영십, 공십
백공삼, 백 공 삼, 천영삼, 하나백, 둘십, 하나 십, 셋천, 열일, 스물삼, 십열, 삼번, 삼 번, 제삼, 삼호, 삼초소
초소, 화재, 지원 화재, 지구, 유일, 유사, 시사, 비오, 지사, 만, 일만, 원, 투, 쓰리, 포, 서, 석, 너, 넉, 첫
예, 아니요, 사람, 이것, 오늘, 일요일, 구조, 공원, 육교, 하나로, 둘이, 둘이 둘이, 셋이, 몇, 여러, 수십
십여, 점, 삼점오
""")


@pytest.mark.parametrize("language", ["ko", "ko-KR"])
@pytest.mark.parametrize(("said", "meant"), SAID)
def test_what_is_said_is_read(said: str, meant: set[str], language: str) -> None:
    assert read(said, language) == meant


@pytest.mark.parametrize("said", NOT_NUMBERS)
def test_plain_talk_is_no_number(said: str) -> None:
    assert read(said, "ko") == set()


@pytest.mark.parametrize(("word", "digit"), korean._FIGURES.items())
def test_every_word_of_a_figure_is_that_figure(word: str, digit: str) -> None:
    assert digit in read(word, "ko")
    assert read(f"삼{word}육", "ko") == {f"3{digit}6"}


@pytest.mark.parametrize(("ten", "digit"), korean._NATIVE_TENS.items())
def test_every_native_number_is_read_joined_and_spaced(ten: str, digit: str) -> None:
    for unit, value in (korean._NATIVE | korean._COUNTING).items():
        assert read(ten + unit, "ko") == read(f"{ten} {unit}", "ko") == {digit + value}


def test_every_number_of_two_digits_is_read_joined_and_spaced() -> None:
    for number in range(20, 100):
        ten, unit = (KOREAN_DIGITS[digit] for digit in divmod(number, 10))
        said = f"{ten}십" + (unit if number % 10 else "")
        assert read(said, "ko") == {str(number)}
        assert str(number) in read(" ".join(said), "ko")


@pytest.mark.parametrize(("word", "letter"), korean._LETTER_OF.items())
def test_every_name_of_a_letter_is_that_letter(word: str, letter: str) -> None:
    assert read(word, "ko") == {letter}
    assert read(f"{word} 칠", "ko") == {f"{letter}7"}


@pytest.mark.parametrize(
    ("identifier", "said"),
    [
        ("3", "삼|셋"),
        ("03", "공 삼|영 삼"),
        ("12", "십이|십 이|열둘|열 둘|일 이|하나 둘"),
        ("22", "이십이|이십 이|이 십 이|스물둘|스물 둘|이 이|둘 둘"),
        ("103", "백삼|백 삼|일 공 삼|하나 공 삼|일 영 삼"),
        ("A3", "에이 삼|에이 셋|알파 삼|알파 셋"),
    ],
)
def test_the_ways_to_say_an_identifier(identifier: str, said: str) -> None:
    assert [" ".join(way) for way in spoken(identifier, "ko")] == said.split("|")


def test_a_grammar_has_the_joined_forms_that_vocabularies_have() -> None:
    assert {"십이", "이십일", "스물한", "열두", "이백", "육천"} <= set(number_words("ko"))
