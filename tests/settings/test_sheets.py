"""Posts and units from CSV files, as spreadsheets write them."""

from __future__ import annotations

import string
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiobridge.checks import load_station
from radiobridge.remarks import remarks
from radiobridge.settings import ROSTER_COLUMNS, PostSettings, sheet_text
from radiobridge.settings.sheet import read_sheet
from tests.settings.sheets import POSTS, mistakes, read, station


def test_rows_become_posts_behind_those_of_the_toml_file(tmp_path: Path) -> None:
    own = '[[post]]\nid = "police"\nname = { en = "Police" }\n'
    police, first, second = read(tmp_path, more=own).settings.post
    assert police.id == "police"
    assert first == PostSettings.model_validate(
        {
            "id": "01",
            "name": {"zh": "第一小学", "en": "School 1"},
            "kind": "school",
            "lat": 22.2707,
            "lon": 113.5767,
            "neighbours": ["02"],
            "channel": "schools",
            "selcall": "ccir:10001",
            "units": ["mdc1200:12AB"],
        }
    )
    assert second.name["en"] == "School 2, north"


def test_units_come_from_a_file_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text('ids,name,role,post\n"1234; dtmf:77",Patrol 7,patrol,01\n')
    path = station(tmp_path)
    path.write_text(path.read_text().replace("[roster]", '[roster]\nunits = "units.csv"'))
    (unit,) = load_station(path).settings.unit
    assert (unit.ids, unit.name, unit.role, unit.post) == (("1234", "dtmf:77"), "Patrol 7", "patrol", "01")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_files_of_every_spreadsheet_say_the_same(tmp_path: Path, encoding: str, separator: str) -> None:
    other = POSTS.replace('"School 2, north"', '"School 2\x00 north"').replace(",", separator)
    other = other.replace("\x00", ",")
    assert read(tmp_path, other.encode(encoding)).settings.post == read(tmp_path, POSTS).settings.post


def test_that_a_file_was_read_as_gb18030_is_said(tmp_path: Path) -> None:
    def said(encoding: str) -> str:
        file = read(tmp_path, POSTS.encode(encoding))
        return "\n".join(map(str, file.remarks(remarks(file.settings))))

    assert "roster.posts: is not UTF-8 and was read as GB18030" in said("gb18030")
    assert "GB18030" not in said("utf-8")


def test_headings_may_be_written_as_people_write_them(tmp_path: Path) -> None:
    posts = "ID, Name.ZH-Hant ,Latitude,longitude,Neighbors\n01,第一小學,22.1,113.2,\n"
    (post,) = read(tmp_path, posts).settings.post
    assert (post.id, dict(post.name), post.lat, post.lon) == ("01", {"zh-Hant": "第一小學"}, 22.1, 113.2)


def test_what_excel_writes_to_keep_a_zero_is_read(tmp_path: Path) -> None:
    (post,) = read(tmp_path, 'id,name.en\n"=""01""",School\n').settings.post
    assert post.id == "01"


def test_empty_rows_columns_and_cells_say_nothing(tmp_path: Path) -> None:
    posts = "id,name.en,,kind,\n,,,,\n01,School 1,,,\n\n02,School 2\n"
    first, second = read(tmp_path, posts).settings.post
    assert (first.kind, second.kind) == (None, None)


def test_all_mistakes_are_told_at_once_each_with_its_cell(tmp_path: Path) -> None:
    posts = (
        "id,name.en,nmae.zh,kind,lat,lon,neighbours,channel,selcall,units\n"
        "01,School 1,x,school,222.7,113.5,01,schools,ccir:1,\n"
        "01,School\u202e 2,x,school,22.2,113.5,02,shools,cir:10001,1.2E+05\n"
        "03,=A1,x,a/b,22.2,,04,schools,,\n"
        "4 4,School 4,x,school,no,1,,,,mdc:1\n"
    )
    said = "\n".join(mistakes(tmp_path, posts))
    for wanted in (
        "line 1, column nmae.zh: unknown column; did you mean 'name.zh'?",
        "line 2, column lat: input should be less than or equal to 90, not '222.7'",
        "line 2, column neighbours: '01' is its own neighbour",
        "line 2, column selcall: 'ccir:1': code '1' has 1 digits",
        "line 3, column id: '01' stands twice; each post needs a id of its own (the other is on line 2)",
        "line 3, column name.en: has a hidden character (U+202E)",
        "line 3, column channel: no [[channel]] is called 'shools'; did you mean 'schools'?",
        "line 3, column selcall: no tones 'cir'; did you mean 'ccir'?",
        "line 3, column units: the spreadsheet made the number 1.2E+05 of it",
        "line 4, column name.en: '=A1' is a formula",
        "line 4, column kind: 'a/b' becomes part of an MQTT topic",
        "line 4, column lon: is missing, where lat is given",
        "line 5, column id: string should match pattern",
        "line 5, column lat: input should be a valid number, unable to parse string as a number, not 'no'",
        "line 5, column units: no system 'mdc' tells ids; did you mean 'mdc1200'?",
    ):
        assert wanted in said, said
    assert len(said.splitlines()) == 15, said


def test_mistakes_of_both_files_are_told_together(tmp_path: Path) -> None:
    own = '[[post]]\nid = "02"\nname = { en = "Own" }\nkid = "x"\n'
    of_toml, of_csv = mistakes(tmp_path, more=own)
    assert of_toml == (
        "radiobridge.toml:12: post[0].kid: unknown key; did you mean 'kind'? (there are: cameras, channel, "
        "contacts, id, kind, lat, lon, name, neighbours, place, selcall, units)"
    )
    assert of_csv == (
        "posts.csv, line 3, column id: '02' stands twice; each post needs a id of its own "
        "(the other is in radiobridge.toml, line 10)"
    )


@pytest.mark.parametrize(
    ("posts", "said"),
    [
        ("", ["posts.csv: is empty; `radiobridge roster --template posts` writes what to fill in"]),
        ("id,name.en\n", ["posts.csv: has no post below its first row"]),
        (b"PK\x03\x04 \x00", ["posts.csv: is a workbook: save it as CSV UTF-8 in the spreadsheet"]),
        (
            b"id,name.en\n01,\xff\xff\n",
            ["posts.csv, line 2: neither UTF-8 nor GB18030 text: save it as CSV UTF-8"],
        ),
        ("id,kind\n01,school\n", ["column name.zh or name.en: is missing; each row must have it"]),
        (
            "id,name\n01,School\n",
            ["column name: needs a language: write name.zh, name.en", "column name.zh or"],
        ),
        ("id,name.en,id\n01,School,02\n", ["line 1, column id: stands twice"]),
        ("id,name.en,\n01,School,x\n", ["line 1: a column has cells and no heading"]),
        ("id,name.en\n01,School 1, north\n", ["line 2: has 3 cells, the first row 2: put a cell with"]),
        ('id,name.en\n01,"School\n02,b\n', ["line 2: not CSV from here on: unexpected end of data"]),
        ('id,name.en\n01,"School" 1\n', ["line 2: not CSV from here on"]),
        ('id,name.en\n01,"a\nb"\n', ["line 2, column name.en: has a line break in 'a\\nb'"]),
        ("id,name.en\n01,a\x07\n", ["line 2, column name.en: has a hidden character (U+0007)"]),
        ("id,name.en\n01,??? ??\n", ["line 2, column name.en: '??? ??': its letters were lost"]),
        ("id,name.en\n01,第\ufffd小学\n", ["line 2, column name.en: '第\ufffd小学': its letters were lost"]),
        ("id,name.en\n01,#REF!\n", ["line 2, column name.en: '#REF!' is a formula"]),
        ("id,name.en\n,School\n", ["line 2, column id: is missing; it must be given"]),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, posts: str | bytes, said: list[str]) -> None:
    found = mistakes(tmp_path, posts)
    assert len(found) == len(said), found
    assert all(wanted in line for wanted, line in zip(said, found, strict=True)), found


def test_a_file_that_is_not_there_is_named_and_nothing_else_is_said_because_of_it(tmp_path: Path) -> None:
    path = station(tmp_path, more='post = "01"\n')
    (tmp_path / "posts.csv").unlink()
    with pytest.raises(Exception, match=r"posts\.csv: no such file") as caught:
        load_station(path)
    assert len(str(caught.value).splitlines()) == 1
    (tmp_path / "posts.csv").mkdir()
    with pytest.raises(Exception, match=r"posts\.csv: cannot be read"):
        load_station(path)


def test_the_line_of_a_row_is_its_first_one_whatever_stands_before_it(tmp_path: Path) -> None:
    posts = 'id,name.en,place\n\n01,School 1,"1 School Road"\n"","",""\n02,School 2,x\n02,School 3,y\n'
    (said,) = mistakes(tmp_path, posts)
    assert said.startswith("posts.csv, line 6, column id: '02' stands twice")
    assert said.endswith("(the other is on line 5)")


_TEXT = (
    st.text(
        st.characters(exclude_categories=("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")), min_size=1, max_size=20
    )
    .map(str.strip)
    .filter(lambda text: text and text[0] not in "=#?" and not {*"+\ufffd"} & {*text})
)
_ITEM = _TEXT.map(lambda text: text.replace(";", ",").replace("；", "，").strip()).filter(bool)
_ITEM = _ITEM.filter(lambda text: text[0] not in "=#?")
_ID = st.text(string.ascii_letters + string.digits + "_-", min_size=1, max_size=8)
_POSTS = st.lists(
    st.fixed_dictionaries(
        {"id": _ID, "name": st.dictionaries(st.sampled_from(["zh", "en", "zh-Hant"]), _TEXT, min_size=1)},
        optional={
            "kind": st.sampled_from(["school", "police"]),
            "place": _TEXT,
            "lat": st.floats(-90, 90).map(lambda degrees: round(degrees, 7)),
            "lon": st.floats(-180, 180).map(lambda degrees: round(degrees, 7)),
            "neighbours": st.lists(_ID, min_size=1, max_size=3),
            "contacts": st.lists(_ITEM, min_size=1, max_size=3),
            "cameras": st.lists(_ITEM, min_size=1, max_size=2),
            "units": st.lists(st.sampled_from(["12AB", "mdc1200:1234", "dtmf:*7#"]), min_size=1, max_size=2),
        },
    ),
    min_size=1,
    max_size=5,
)


@given(_POSTS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]))
def test_what_is_written_as_csv_is_read_back_equal(posts: list[dict[str, Any]], encoding: str) -> None:
    made = [PostSettings.model_validate(post) for post in posts]
    columns = ROSTER_COLUMNS["post"]
    text = sheet_text(columns, [post.model_dump(mode="json") for post in made], ("zh", "en", "zh-Hant"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "posts.csv"
        path.write_bytes(text.encode(encoding))
        sheet = read_sheet(path, columns, "post")
    assert sheet.mistakes == []
    assert [PostSettings.model_validate(row) for row in sheet.rows] == made
