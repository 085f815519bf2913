"""What cannot be opened, and what is said of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from radiobridge.errors import MissingPart, RadiobridgeError
from radiobridge.history.database import Database
from radiobridge.history.migrating import HistoryUnusable
from tests.commands.test_report import line, report, station
from tests.history.builders import url_in
from tests.history.conftest import new_database
from tests.postgresql import PASSWORD


def refused(url: str) -> str:
    with pytest.raises(HistoryUnusable) as raised:
        Database(url)
    text = str(raised.value)
    assert "\n" not in text
    return text


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "history.db").write_bytes(b"no database at all" * 100)
    text = refused(url_in(tmp_path))
    assert text.startswith(f"{url_in(tmp_path)}: file is not a database; check the file's owner")


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "history.db").mkdir()
    assert "unable to open database file" in refused(url_in(tmp_path))


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    assert "state" in refused(url_in(tmp_path / "state"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    Database(url_in(tmp_path)).close()
    (tmp_path / "history.db").chmod(0o444)
    assert "run this as the user of the service" in refused(url_in(tmp_path))


def test_a_folder_is_made_where_it_is_missing(tmp_path: Path) -> None:
    Database(url_in(tmp_path / "new" / "state")).close()
    assert (tmp_path / "new" / "state" / "history.db").exists()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_history_in_memory_is_refused(url: str) -> None:
    assert "lost at once" in refused(url)


def test_what_is_no_url_is_refused_without_repeating_it() -> None:
    assert PASSWORD not in refused(f"postgresql//radiobridge:{PASSWORD}@host/history")


def test_a_kind_of_database_that_there_is_not_says_what_there_is() -> None:
    with pytest.raises(MissingPart, match=r"has no 'oraclex'; write sqlite:///FILE or postgresql://"):
        Database("oraclex://host/history")


def test_a_missing_driver_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "psycopg.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'psycopg'\", name='psycopg')"
    )
    program = "from radiobridge.history.database import Database; Database('postgresql://host/history')"
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{Path.cwd()}"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, check=False, text=True
    )
    assert "MissingPart: postgresql+psycopg://host/history: No module named 'psycopg'" in done.stderr
    assert "try: pip install 'radiobridge[postgresql]'" in done.stderr


def test_a_server_that_does_not_run_is_named_without_the_password() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        text = refused(f"postgresql://radiobridge:secret@127.0.0.1:{closed.getsockname()[1]}/history")
    assert "secret" not in text
    assert "radiobridge:***@127.0.0.1" in text
    assert "that the server runs" in text


def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert "timeout" in refused(f"postgresql://radiobridge@127.0.0.1:{port}/history?connect_timeout=2")


def test_a_wrong_password_and_a_missing_database_are_named(server: str) -> None:
    wrong = server.replace("s3cret", "wrong")
    text = refused(f"{wrong}/postgres")
    assert "password authentication failed" in text
    assert "wrong" not in text.replace("***", "")
    assert 'database "nowhere" does not exist' in refused(f"{server}/nowhere")


def test_what_goes_wrong_while_it_is_open_is_told(tmp_path: Path) -> None:
    database = Database(url_in(tmp_path))
    (tmp_path / "history.db").write_bytes(b"damaged" * 1000)
    with pytest.raises(RadiobridgeError, match="file is not a database"), database.transaction():
        pass


def test_a_report_is_made_from_postgresql_where_the_settings_name_one(tmp_path: Path, server: str) -> None:
    settings = station(tmp_path, f'[history]\nurl = "{new_database(server)}"\n')
    assert line(report(settings, "day"), "in all")[2] == "2"
    assert not (tmp_path / "history.db").exists()
