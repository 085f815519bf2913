"""What a file may say of incidents: who is called, and what codes and phrases do."""

from __future__ import annotations

from pathlib import Path

import pytest

from radiobridge.events import Act
from tests.settings.test_links import CHANNELS
from tests.settings.test_load import loaded, mistakes

CODES = """
[[post]]
id = "03"
name = { en = "School 3" }

[[code]]
keys = "*1{post:2}#"
alert = "fire"
"""


def test_rules_codes_and_phrases_are_read(tmp_path: Path) -> None:
    text = f"""{CHANNELS}{CODES}
[[code]]
keys = "*2{{incident:2}}#"
does = "come"

[[phrase]]
says = {{ en = ["incident {{number}} we are on the way"] }}
does = "come"

[[response]]
alerts = ["fire"]
posts = ["03"]
[[response.stage]]
channels = ["desk"]
[[response.stage]]
after_s = 60
channels = ["desk", "police"]
say = {{ en = "Incident {{number}}: {{text}}" }}
siren = "yard"
"""
    settings = loaded(tmp_path, text).settings
    assert settings.code[1].does is Act.COME
    assert settings.phrase[0].does is Act.COME
    (rule,) = settings.response
    assert [stage.after_s for stage in rule.stage] == [0, 60]
    assert rule.stage[0].tones == "attention"


def stage(text: str) -> str:
    return f"[[response]]\n[[response.stage]]\n{text}\n"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('[[code]]\nkeys = "*2#"', "give alert, which it raises, or does"),
        ('[[code]]\nkeys = "*2#"\nalert = "fire"\ndoes = "close"', "give alert, which it raises, or does"),
        ('[[code]]\nkeys = "*2#"\ndoes = "clsoe"', "'acknowledge', 'come', 'arrive', 'close'"),
        ('[[code]]\nkeys = "*2{number:2}#"\ndoes = "close"', "nothing asks for {number}"),
        ('[[code]]\nkeys = "*2{incident:2}{of:2}#"\ndoes = "close"', "nothing asks for {of}"),
        ('[[code]]\nkeys = "*2{incident:1}#"\ndoes = "close"', "incidents have 2 digits"),
        (
            '[[code]]\nkeys = "*2#"\ndoes = "reopen"',
            "it must say which one is opened again: add {incident:2}",
        ),
        ('[[code]]\nkeys = "*2#"\ndoes = "note"', "a note has words: it comes over the bus alone"),
        ('[[phrase]]\nsays = { en = ["note it now"] }\ndoes = "note"', "it comes over the bus alone"),
        (
            '[[phrase]]\nsays = { en = ["we come to {post} now"] }\ndoes = "come"',
            "nothing asks for {post} in this phrase; there is number",
        ),
        (
            '[incidents]\nenabled = false\n[[code]]\nkeys = "*2#"\ndoes = "close"',
            "there are no incidents ([incidents] enabled = false)",
        ),
        (
            "[incidents]\nenabled = false\n" + stage('siren = "yard"'),
            "nobody is called: there are no incidents",
        ),
        (stage("after_s = 5"), "calls nobody: give channels, posts, kinds, nearest, notify or a siren"),
        (stage('channels = ["dsk"]'), "no [[channel]] is called 'dsk'; did you mean 'desk'?"),
        (stage('channels = ["ear"]'), "'ear' cannot send: give that channel an output"),
        (stage('channels = ["desk"]\ntones = "atention"'), "atention"),
        (
            stage('channels = ["desk"]\nsay = { en = "{place} calls" }'),
            "nothing fills {place}; there are number, posts, text",
        ),
        (stage('siren = "a/b"') + '[[response.stage]]\nsiren = "b"\n', "becomes part of an MQTT topic"),
        (
            stage('after_s = 60\nsiren = "a"') + '[[response.stage]]\nsiren = "b"\n',
            "its stages are not in the order of after_s",
        ),
        (
            '[[response]]\nalerts = ["fier"]\n[[response.stage]]\nsiren = "a"',
            "nothing raises 'fier'; did you mean 'fire'?",
        ),
        (
            '[[response]]\nposts = ["30"]\n[[response.stage]]\nsiren = "a"',
            "no [[post]] has the id '30'",
        ),
        ("[[response]]\nalerts = []", "stage"),
        (stage('posts = ["3"]\nsiren = "a"'), "no [[post]] has the id '3'; did you mean '03'?"),
        (
            stage('posts = ["03"]'),
            "'03' listens on no channel: give that post a channel, or a channel that post",
        ),
        (
            stage('kinds = ["school"]'),
            "no [[post]] is of the kind 'school' (there are: none)",
        ),
        (stage("nearest = 3"), "none of these posts listens on a channel that can send: give them one"),
        (stage("nearest = -1"), "greater than or equal to 0"),
        (
            '[[response]]\nkinds = ["school"]\n[[response.stage]]\nsiren = "a"',
            "no [[post]] is of the kind 'school' (there are: none)",
        ),
        (
            '[[post]]\nid = "9"\nname = { en = "x" }\nchannel = "ear"\nkind = "scool"\n'
            + stage('posts = ["9"]'),
            "'ear' cannot send: give that channel an output",
        ),
        (
            '[[post]]\nid = "9"\nname = { en = "x" }\nchannel = "desk"\nkind = "school"\n'
            + stage('kinds = ["scool"]'),
            "no [[post]] is of the kind 'scool'; did you mean 'school'? (there are: school)",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(tmp_path: Path, table: str, said: str) -> None:
    found = mistakes(tmp_path, f"{CHANNELS}{CODES}{table}\n")
    assert len(found) == 1, found
    assert said in found[0]
    assert found[0].startswith("radiobridge.toml:")
