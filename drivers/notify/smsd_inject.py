"""`gammu-smsd-inject`: makes the file of a message, in whatever parts and encoding it takes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from radiobridge.errors import DeviceLost, NoticeRefused

PROGRAM = "gammu-smsd-inject"
_TIMEOUT_S = 20.0


def message_file(folder: Path, number: str, text: str, *, with_report: bool) -> Path:
    """The message as a file in the folder, for the outbox. Raises DeviceLost, NoticeRefused or OSError."""
    words = text.replace("\0", "").strip()
    if not words:
        raise NoticeRefused("there is no text in it")
    config = folder / "rc"
    config.write_text(
        f"[gammu]\nconnection = none\n[smsd]\nservice = files\noutboxpath = {folder}/\n", encoding="utf-8"
    )
    _run([*_options(config, number, words, with_report=with_report)], words)
    made = next(folder.glob("OUT*"), None)
    if made is None:
        raise DeviceLost(f"{PROGRAM} made no message in {folder}; is the disk full?")
    return made


def _options(config: Path, number: str, text: str, *, with_report: bool) -> Iterator[str]:
    yield from ("-c", str(config), "TEXT", number, "-len", str(2 * len(text)))
    if not text.isascii() or "`" in text:  # the one printable character of ASCII that GSM 03.38 lacks
        yield "-unicode"
    if with_report:
        yield "-report"


def _run(options: list[str], text: str) -> None:
    """The text goes in by stdin: every user of the machine can read arguments. Raises DeviceLost."""
    try:
        done = subprocess.run(  # noqa: S603  # no shell; the number is digits
            [PROGRAM, *options],
            input=text.encode("utf-8", errors="replace"),
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired as error:
        raise DeviceLost(f"{PROGRAM} took longer than {_TIMEOUT_S:g} s") from error
    except OSError as error:
        raise DeviceLost(
            f"{PROGRAM} does not start: {error.strerror}; try: apt install gammu-smsd"
        ) from error
    if done.returncode:
        said = (done.stderr + done.stdout).decode(errors="replace").splitlines()
        why = next((line for line in reversed(said) if line.strip()), f"it ended with {done.returncode}")
        raise DeviceLost(f"{PROGRAM} failed: {why}")
