"""What a file may say of units."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.settings.test_links import CHANNELS
from tests.settings.test_load import loaded, mistakes

POSTS = '[[post]]\nid = "03"\nname = { en = "School 3" }\n'
UNIT = '[[unit]]\nids = ["12a4"]\nname = "Patrol 7"\nrole = "patrol"\npost = "03"\n'


def test_a_unit_is_read_and_its_ids_are_told_as_radios_tell_them(tmp_path: Path) -> None:
    (unit,) = loaded(tmp_path, CHANNELS + POSTS + UNIT).settings.unit
    assert (unit.ids, unit.name, unit.role, unit.post) == (("12A4",), "Patrol 7", "patrol", "03")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[[unit]]\nids = ["12A4"]\nname = "x"\n', "the radio '12A4' belongs to two units; name it once"),
        (
            '[[unit]]\nids = ["1"]\nname = "x"\npost = "033"\n',
            "no [[post]] has the id '033'; did you mean '03'?",
        ),
        ('[[unit]]\nids = []\nname = "x"\n', "ids"),
        ('[[unit]]\nids = ["1"]\n', "name"),
        ('[[unit]]\nids = ["1"]\nname = "x"\nfone = "1"\n', "phone"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(tmp_path: Path, more: str, said: str) -> None:
    found = mistakes(tmp_path, CHANNELS + POSTS + UNIT + more)
    assert len(found) == 1, found
    assert said in found[0]
