"""The end of the daemon when something in it never comes back."""

from __future__ import annotations

import subprocess
import sys

import pytest

BEFORE = """
import atexit, logging, threading, time
from radiobridge.commands.run import end_in_time
logging.basicConfig()
"""


@pytest.mark.parametrize(
    ("hangs", "code"),
    [("time.sleep(60)", 1), ("atexit.register(time.sleep, 60)", 1), ("", 0)],
    ids=["in the loop", "in a library at the end of Python", "nowhere"],
)
def test_a_process_that_is_to_stop_does_so_whatever_hangs(hangs: str, code: int) -> None:
    command = [sys.executable, "-c", f"{BEFORE}end_in_time(0.5)\n{hangs}"]
    done = subprocess.run(command, capture_output=True, timeout=30, check=False)
    assert done.returncode == code
    assert (b"ended by force" in done.stderr) is bool(hangs)
