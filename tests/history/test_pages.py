"""A report as CSV files and as a page: what a spreadsheet and a browser make of it, whatever the names."""

from __future__ import annotations

import base64
import csv
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest

from radiobridge.errors import MissingPart, RadiobridgeError
from radiobridge.events import Condition
from radiobridge.history.csv_files import write_csv
from radiobridge.history.figures import Report, figures
from radiobridge.history.page import page, remarks
from radiobridge.history.periods import PeriodKind, period_around
from radiobridge.history.plots import plots
from radiobridge.history.records import CheckInRecord, CheckInState, Fault
from radiobridge.history.sections import Section, Unit, sections, shown
from tests.history.builders import incident

MONTH = period_around(PeriodKind.MONTH, date(2026, 10, 1), ZoneInfo("Asia/Macau"))
NAMES = {"03": "第三小学", "04": "<script>alert(1)</script>", "05": '=HYPERLINK("http://x")'}


def made(
    kind: PeriodKind = PeriodKind.MONTH, names: Mapping[str, str] = NAMES
) -> tuple[Report, list[Section]]:
    period = period_around(kind, date(2026, 10, 1), ZoneInfo("Asia/Macau"))
    start, end = period.start, period.end
    found = [
        incident(start + 60, acknowledged_after=65.4, coming_after=90.0),
        incident(start + 120, type="+火警", post="04"),
        incident(start + 180, post=None, closed_after=None),
        incident(start + 180, post="99"),
        incident(start + 240, status="Exercise", acknowledged_after=5.0),
    ]
    due = [
        CheckInRecord(post, "morning", start + 60, state)
        for post, state in (("03", CheckInState.IN), ("05", CheckInState.MISSED))
    ]
    faults = [Fault("channel/<b>", Condition.FAILED, start, start + 3661)]
    now = figures(period, found, due, faults, now=end)
    before = figures(period.before(), [incident(start - 60), incident(start - 61)], [], [], now=end)
    report = Report(now, before, None, end + 60, start - 86_400)
    return report, sections(report, names)


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    write_csv(folder, made()[1], "2026-10")
    with (folder / f"2026-10-{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_table_is_a_csv_file_that_excel_takes_for_utf8(tmp_path: Path) -> None:
    report, tables = made()
    files = write_csv(tmp_path / "new" / "folder", tables, report.now.period.name)
    assert {path.name for path in files} == {f"2026-10-{table.id}.csv" for table in tables}
    assert all(path.read_bytes().startswith(b"\xef\xbb\xbf") for path in files)
    assert "第三小学" in (tmp_path / "new" / "folder" / "2026-10-posts.csv").read_text("utf-8-sig")


def test_times_are_seconds_and_rates_are_shares(tmp_path: Path) -> None:
    took = rows_of(tmp_path, "times")[0]
    assert took == {
        "until somebody": "took it",
        "period": "2026-10",
        "incidents": "1",
        "median (s)": "65.4",
        "p90 (s)": "65.4",
    }
    everybody, third, _ = rows_of(tmp_path, "check-ins")
    assert (everybody["due"], everybody["rate (share)"], everybody["2025-10 rate (share)"]) == (
        "2",
        "0.5",
        "",
    )
    assert third["rate (share)"] == "1.0"


def test_texts_that_would_be_formulas_are_none(tmp_path: Path) -> None:
    posts = {row["post"]: row["name"] for row in rows_of(tmp_path, "posts")}
    assert posts["05"] == '\'=HYPERLINK("http://x")'
    assert [row["type"] for row in rows_of(tmp_path, "types")] == ["fire", "'+火警"]


def test_every_post_has_a_row_unknown_ones_and_none_at_the_end(tmp_path: Path) -> None:
    rows = [(row["post"], row["name"], row["2026-10"], row["2026-09"]) for row in rows_of(tmp_path, "posts")]
    assert [row[0] for row in rows] == ["03", "04", "05", "99", ""]
    assert rows[0][2:] == ("1", "2")
    assert rows[2][2:] == ("0", "0")
    assert rows[4] == ("", "no known post", "1", "0")


def test_all_hours_are_in_the_file(tmp_path: Path) -> None:
    hours = rows_of(tmp_path, "hours")
    assert len(hours) == 24
    assert hours[0] == {"from": "00:00", "2026-10": "4", "2026-09": "0", "2025-10": ""}


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "csv").write_text("a file")
    with pytest.raises(RadiobridgeError, match=r"csv: cannot be written: .*; name another folder in --csv"):
        write_csv(tmp_path / "csv", made()[1], "2026-10")


class Tags(HTMLParser):
    """What a browser sees."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def browsed(remark: str = "", *, station: str = "duty-room") -> Tags:
    report, tables = made()
    return Tags(page(station, report, tables, [] if remark else plots(report, tables), remark))


def test_the_page_is_well_formed_and_asks_nothing_of_the_network() -> None:
    found = browsed()
    assert found.open == []
    assert set(found.links) == {link for link in found.links if link.startswith("data:image/svg+xml;base64,")}
    assert found.seen.count("img") == 4
    assert "第三小学" in found.text
    assert "size: A4" in found.text


def test_nothing_in_a_name_becomes_markup() -> None:
    found = browsed(station="<img src=x>")
    assert "script" not in found.seen
    assert "b" not in found.seen
    assert "<script>alert(1)</script>" in found.text
    assert "channel/<b>" in found.text
    assert "<img src=x>: month 2026-10" in found.text


def test_without_plots_the_page_says_why() -> None:
    found = browsed("no <matplotlib>")
    assert "img" not in found.seen
    assert "Without plots: no <matplotlib>" in found.text


@pytest.mark.parametrize("kind", PeriodKind)
def test_plots_are_svg_and_the_same_each_time(kind: PeriodKind) -> None:
    drawn = plots(*made(kind))
    assert [plot.title for plot in drawn][-3:] == [
        "Incidents by hour of the day",
        "Incidents by type",
        "Check-ins in time: the posts with the lowest rates",
    ]
    assert all(ET.fromstring(plot.svg).tag.endswith("svg") for plot in drawn)
    assert drawn == plots(*made(kind))
    assert "+火警" in drawn[-2].svg.decode()


def test_where_nothing_happened_there_is_nothing_to_plot() -> None:
    nothing = Report(figures(MONTH, [], [], [], now=MONTH.end), None, None, MONTH.end)
    tables = sections(nothing, {})
    assert plots(nothing, tables) == []
    assert "no incident" in page("duty-room", nothing, tables, [], "")


def test_matplotlib_is_not_needed_until_something_is_plotted(tmp_path: Path) -> None:
    (tmp_path / "matplotlib.py").write_text("raise ImportError('no matplotlib here')")
    program = (
        "from tests.history.test_pages import made, plots, MissingPart\n"
        "try:\n    plots(*made())\nexcept MissingPart as error:\n    print(error)"
    )
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{Path.cwd()}"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, check=True, text=True
    )
    assert done.stdout == "no matplotlib here; try: pip install 'radiobridge[plots]'\n"


@pytest.mark.parametrize(
    ("cell", "unit", "text"),
    [
        (None, Unit.SECONDS, "–"),
        (0.4, Unit.SECONDS, "0:00:00"),
        (59.6, Unit.SECONDS, "0:01:00"),
        (90_061.0, Unit.SECONDS, "25:01:01"),
        (1.0, Unit.SHARE, "100 %"),
        (0.9999, Unit.SHARE, "99.9 %"),
        (0.5, Unit.CHANGE, "+50 %"),
        (-1.0, Unit.CHANGE, "-100 %"),
        (7, Unit.COUNT, "7"),
    ],
)
def test_cells_are_shown_as_people_read_them(cell: float | None, unit: Unit, text: str) -> None:
    assert shown(cell, unit) == text


def test_the_summary_says_how_much_more_or_less_it_is() -> None:
    (summary, *_) = made()[1]
    assert summary.rows[0] == ("in all", 4, 2, 1.0, None, None)
    assert summary.rows[1] == ("still open", 1, 0, None, None, None)


def test_a_year_is_compared_with_one_year() -> None:
    summary = made(PeriodKind.YEAR)[1][0]
    assert [column.name for column in summary.columns] == ["incidents", "2026", "2025", "2025"]


def test_a_period_that_goes_on_and_a_history_that_began_late_are_remarked_on() -> None:
    now = figures(MONTH, [], [], [], now=MONTH.end)
    going_on = Report(now, None, None, MONTH.start + 3600, MONTH.start + 60)
    assert remarks(going_on) == [
        "This month is not over: figures until 2026-10-01 01:00.",
        "Nothing is known from before 2026-10-01 00:01.",
    ]
    assert remarks(Report(now, None, None, MONTH.end, MONTH.start - 400 * 86_400)) == []


def test_an_image_holds_no_script() -> None:
    report, tables = made(names={"03": "</text><script>"})
    for image in re.findall(r'base64,([^"]+)', page("s", report, tables, plots(report, tables), "")):
        assert b"<script" not in base64.b64decode(image)


__all__ = ["MissingPart", "made", "plots"]
