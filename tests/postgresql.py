"""A PostgreSQL of our own, on a free port, thrown away afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PASSWORD = "s3cret of the database"


@contextmanager
def postgresql() -> Iterator[int]:
    """Its port on 127.0.0.1; user `radiobridge` has PASSWORD and may make databases."""
    versions = list(Path("/usr/lib/postgresql").glob("*/bin"))
    assert versions, "PostgreSQL is not installed: make packages"
    programs = max(versions, key=lambda path: int(path.parent.name))
    folder = Path(tempfile.mkdtemp(prefix="radiobridge-postgresql-"))
    # It refuses to run as root.
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if prefix:
        shutil.chown(folder, "postgres")
    password = folder / "password"
    password.write_text(PASSWORD)
    password.chmod(0o644)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])

    def program(name: str, *arguments: str) -> None:
        command = [*prefix, str(programs / name), *arguments]
        done = subprocess.run(
            command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, text=True
        )
        assert done.returncode == 0, done.stderr

    data = str(folder / "data")
    try:
        login = ("--username=radiobridge", "--auth=scram-sha-256", f"--pwfile={password}")
        program("initdb", f"--pgdata={data}", "--no-sync", "--encoding=UTF8", "--locale=C", *login)
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -k {folder}"
        log = str(folder / "log")
        program("pg_ctl", f"--pgdata={data}", "--wait", f"--log={log}", f"--options={options}", "start")
        try:
            yield port
        finally:
            program("pg_ctl", f"--pgdata={data}", "--wait", "--mode=immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
