"""`radiobridge roster`: the table, what is missing, and files to fill in."""

from __future__ import annotations

from pathlib import Path

from radiobridge.checks import load_station
from tests.commands.calls import called
from tests.settings.sheets import POSTS, read, station


def test_the_posts_are_shown_with_how_they_are_called_and_what_is_missing(tmp_path: Path) -> None:
    path = station(tmp_path, POSTS.replace("School 2, north", "School 1"))
    done = called("roster", "--config", str(path))
    assert (done.returncode, done.stderr) == (0, "")
    (first,) = [line for line in done.stdout.splitlines() if line.startswith("  01 ")]
    for cell in (
        "第一小学 / School 1",
        "school",
        "22.27070, 113.57670",
        "02",
        "mdc1200:12AB",
        "schools, ccir:10001",
    ):
        assert cell in first
    assert "posts.csv, line 3, column name.en: 'School 1' is the name of two posts" in done.stdout


def test_a_roster_with_mistakes_shows_all_of_them_and_no_table(tmp_path: Path) -> None:
    path = station(tmp_path, POSTS.replace("02,第二", "01,第二").replace("113.58", "east"))
    for arguments in (("roster", "--config", str(path)), ("check", str(path))):
        done = called(*arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert "posts.csv, line 3, column id: '01' stands twice" in done.stderr
        assert "posts.csv, line 3, column lon: input should be a valid number" in done.stderr


def test_a_template_can_be_filled_in_and_read(tmp_path: Path) -> None:
    done = called("roster", "--template", "posts")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("\ufeffid,name.zh,name.en,kind,place,lat,lon,neighbours,channel,selcall,")
    (post,) = read(tmp_path, done.stdout + "01,第一小学,School 1,school\r\n").settings.post
    assert (post.id, post.kind) == ("01", "school")
    assert called("roster", "--template", "units").stdout.strip() == "\ufeffids,name,role,phone,post"


def test_what_stands_in_the_settings_can_be_moved_to_a_file(tmp_path: Path) -> None:
    path = station(tmp_path)
    before = load_station(path).settings.post
    done = called("roster", "--config", str(path), "--template", "posts")
    (tmp_path / "posts.csv").write_bytes(done.stdout.encode())
    assert load_station(path).settings.post == before


def test_a_misuse_and_a_station_without_posts_are_told(tmp_path: Path) -> None:
    assert called("roster").returncode == 2
    assert called("roster", "--template", "people").returncode == 2
    path = station(tmp_path)
    path.write_text(path.read_text().replace('posts = "posts.csv"', ""))
    assert "has no posts: docs/roster.md" in called("roster", "--config", str(path)).stdout
