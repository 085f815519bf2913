"""What a file may say of check-ins and bulletins."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.settings.test_links import CHANNELS
from tests.settings.test_load import loaded, mistakes, remarked

POST = '[[post]]\nid = "03"\nname = { en = "School 3" }\n[alert.check-in]\nincident = false\n'
CHECK_IN = '[[check_in]]\nname = "morning"\nat = ["07:30"]\ncounts = ["check-in"]\n'
LONE = (
    '[alert.alone]\n[alert.well]\n[[lone_worker]]\nname = "alone"\n'
    'begins = ["alone"]\nends = ["well"]\nalert = "silent"\n'
)
CONTACT = '[[contact]]\nname = "gate-3"\nalert = "emergency"\n'
BULLETIN = '[[bulletin]]\nname = "daily"\nat = ["16:00"]\nchannels = ["desk"]\n'


def test_a_check_in_and_a_bulletin_are_read(tmp_path: Path) -> None:
    text = f'{CHANNELS}{POST}{CHECK_IN}posts = ["03"]\n{BULLETIN}file = "daily.txt"\n'
    settings = loaded(tmp_path, text).settings
    assert settings.check_in[0].within_s == 900
    assert settings.bulletin[0].file == Path("daily.txt")


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        (CHECK_IN + 'posts = ["3"]', "no [[post]] has the id '3'; did you mean '03'?"),
        (CHECK_IN.replace('"check-in"', '"chek-in"'), "nothing raises 'chek-in'; did you mean 'check-in'?"),
        (CHECK_IN + 'channels = ["dsk"]', "no [[channel]] is called 'dsk'; did you mean 'desk'?"),
        (CHECK_IN + 'channels = ["ear"]', "'ear' cannot send: give that channel an output"),
        (CHECK_IN + 'say = { en = "Check in." }', "nothing says on which channels: give channels"),
        (CHECK_IN + 'tones = "1750:x"', "tones"),
        (CHECK_IN + 'remind = { en = "{schools}!" }', "nothing fills {schools}; there is {posts}"),
        (CHECK_IN + "within_s = 5", "greater than or equal to 10"),
        (CHECK_IN + 'days = ["monday"]', "'mon'"),
        (CHECK_IN.replace('"07:30"', '"7:30"'), "'7:30' is no time of day such as 07:30"),
        (CHECK_IN + CHECK_IN, "'morning' stands twice"),
        (BULLETIN, "give say or file, one of the two"),
        (BULLETIN + 'say = { en = "x" }\nfile = "daily.txt"', "give say or file, one of the two"),
        (
            CHECK_IN + BULLETIN.replace("daily", "morning") + 'say = { en = "x" }',
            "'morning' stands twice; each check-in and bulletin needs a name of its own",
        ),
        (LONE + 'channels = ["ear"]', "'ear' cannot send: give that channel an output"),
        (LONE.replace('["well"]', '["alone"]'), "'alone' begins it, too: one of the two"),
        (LONE.replace('["well"]', '["wel"]'), "nothing raises 'wel'; did you mean 'well'?"),
        (CONTACT, "give input, topic or counts, one of the three"),
        (CONTACT + 'topic = "a"\ncounts = ["check-in"]', "give input, topic or counts, one of the three"),
        (CONTACT + 'topic = "town/+"', "is no MQTT topic of one thing"),
        (CONTACT + 'topic = "a"\npost = "3"', "no [[post]] has the id '3'; did you mean '03'?"),
        (CONTACT + 'counts = ["check-in"]\nheartbeat_s = 60', "of which post? Give post"),
        (CONTACT + 'counts = ["check-in"]\npost = "03"', "give heartbeat_s"),
        (CONTACT + 'input = "serial_lin"', "no contact driver 'serial_lin'"),
        (CONTACT + 'input = { driver = "serial_line", port = "ttyS0", line = "rts" }', "'rts'"),
        (CONTACT + 'topic = "a"\n' + CONTACT + 'topic = "b"', "'gate-3' stands twice"),
        ('[drill]\nchannels = ["ear"]', "'ear' cannot send: give that channel an output"),
        (
            '[calendar.hours.school]\n[[response]]\nhours = ["schol"]\n[[response.stage]]\nsiren = "yard"',
            "no [calendar.hours.schol]; did you mean 'school'?",
        ),
    ],
)
def test_what_cannot_be_is_named(tmp_path: Path, tables: str, said: str) -> None:
    assert any(said in mistake for mistake in mistakes(tmp_path, f"{CHANNELS}{POST}{tables}\n"))


def test_who_waits_for_posts_must_have_some(tmp_path: Path) -> None:
    text = CHANNELS + "[alert.check-in]\nincident = false\n" + CHECK_IN
    assert any("nobody can answer: there is no [[post]]" in each for each in mistakes(tmp_path, text))


def test_a_drill_that_anybody_can_begin_is_remarked_on(tmp_path: Path) -> None:
    code = '[[code]]\nkeys = "*60#"\ndoes = "drill"\n'
    assert "makes an exercise of every emergency" in remarked(tmp_path, CHANNELS + code)
    end = code.replace('"drill"', '"end-drill"')
    assert "makes an exercise" not in remarked(tmp_path, CHANNELS + end)
