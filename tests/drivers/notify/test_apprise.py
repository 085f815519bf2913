"""Apprise against a real server on this machine: what it answers, and that no secret is told."""

from __future__ import annotations

import json
import logging
import socket
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import ValidationError

from drivers.notify.apprise import Apprise, AppriseSettings
from radiobridge.errors import DeviceLost, MissingPart, NoticeRefused
from radiobridge.events import Notice

SECRET = "s3cr3t-k3y"
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


class Server:
    """Takes what is posted, and answers as it is told."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.answer = 200
        self.body = b""
        self.delay = threading.Event()
        self.delay.set()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                server.got.append(json.loads(body) | {"path": self.path})
                server.delay.wait(10)
                self.send_response(server.answer)
                self.end_headers()
                self.wfile.write(server.body)

            def log_request(self, code: object = "-", size: object = "-") -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._http.server_address[1]
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.delay.set()
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


def apprise(port: int, timeout_s: float = 5) -> Apprise:
    url = f"json://user:{SECRET}@127.0.0.1:{port}/robot/{SECRET}"
    return Apprise(AppriseSettings.model_validate({"urls": {"duty": url}, "timeout_s": timeout_s}))


def notice(text: str = "3号点 火警", to: str = "duty") -> Notice:
    return Notice("N1", time.time(), "wecom", to, text, "派出所")


def test_a_notice_arrives_with_its_title(server: Server) -> None:
    with apprise(server.port) as driver:
        assert driver.send(notice()) is True
    (got,) = server.got
    assert (got["title"], got["message"]) == ("派出所", "3号点 火警")


@pytest.mark.parametrize("answer", [500, 503, 401, 404])
def test_what_the_service_answers_is_said(server: Server, answer: int) -> None:
    server.answer = answer
    with (
        apprise(server.port) as driver,
        pytest.raises(DeviceLost, match=f"duty: the service answered {answer}"),
    ):
        driver.send(notice())


def test_a_service_that_does_not_answer_is_given_up_in_time(server: Server) -> None:
    server.delay.clear()
    begin = time.monotonic()
    with apprise(server.port, timeout_s=0.3) as driver, pytest.raises(DeviceLost, match="was not reached"):
        driver.send(notice())
    assert time.monotonic() - begin < 3


def test_a_port_where_nobody_listens_is_said() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with apprise(port) as driver, pytest.raises(DeviceLost, match="was not reached"):
        driver.send(notice())


def test_a_name_that_there_is_not_is_refused(server: Server) -> None:
    with apprise(server.port) as driver, pytest.raises(NoticeRefused, match="did you mean 'duty'"):
        driver.send(notice(to="duti"))


def test_no_secret_is_told_to_anybody(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), apprise(server.port) as driver:
        driver.send(notice())
        server.answer = 500
        with pytest.raises(DeviceLost) as lost:
            driver.send(notice())
        server.close()
        with pytest.raises(DeviceLost) as gone:
            driver.send(notice())
    told = f"{caplog.text} {lost.value} {gone.value} {driver.name} {driver.settings!r} {driver!r}"
    assert SECRET in server.got[0]["path"]
    assert SECRET not in told


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"jsonn://{SECRET}", "makes no service of jsonn://"),
        (f"wecombot://{SECRET}/a/b/ ?", "docs/notify.md"),
        (SECRET, "makes no service of this"),
        (f"{SECRET} ://x", "makes no service of this"),
        ("", "makes no service of this"),
    ],
)
def test_a_url_that_makes_no_sense_is_refused_without_telling_it(url: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        AppriseSettings.model_validate({"urls": {"duty": url}})
    assert said in str(refused.value)
    assert SECRET not in str(refused.value)


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    driver = apprise(server.port)
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(MissingPart, match=r"pip install \"radiobridge\[apprise\]\""):
        driver.open()
    with pytest.raises(ValidationError, match=r"radiobridge\[apprise\]"):
        apprise(server.port)


def test_it_is_loaded_only_where_it_is_asked_for() -> None:
    import subprocess

    code = "import sys, drivers.notify.apprise; sys.exit('apprise' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_library_that_fails_in_its_own_way_tells_nothing(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with apprise(server.port) as driver:

        def fail(**_: object) -> bool:
            raise RuntimeError(f"cannot parse {SECRET}")

        monkeypatch.setattr(driver._services["duty"], "notify", fail)
        with pytest.raises(DeviceLost, match="RuntimeError") as lost:
            driver.send(notice())
    assert SECRET not in str(lost.value)
    assert lost.value.__cause__ is None


ROBOTS = {"wecom": f"wecombot://{SECRET}", "dingtalk": f"dingtalk://{'a' * 64}"}


def robot(server: Server, monkeypatch: pytest.MonkeyPatch, name: str) -> Apprise:
    """The service as it is, but for the host that it posts to."""
    driver = Apprise(AppriseSettings.model_validate({"urls": {name: ROBOTS[name]}}))
    driver.open()
    service = driver._services[name]
    url = f"http://127.0.0.1:{server.port}/robot"
    monkeypatch.setattr(service, "api_url" if name == "wecom" else "notify_url", url)
    return driver


@pytest.mark.parametrize("name", [*ROBOTS])
def test_a_robot_that_takes_a_notice_has_sent_it(
    server: Server, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    server.body = b'{"errcode": 0, "errmsg": "ok"}'
    assert robot(server, monkeypatch, name).send(notice(to=name)) is True
    assert "3号点 火警" in server.got[0]["text"]["content"]


@pytest.mark.parametrize("name", [*ROBOTS])
def test_a_robot_that_refuses_with_200_has_not_sent_it(
    server: Server, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    server.body = b'{"errcode": 45009, "errmsg": "api freq out of limit"}'
    with pytest.raises(DeviceLost, match=f"{name}: the robot refused it .errcode 45009.; try"):
        robot(server, monkeypatch, name).send(notice(to=name))


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"ok"', b'{"errcode": null}', b"\xff"])
def test_an_answer_without_an_errcode_counts_by_its_status(
    server: Server, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    server.body = body
    assert robot(server, monkeypatch, "wecom").send(notice(to="wecom")) is True
