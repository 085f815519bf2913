"""`radiobridge report`: from the journal of a station to tables, CSV and a page."""

from __future__ import annotations

import subprocess
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from radiobridge.events import Act
from tests.commands.calls import called
from tests.dispatch.incidents.builders import AT, Book
from tests.history.builders import history_in, journal_in, url_in

MACAU = ZoneInfo("Asia/Macau")
DAY = f"{datetime.fromtimestamp(AT, MACAU):%Y-%m-%d}"
"""On which the incidents were: 2026-11-25."""


def station(folder: Path, more: str = "") -> Path:
    """Settings of a station that had a fire, which was closed, and a fight."""
    at = Book()
    fire, fight = at.call("fire"), at.call("fight", "05")
    at.clock.now += 75
    at.ask(Act.ACKNOWLEDGE, fire.number)
    at.ask(Act.CLOSE, fire.number)
    journal_in(folder, *at.known(fire.id).log, *at.known(fight.id).log)
    settings = folder / "radiobridge.toml"
    settings.write_text(
        f'[station]\nname = "duty-room"\nstate_dir = "{folder}"\n'
        '[[channel]]\nname = "police"\ninput = { driver = "stdin" }\n'
        '[[post]]\nid = "03"\nname = { zh = "第三小学", en = "School [b]3" }\n'
        '[[post]]\nid = "05"\nname = { en = "Harbour" }\n' + more
    )
    return settings


def report(settings: Path, *arguments: str, date: str = DAY) -> subprocess.CompletedProcess[str]:
    where = ("--config", str(settings), "--time-zone", "Asia/Macau", "--date", date)
    return called("report", *arguments, *where)


def line(done: subprocess.CompletedProcess[str], words: str) -> list[str]:
    """The first line that begins with these words."""
    return next(each.split() for each in done.stdout.splitlines() if each.strip().startswith(words))


@pytest.mark.parametrize("period", ["day", "week", "month", "year"])
def test_what_was_in_the_journal_is_in_the_report(tmp_path: Path, period: str) -> None:
    settings = station(tmp_path)
    for _ in range(2):
        done = report(settings, period)
        assert (done.returncode, done.stderr) == (0, "")
        assert f"duty-room: {period} 2026" in done.stdout
        assert line(done, "in all")[2] == "2"
        assert line(done, "still open")[2] == "1"
        assert line(done, "took it")[3:] == ["1", "0:01:15", "0:01:15"]
        assert line(done, "03")[:3] == ["03", "第三小学", "1"]
        assert "no check-in was due" in done.stdout
        assert "\x1b" not in done.stdout


def test_posts_are_named_in_the_language_that_was_asked_for(tmp_path: Path) -> None:
    done = report(station(tmp_path), "day", "--language", "en")
    assert line(done, "03")[:3] == ["03", "School", "[b]3"]
    assert line(report(station(tmp_path), "day", "--language", "zh"), "05")[1] == "Harbour"


def test_a_day_without_anything_is_a_report_too(tmp_path: Path) -> None:
    done = report(station(tmp_path), "day", date="2026-11-30")
    assert done.returncode == 0
    assert line(done, "in all")[2] == "0"


@pytest.mark.parametrize("date", ["1972-01-01", "9000-12-31"])
def test_so_is_one_of_long_ago(tmp_path: Path, date: str) -> None:
    assert line(report(station(tmp_path), "week", date=date), "in all")[2] == "0"


def test_files_are_written_and_named(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    done = report(station(tmp_path), "month", "--csv", str(tmp_path / "csv"), "--html", str(page))
    assert done.returncode == 0
    assert done.stderr.splitlines()[-1] == str(page)
    assert len(list((tmp_path / "csv").glob("2026-11-*.csv"))) == 8
    text = page.read_text(encoding="utf-8")
    assert "第三小学" in text
    assert text.count("data:image/svg+xml") == 3


def test_without_matplotlib_the_page_has_no_plots_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "matplotlib.py").write_text("raise ImportError('no matplotlib here')")
    page = tmp_path / "report.html"
    arguments = ("report", "month", "--date", DAY, "--state-dir", str(tmp_path), "--html", str(page))
    done = called(*arguments, environment={"PYTHONPATH": str(tmp_path / "hidden")})
    assert done.returncode == 0
    assert f"{page} has no plots: no matplotlib here; try: pip install 'radiobridge[plots]'" in done.stderr
    assert "Without plots" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("decade",), "invalid choice: 'decade'"),
        (("day", "--date", "yesterday"), "--date: 'yesterday' is no day; write it as 2026-11-01"),
        (("day", "--date", "0001-01-01"), "0001-01-01 is not from 1972 to 9000"),
        (("day", "--date", "9999-12-31"), "9999-12-31 is not from 1972 to 9000"),
        (("day", "--time-zone", "Asia/Makau"), "there is no 'Asia/Makau'; did you mean 'Asia/Macau'?"),
        (("day", "--time-zone", "../../etc/passwd"), "--time-zone: there is no '../../etc/passwd'"),
        (("day", "--config", "a", "--state-dir", "b"), "not allowed with"),
    ],
)
def test_misuse_is_said(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    where = () if "--state-dir" in arguments else ("--state-dir", str(tmp_path))
    done = called("report", *arguments, *where)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_page_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    done = report(station(tmp_path), "day", "--html", str(tmp_path / "no" / "page.html"))
    assert done.returncode == 1
    assert "page.html: cannot be written: No such file or directory" in done.stderr


def test_a_broken_journal_or_history_is_one_clear_line(tmp_path: Path) -> None:
    settings = station(tmp_path)
    (tmp_path / "incidents.db").write_bytes(b"no database at all" * 100)
    assert report(settings, "day").stderr.startswith(f"radiobridge: {tmp_path}/incidents.db: ")
    (tmp_path / "history.db").write_bytes(b"no database at all" * 100)
    done = report(settings, "day")
    (said,) = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (1, "")
    assert said.startswith(f"radiobridge: {url_in(tmp_path)}: file is not a database")


def test_what_is_older_than_keep_days_is_gone(tmp_path: Path) -> None:
    settings = station(tmp_path, "[history]\nkeep_days = 1\n")
    at = Book()
    at.clock.now -= 30 * 86_400
    old = at.call("medical", "05")
    at.ask(Act.CLOSE, old.number)
    journal_in(tmp_path, *at.known(old.id).log)
    assert report(settings, "day").returncode == 0
    with history_in(tmp_path) as kept:
        assert "medical" not in {each.type for each in kept.incidents(0, AT + 86_400)}


def test_a_url_that_is_none_is_a_mistake_in_the_settings(tmp_path: Path) -> None:
    done = report(station(tmp_path, '[history]\nurl = "history.db"\nkeep_days = 0\n'), "day")
    assert done.returncode == 1
    assert "history.url: is no URL of a database: sqlite:////FOLDER/FILE or postgresql://" in done.stderr
    assert "history.keep_days: input should be greater than or equal to 1, not 0" in done.stderr
