"""A year of 33 posts with a moved clock, and the report of it: how long that takes.

    python -m bench.year [--year 2026]

45 incidents, 4 false alarms, 2 duplicates, 52 weekly drills, two check-ins of every post on every school day,
faults and restarts, all written to disk as a station writes them; then `radiobridge report year` with CSV
files and the page. tests/history/test_simulated_year.py compares that report with what happened.
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TypeVar

from radiobridge.cli import main as radiobridge
from tests.history.simulated_year import SimulatedYear

T = TypeVar("T")


def main() -> None:
    """Prints the table."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--year", type=int, default=2026)
    args = cli.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        account, lived_s = timed(SimulatedYear(folder, args.year).run)
        printed = io.StringIO()
        with redirect_stdout(printed), redirect_stderr(io.StringIO()):
            _, reported_s = timed(lambda: _report(folder, args.year))
        size_kb = sum((folder / file).stat().st_size for file in ("incidents.db", "history.db")) / 1000
    print(printed.getvalue())
    print(f"incidents, false alarms, duplicates  {len(account.incidents):>8}")
    print(f"drills                               {len(account.drills):>8}")
    print(f"check-ins due                        {len(account.check_ins):>8}")
    print(f"the year, on disk, s                 {lived_s:>8.1f}")
    print(f"report with CSV and page, s          {reported_s:>8.1f}")
    print(f"both databases, KB                   {size_kb:>8.0f}")


def timed(job: Callable[[], T]) -> tuple[T, float]:
    """What the job gave, and its seconds."""
    start = time.perf_counter()
    return job(), time.perf_counter() - start


def _report(folder: Path, year: int) -> None:
    of = ("--date", f"{year}-06-01", "--time-zone", "Asia/Macau", "--config", str(_settings(folder)))
    written = ("--csv", str(folder / "csv"), "--html", str(folder / "page.html"))
    made = radiobridge(["report", "year", *of, *written])
    assert made == 0


def _settings(folder: Path) -> Path:
    path = folder / "radiobridge.toml"
    posts = "".join(f'[[post]]\nid = "{n:02d}"\nname = {{ en = "School {n}" }}\n' for n in range(1, 34))
    station = f'[station]\nname = "duty-room"\nstate_dir = "{folder}"\n'
    path.write_text(f'{station}[[channel]]\nname = "police"\ninput = {{ driver = "stdin" }}\n{posts}')
    return path


if __name__ == "__main__":
    main()
