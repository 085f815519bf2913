"""What is an id, what is an amount, and how each is said in four languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiobridge.voice import Style, spoken_text

_LANGUAGES = ("en", "zh", "yue", "ko")


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en", "unit 1234 calls", "unit one two three four calls"),
        ("en", "radio 07", "radio zero seven"),
        ("en", "call 119.", "call one one nine."),
        ("zh", "呼叫1234", "呼叫幺二三四"),
        ("zh", "07号岗", "零七号岗"),
        ("zh", "拨打119", "拨打幺幺九"),
        ("yue", "呼叫1234", "呼叫一二三四"),
        ("yue", "打999", "打九九九"),
        ("ko", "1234 호출", "일 이 삼 사 호출"),
        ("ko", "119에 신고", "일 일 구 에 신고"),
        ("ko", "제07호", "제 공 칠 호"),
    ],
)
def test_an_id_is_said_digit_by_digit(language: str, text: str, said: str) -> None:
    assert spoken_text(text, language) == said


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "12 children at post 12"),
        ("en", "300 metres, 150 people, 120 km, 100% and 250m"),
        ("en", "3.5 km, the 2nd of 0"),
        ("zh", "12名儿童，3号岗"),
        ("zh", "300米，120人，100%，150 公里"),
        ("yue", "12個小朋友，3號崗"),
        ("yue", "300米，120個人"),
        ("ko", "어린이 12명, 3 초소"),
        ("ko", "300미터, 120 명, 100%, 2026년"),
    ],
)
def test_an_amount_stays_a_number(language: str, text: str) -> None:
    assert spoken_text(text, language) == text


@pytest.mark.parametrize("language", _LANGUAGES)
def test_a_number_grouped_by_commas_is_an_amount(language: str) -> None:
    assert spoken_text("1,200 / 1,234,567", language) == "1200 / 1234567"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Bravo one Alfa Bravo Charlie"),
        ("zh", "Bravo 幺 Alfa Bravo Charlie"),
        ("yue", "Bravo 一 Alfa Bravo Charlie"),
        ("ko", "브라보 일 알파 브라보 찰리"),
    ],
)
def test_a_call_sign_is_spelled(language: str, said: str) -> None:
    assert spoken_text("B1ABC", language) == said


def test_a_call_sign_stands_apart_from_the_words_around_it() -> None:
    assert spoken_text("呼叫HL2XYZ请回答", "zh") == "呼叫 Hotel Lima 二 X-ray Yankee Zulu 请回答"


@pytest.mark.parametrize(
    ("text", "said"),
    [("1A2F", "one Alfa two Foxtrot"), ("00A1", "zero zero Alfa one"), ("A12", "Alfa one two"), ("0A", "0A")],
)
def test_the_id_of_a_radio_is_spelled(text: str, said: str) -> None:
    assert spoken_text(text, "en") == said


@pytest.mark.parametrize("text", ["220V", "B2", "12km", "5G", "MHz", "SOS", "1st", "b1abc", "100W"])
def test_what_is_no_call_sign_stays(text: str) -> None:
    assert spoken_text(text, "en") == text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "one four five point five zero zero"),
        ("zh", "幺四五点五零零"),
        ("yue", "一四五點五零零"),
        ("ko", "일 사 오 점 오 공 공"),
    ],
)
def test_a_frequency_is_said_digit_by_digit(language: str, said: str) -> None:
    assert spoken_text("145.500", language) == said


@pytest.mark.parametrize(
    ("language", "time", "said"),
    [
        ("en", "21:45", "21 45"),
        ("en", "07:05", "zero 7 zero 5"),
        ("en", "21:00", "21 hundred"),
        ("en", "24:00", "24 hundred"),
        ("en", "00:00", "zero 0 hundred"),
        ("en", "21:45:01", "21 45 and 1 second"),
        ("zh", "21:45", "21点45分"),
        ("zh", "2：05", "两点零5分"),
        ("zh", "21:00", "21点整"),
        ("zh", "12:30:15", "12点30分15秒"),
        ("yue", "21:45", "21點45分"),
        ("yue", "02:00", "兩點正"),
        ("ko", "21:45", "21시 45분"),
        ("ko", "07:05", "일곱 시 5분"),
        ("ko", "12:00", "열두 시 정각"),
        ("ko", "00:10:20", "0시 10분 20초"),
    ],
)
def test_a_time_is_said_as_one(language: str, time: str, said: str) -> None:
    assert spoken_text(time, language) == said


@pytest.mark.parametrize("text", ["25:00", "9:5", "21:60", "1:23:99", "1:100", "10.0.0.1"])
def test_what_is_no_time_stays(text: str) -> None:
    assert spoken_text(text, "en") == text


@pytest.mark.parametrize(
    ("language", "style", "said"),
    [
        ("en", "plain", "zero one two three four five six seven eight nine"),
        ("en", "service", "zero one two three four five six seven eight niner"),
        ("zh", "plain", "零幺二三四五六七八九"),
        ("zh", "service", "洞幺两三四五六拐八勾"),
        ("yue", "plain", "零一二三四五六七八九"),
        ("yue", "service", "零一二三四五六七八九"),
        ("ko", "plain", "공 일 이 삼 사 오 육 칠 팔 구"),
        ("ko", "service", "공 일 이 삼 사 오 육 칠 팔 구"),
    ],
)
def test_each_style_has_its_digits(language: str, style: Style, said: str) -> None:
    assert spoken_text("0123456789", language, style) == said


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("en-GB", "one one nine"),
        ("zh-CN", "幺幺九"),
        ("cmn", "幺幺九"),
        ("zh-HK", "一一九"),
        ("zh-yue", "一一九"),
    ],
)
def test_a_region_does_not_change_the_wording(tag: str, said: str) -> None:
    assert spoken_text("119", tag) == said


def test_another_language_has_its_digits_apart_for_its_own_voice() -> None:
    assert spoken_text("Posten 112 um 21:45", "de") == "Posten 1 1 2 um 21:45"


def test_wide_digits_and_letters_are_the_same() -> None:
    assert spoken_text("１１９，Ｂ１ＡＢＣ", "zh") == "幺幺九，Bravo 幺 Alfa Bravo Charlie"


@given(st.text(), st.sampled_from(_LANGUAGES))
def test_an_id_is_found_after_any_text(text: str, language: str) -> None:
    assert spoken_text(f"{text} 4711", language).endswith(spoken_text("4711", language))


@given(st.text(alphabet=st.characters(exclude_categories=["N", "Lu"])), st.sampled_from(_LANGUAGES))
def test_a_text_without_digits_and_capitals_stays(text: str, language: str) -> None:
    assert spoken_text(text, language) == text
