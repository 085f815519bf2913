"""What C libraries write to stderr, in a process of its own: descriptor 2 is pytest's here."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

from radiobridge.library_output import MOST_BYTES

BEFORE = """
import logging, os, subprocess, sys, threading
from radiobridge.library_output import bounded_libraries, quiet_libraries, unbounded_stderr
logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(message)s", level=logging.INFO)

def library_says(text):
    os.write(2, text.encode() + b"\\n")
"""


def stderr_of(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", BEFORE + textwrap.dedent(code)], capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stderr.decode()


def test_a_library_that_writes_without_end_does_not_fill_the_disk() -> None:
    said = stderr_of(
        """
        line = "Expression failed in 'pa_linux_alsa.c', line: 3665"
        with bounded_libraries():
            for _ in range(100_000):
                library_says(line)
            logging.info("what the log says comes through")
        """
    )
    lines = said.splitlines()
    assert MOST_BYTES <= len(said) < 3 * MOST_BYTES
    assert lines[0] == "Expression failed in 'pa_linux_alsa.c', line: 3665"
    assert lines[-1] == "INFO what the log says comes through"
    (warning,) = [line for line in lines if line.startswith("WARNING")]
    assert "systemctl restart radiobridge" in warning


def test_a_library_that_says_little_is_heard_whole_and_in_time() -> None:
    said = stderr_of(
        """
        with bounded_libraries():
            logging.info("before")
            library_says("a card is gone")
        library_says("after it")
        logging.info("after it")
        """
    )
    assert sorted(said.splitlines()) == ["INFO after it", "INFO before", "a card is gone", "after it"]


@pytest.mark.parametrize(
    ("stderr", "arrives"), [("unbounded_stderr()", True), ("None", False)], ids=["guard", "other"]
)
def test_a_child_that_outlives_the_process_can_still_say_what_it_did(stderr: str, arrives: bool) -> None:
    said = stderr_of(
        f"""
        with bounded_libraries():
            late = "import sys, time; sys.stdin.read(); time.sleep(0.5); print('released', file=sys.stderr)"
            subprocess.Popen([sys.executable, "-c", late], stdin=subprocess.PIPE, stderr={stderr})
            os._exit(0)
        """
    )
    assert ("released" in said) is arrives


def test_a_picture_is_not_spoiled_by_libraries() -> None:
    said = stderr_of(
        """
        with quiet_libraries():
            library_says("cannot find card 0")
        library_says("the end")
        """
    )
    assert said == "the end\n"
