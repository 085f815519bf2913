"""What a file may say of units."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.settings.test_links import CHANNELS
from tests.settings.test_load import loaded, mistakes, remarked

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


def test_an_id_may_be_of_one_system_alone_and_is_told_as_radios_tell_it(tmp_path: Path) -> None:
    text = CHANNELS + '[[unit]]\nids = ["MDC1200: 1a2b", "dtmf:12", "zvei1:12345", "77"]\nname = "x"\n'
    text += '[[operator]]\nid = "1"\nname = "x"\npin = "2468"\nunits = ["mdc1200:1a2b"]\n'
    settings = loaded(tmp_path, text).settings
    assert settings.unit[0].ids == ("mdc1200:1A2B", "dtmf:12", "zvei1:12345", "77")
    assert settings.operator[0].units == ("mdc1200:1A2B",)


@pytest.mark.parametrize(
    ("id_", "said"),
    [
        ("mdc:1234", "no system 'mdc' tells ids; did you mean 'mdc1200'?"),
        ("mdc1200:123", "an id in mdc1200 has four hexadecimal digits"),
        ("ccir:123", "an id in ccir has 4 to 8 digits"),
        ("ccir:12E45", "an id in ccir has 4 to 8 digits"),
        ("dtmf:", "an id in dtmf has 1 to 16 keys"),
    ],
)
def test_an_id_that_no_radio_of_its_system_has_is_refused(tmp_path: Path, id_: str, said: str) -> None:
    (found,) = mistakes(tmp_path, f'{CHANNELS}[[unit]]\nids = ["{id_}"]\nname = "x"\n')
    assert said in found


def test_the_same_digits_may_be_of_two_people_in_two_systems_and_not_in_one(tmp_path: Path) -> None:
    def units(*ids: str) -> str:
        return CHANNELS + "".join(f'[[unit]]\nids = ["{id_}"]\nname = "{id_}"\n' for id_ in ids)

    loaded(tmp_path, units("1234", "mdc1200:1234", "dtmf:1234"))
    (found,) = mistakes(tmp_path, units("dtmf:1234", "DTMF:1234"))
    assert "the radio 'dtmf:1234' belongs to two units" in found


def test_what_a_post_names_must_be_there(tmp_path: Path) -> None:
    post = POSTS + 'neighbours = ["03", "033"]\nchannel = "dsk"\nselcall = "ccir:1"\nlat = 1.0\n'
    said = "\n".join(mistakes(tmp_path, CHANNELS + post))
    assert "post[0].neighbours: '03' is its own neighbour" in said
    assert "post[0].neighbours: no [[post]] has the id '033'; did you mean '03'?" in said
    assert "post[0].channel: no [[channel]] is called 'dsk'; did you mean 'desk'?" in said
    assert "post[0].selcall: 'ccir:1': code '1' has 1 digits" in said
    assert "post[0].lon: is missing, where lat is given: give both or neither" in said
    assert len(said.splitlines()) == 5


def test_what_is_missing_in_a_roster_is_remarked_on(tmp_path: Path) -> None:
    def post(id_: str, more: str = "") -> str:
        return f'[[post]]\nid = "{id_}"\nname = {{ en = "School {id_}" }}\nkind = "school"\n{more}\n'

    rule = '[[response]]\n[[response.stage]]\nkinds = ["school"]\nnearest = 2\n'
    code = '[[code]]\nkeys = "*1{post:2}#"\nalert = "fire"\n'
    listens = 'channel = "desk"'
    text = CHANNELS + code + rule + post("01", listens) + post("2", listens) + post("04")
    said = remarked(tmp_path, text)
    assert "post[1].id: no code can name '2': {post:2} stands for '02'" in said
    assert "kinds: nobody can call post 04: no channel that can send is theirs" in said
    assert "nearest: no post has lat and lon: neighbours come first, and then the order" in said
    near, far = listens + "\nlat = 22.1\nlon = 113.2", listens + "\nlat = 2.21\nlon = 113.2"
    said = remarked(
        tmp_path, CHANNELS + rule + post("01", near) + post("02", near) + post("03", far) + post("04")
    )
    assert "nearest: who is nearest to post 04 goes by neighbours alone: no lat and lon" in said
    assert "post[2].lat: 2212 km from the nearest other post: see whether lat and lon are right" in said


def test_a_name_that_two_have_is_remarked_on(tmp_path: Path) -> None:
    posts = POSTS + POSTS.replace('"03"', '"04"')
    said = remarked(tmp_path, CHANNELS + posts + UNIT + UNIT.replace("12a4", "12a5"))
    assert "post[1].name.en: 'School 3' is the name of two posts" in said
    assert "unit[1].name: 'Patrol 7' is the name of two units" in said


def test_selective_calls_that_leave_no_time_for_words_are_remarked_on(tmp_path: Path) -> None:
    def town(selcall: str) -> str:
        posts = "".join(
            f'[[post]]\nid = "{n}"\nname = {{ en = "School {n}" }}\nchannel = "desk"\n'
            f'selcall = "{selcall.format(300 + 50 * n)}"\n'
            for n in range(10)
        )
        return remarked(tmp_path, CHANNELS + posts)

    assert "120 s are hardly enough to open 8 radios (64 s of selective calls)" in town("two-tone:{}")
    assert "selective calls" not in town("ccir:10{}")
