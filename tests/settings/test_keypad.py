from pathlib import Path

import pytest

from tests.settings.test_load import CHANNEL, loaded, mistakes, remarked

CODE = '[[code]]\nkeys = "{}"\nalert = "fire"\n'
TEST = '[keypad_test]\nkeys = "{}"\n'


def remarks_on_keys(folder: Path, text: str) -> list[str]:
    return [line for line in remarked(folder, CHANNEL + text).splitlines() if ".keys: " in line]


@pytest.mark.parametrize("code", ["*0#", "*{zone:1}#", "*0#5", "*0"])
def test_a_test_that_collides_with_a_code_is_refused_with_both_lines(tmp_path: Path, code: str) -> None:
    (mistake,) = mistakes(tmp_path, CHANNEL + CODE.format(code) + TEST.format("*0#"))
    assert mistake.startswith("radiobridge.toml:9: keypad_test.keys: ambiguous: ")
    assert "line 6" in mistake


def test_a_code_with_the_keys_of_the_default_switches_the_test_off_and_is_remarked_on(tmp_path: Path) -> None:
    (remark,) = remarks_on_keys(tmp_path, CODE.format("*0#"))
    assert remark.startswith(f"{tmp_path}/radiobridge.toml:6: code[0].keys: is in the way of '*0#'")
    assert remarks_on_keys(tmp_path, CODE.format("*0#") + TEST.format("")) == []


@pytest.mark.parametrize("keys", ["*0x#", "*0{unit}#"])
def test_keys_that_are_none_are_named(tmp_path: Path, keys: str) -> None:
    (mistake,) = mistakes(tmp_path, CHANNEL + TEST.format(keys))
    assert mistake.startswith("radiobridge.toml:6: keypad_test.keys: ")
    assert "a code is made of the keys" in mistake


def test_a_field_that_nothing_asks_for_is_named(tmp_path: Path) -> None:
    (mistake,) = mistakes(tmp_path, CHANNEL + TEST.format("*0{post:2}#"))
    assert "nothing asks for {post}; the one field is {unit:2}" in mistake
    assert loaded(tmp_path, CHANNEL + TEST.format("*0{unit:2}#")).settings.keypad_test.keys == "*0{unit:2}#"


def test_a_code_that_all_keys_in_order_raise_is_remarked_on(tmp_path: Path) -> None:
    (remark,) = remarks_on_keys(tmp_path, CODE.format("456"))
    assert "code[0].keys: who goes through all keys as 123A456B789C*0#D in a keypad test raises" in remark
    assert remarks_on_keys(tmp_path, CODE.format("456") + TEST.format("")) == []
    assert remarks_on_keys(tmp_path, CODE.format("*1{post:2}#")) == []


def test_a_test_whose_beginning_is_lost_is_remarked_on_where_it_is_an_alert(tmp_path: Path) -> None:
    (remark,) = remarks_on_keys(tmp_path, CODE.format("10#") + TEST.format("*10#"))
    assert "'*10#' with its beginning lost reads as '10#'" in remark
    assert "line 9" in remark
