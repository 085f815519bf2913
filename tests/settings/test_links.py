"""What a file may say of links."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.settings.test_load import loaded, mistakes

CHANNELS = """
[[channel]]
name = "desk"
input = { driver = "udp", port = 7001 }
output = { driver = "udp", port = 7002 }

[[channel]]
name = "police"
input = { driver = "udp", port = 7003 }
output = { driver = "udp", port = 7004 }

[[channel]]
name = "ear"
input = { driver = "udp", port = 7005 }
"""


def test_a_link_is_one_way_or_both(tmp_path: Path) -> None:
    text = CHANNELS + '[[link]]\nheard_on = "ear"\nsent_on = ["desk", "police"]\n'
    text += '[[link]]\nheard_on = "desk"\nsent_on = ["police"]\nboth_ways = true\n'
    one_way, both_ways = loaded(tmp_path, text).settings.link
    assert one_way.pairs == (("ear", "desk"), ("ear", "police"))
    assert both_ways.pairs == (("desk", "police"), ("police", "desk"))


@pytest.mark.parametrize(
    ("link", "said"),
    [
        (
            'heard_on = "dsk"\nsent_on = ["police"]',
            "'dsk'; did you mean 'desk'? (there are: desk, police, ear)",
        ),
        (
            'heard_on = "desk"\nsent_on = ["polise"]',
            "no [[channel]] is called 'polise'; did you mean 'police'?",
        ),
        ('heard_on = "desk"\nsent_on = ["ear"]', "'ear' cannot send: give that channel an output"),
        ('heard_on = "ear"\nsent_on = ["desk"]\nboth_ways = true', "'ear' cannot send"),
        ('heard_on = "desk"\nsent_on = ["desk"]', "'desk' would be relayed to itself"),
        ('heard_on = "desk"\nsent_on = ["police", "police"]', "names a channel twice"),
        ('heard_on = "desk"\nsent_on = []', "at least 1 item"),
        ('heard_on = "desk"\nsent_on = ["police"]\ntimeout_s = 0', "greater than or equal to 1"),
        (
            'heard_on = "ear"\nsent_on = ["desk"]\n[[link]]\nheard_on = "ear"\nsent_on = ["desk"]',
            "'ear' is relayed to 'desk' already",
        ),
    ],
)
def test_a_link_that_cannot_be_is_refused_with_its_line(tmp_path: Path, link: str, said: str) -> None:
    found = mistakes(tmp_path, f"{CHANNELS}[[link]]\n{link}\n")
    assert len(found) == 1
    assert said in found[0]
    assert found[0].startswith("radiobridge.toml:")
