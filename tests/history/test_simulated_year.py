"""The report of a simulated year equals what the simulation itself did."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest

from radiobridge.history.figures import Figures, Times
from radiobridge.history.periods import PeriodKind, period_around
from radiobridge.history.reporting import report
from radiobridge.history.store import History
from radiobridge.incident_journal import JournalFile
from tests.commands.calls import called
from tests.history.simulated_year import (
    DUPLICATES,
    FALSE_ALARMS,
    INCIDENTS,
    STATION,
    ZONE,
    Account,
    Happened,
    SimulatedYear,
)

pytestmark = pytest.mark.timeout(300)
YEAR = 2026
NEW_YEAR_AFTER = datetime(YEAR + 1, 1, 1, tzinfo=ZONE)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Account]:
    """Two years, so that there is one to compare with."""
    folder = tmp_path_factory.mktemp("state")
    both = [SimulatedYear(folder, YEAR - 1, seed=1).run(), SimulatedYear(folder, YEAR, seed=2).run()]
    account = Account(
        *(
            [each for year in both for each in getattr(year, name)]
            for name in ("incidents", "drills", "check_ins", "failures")
        )
    )
    with History(f"sqlite:///{folder / 'history.db'}", STATION) as history:
        history.take_over(JournalFile(folder / "incidents.db"))
    return folder, account


def reported(folder: Path, kind: PeriodKind, day: date) -> tuple[Figures, Figures | None, Figures | None]:
    with History(f"sqlite:///{folder / 'history.db'}", STATION) as history:
        made = report(history, period_around(kind, day, ZONE), now=NEW_YEAR_AFTER.timestamp())
    return made.now, made.before, made.year_before


def same_times(found: Times, happened: list[Happened], step: str) -> None:
    truth = [each.steps[step] for each in happened if step in each.steps]
    assert found.count == len(truth)
    if truth:
        # A journal of seconds since 1970 keeps a tenth of a microsecond.
        assert found.median_s == pytest.approx(np.median(truth), abs=1e-5)
        assert found.p90_s == pytest.approx(np.percentile(truth, 90), abs=1e-5)
    else:
        assert (found.median_s, found.p90_s) == (None, None)


def agrees(found: Figures, account: Account, first: date, after: date) -> None:
    """The figures are those of the account from `first` on and before `after`."""
    there = [each for each in account.incidents if first <= each.at.date() < after]
    real = [each for each in there if each.end in ("closed", "")]
    ends = Counter(each.end for each in there)
    assert found.incidents == len(real)
    assert (found.open, found.false_alarms, found.duplicates) == (
        ends[""],
        ends["false-alarm"],
        ends["duplicate"],
    )
    assert found.by_type == Counter(each.type for each in real)
    assert found.by_post == Counter(each.post for each in real)
    assert found.by_hour == Counter(each.at.hour for each in real)
    assert found.by_day == Counter(str(each.at.date()) for each in real)
    for times, step in (
        (found.times.acknowledge, "acknowledged"),
        (found.times.respond, "coming"),
        (found.times.arrive, "arrived"),
        (found.times.close, "closed"),
    ):
        same_times(times, real, step)
    drills = [each for each in account.drills if first <= each.at.date() < after]
    assert found.drills.count == len(drills)
    assert found.drills.posts == len({each.post for each in drills})
    assert found.drills.taken == sum("acknowledged" in each.steps for each in drills)
    same_times(found.drills.times.acknowledge, drills, "acknowledged")
    states = Counter((post, state) for day, post, state in account.check_ins if first <= day < after)
    assert {
        (post, state): number
        for post, each in found.check_ins.items()
        for state, number in (("in", each.in_time), ("late", each.late), ("missed", each.missed))
        if number
    } == states
    failed: dict[str, float] = {}
    begin, end = (datetime(day.year, day.month, day.day, tzinfo=ZONE) for day in (first, after))
    for part, since, until in account.failures:
        if since < end and until > begin:
            failed[part] = failed.get(part, 0.0) + (min(until, end) - max(since, begin)).total_seconds()
    assert {part: each.failed_s for part, each in found.parts.items()} == pytest.approx(failed, abs=1e-3)


def test_the_year_and_the_year_before_are_as_they_were(lived: tuple[Path, Account]) -> None:
    folder, account = lived
    now, before, year_before = reported(folder, PeriodKind.YEAR, date(YEAR, 6, 1))
    assert (now.incidents, now.false_alarms, now.duplicates) == (INCIDENTS, FALSE_ALARMS, DUPLICATES)
    assert now.drills.count == 52
    assert before
    assert before is year_before
    agrees(now, account, date(YEAR, 1, 1), date(YEAR + 1, 1, 1))
    agrees(before, account, date(YEAR - 1, 1, 1), date(YEAR, 1, 1))


@pytest.mark.parametrize("month", range(1, 13))
def test_so_is_each_month_with_those_that_it_is_compared_with(
    lived: tuple[Path, Account], month: int
) -> None:
    folder, account = lived
    for found in reported(folder, PeriodKind.MONTH, date(YEAR, month, 15)):
        assert found
        first = found.period.first
        after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        agrees(found, account, first, after)


def test_the_weeks_of_a_year_have_all_of_it(lived: tuple[Path, Account]) -> None:
    folder, account = lived
    mondays = [date.fromisocalendar(YEAR, week, 1) for week in range(1, 54)]
    weeks = [reported(folder, PeriodKind.WEEK, monday)[0] for monday in mondays]
    for monday, found in zip(mondays, weeks, strict=True):
        agrees(found, account, monday, date.fromordinal(monday.toordinal() + 7))


def test_the_command_says_and_writes_the_same(lived: tuple[Path, Account], tmp_path: Path) -> None:
    folder, account = lived
    done = called(
        "report",
        "year",
        *("--date", f"{YEAR}-06-01", "--time-zone", "Asia/Macau", "--csv", str(tmp_path)),
        *("--config", str(settings_file(folder))),
    )
    assert done.returncode == 0, done.stderr
    summary = next(line.split() for line in done.stdout.splitlines() if "in all" in line)
    assert summary[:4] == ["in", "all", "45", "45"]
    with (tmp_path / f"{YEAR}-posts.csv").open(encoding="utf-8-sig") as file:
        rows = {row["post"]: row for row in csv.DictReader(file)}
    real = [each for each in account.incidents if each.end in ("closed", "") and each.at.year == YEAR]
    assert {post: int(row[str(YEAR)]) for post, row in rows.items() if int(row[str(YEAR)])} == Counter(
        each.post for each in real
    )
    assert rows["07"]["name"] == "第7小学"


def settings_file(folder: Path) -> Path:
    path = folder / "radiobridge.toml"
    posts = "".join(
        f'[[post]]\nid = "{n:02d}"\nname = {{ zh = "第{n}小学", en = "School {n}" }}\n' for n in range(1, 34)
    )
    path.write_text(
        f'[station]\nname = "{STATION}"\nstate_dir = "{folder}"\n'
        f'[[channel]]\nname = "police"\ninput = {{ driver = "stdin" }}\n{posts}',
        encoding="utf-8",
    )
    return path
