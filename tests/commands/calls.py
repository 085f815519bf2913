"""The command line as a user calls it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping


def called(
    *arguments: str, stdin: bytes = b"", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """What `radiobridge ARGUMENTS` printed; a traceback fails the test, whatever the exit code."""
    done = subprocess.run(
        [sys.executable, "-m", "radiobridge", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, **(environment or {})},
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in err, err
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)
