"""What a file may say of self-tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.settings.test_links import CHANNELS
from tests.settings.test_load import loaded, mistakes


def test_a_test_is_heard_by_another_channel_or_by_the_same(tmp_path: Path) -> None:
    text = CHANNELS + '[[self_test]]\nsent_on = "desk"\nheard_on = "ear"\nevery_s = 3600\n'
    text += '[[self_test]]\nsent_on = "police"\nat = ["07:30"]\n'
    two, same = loaded(tmp_path, text).settings.self_test
    assert (two.hearer, same.hearer) == ("ear", "police")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('sent_on = "desk"', "give every_s or at, one of the two"),
        ('sent_on = "desk"\nevery_s = 60\nat = ["07:30"]', "give every_s or at, one of the two"),
        ('sent_on = "desk"\nevery_s = 5', "greater than or equal to 60"),
        ('sent_on = "desk"\nat = ["7:30"]', "'7:30' is no time of day such as 07:30"),
        ('sent_on = "desk"\nevery_s = 60\nkeys = "XY"', "keys"),
        ('sent_on = "dsk"\nevery_s = 60', "no [[channel]] is called 'dsk'; did you mean 'desk'?"),
        ('sent_on = "desk"\nheard_on = "er"\nevery_s = 60', "no [[channel]] is called 'er'"),
        (
            'sent_on = "ear"\nheard_on = "desk"\nevery_s = 60',
            "'ear' cannot send: give that channel an output",
        ),
        (
            'sent_on = "desk"\nevery_s = 60\nkeys = "1*2"',
            "the code '*1#' begins with '*': give another key here",
        ),
        ('sent_on = "desk"\nheard_on = "deaf"\nevery_s = 60', "'deaf' hears no keys"),
        ('sent_on = "desk"\nheard_on = "ids"\nevery_s = 60', "takes 4 keys for a radio's id"),
        (
            'sent_on = "desk"\nevery_s = 60\n[[self_test]]\nsent_on = "desk"\nevery_s = 90',
            "'desk' stands twice",
        ),
    ],
)
def test_a_test_that_cannot_be_is_refused_with_its_line(tmp_path: Path, table: str, said: str) -> None:
    more = '[[code]]\nkeys = "*1#"\nalert = "fire"\n'
    for name, signals, port in (("deaf", "dtmf = false", 7007), ("ids", "dtmf_id_digits = 4", 7009)):
        more += f'[[channel]]\nname = "{name}"\nsignals = {{ {signals} }}\n'
        more += f'input = {{ driver = "udp", port = {port} }}\n'
    found = mistakes(tmp_path, f"{CHANNELS}{more}[[self_test]]\n{table}\n")
    assert len(found) == 1
    assert said in found[0]
    assert found[0].startswith("radiobridge.toml:")
