"""Passwords and TLS, against a real broker."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from radiobridge.events import Condition
from tests.brokers import Mosquitto, add_login
from tests.bus.builders import message, run, until
from tests.bus.certificates import make_certificates
from tests.bus.stations import station


def test_a_refused_login_names_the_user_and_goes_through_once_the_password_is_right(tmp_path: Path) -> None:
    async def scenario() -> None:
        add_login(tmp_path / "users", "bridge", "right")
        (tmp_path / "password").write_text("wrong\nsecond line\n")
        lines = ("allow_anonymous false", f"password_file {tmp_path / 'users'}")
        with Mosquitto(tmp_path, *lines) as broker:
            async with station(
                tmp_path, broker.url, username="bridge", password_file=tmp_path / "password"
            ) as s:
                failed = await s.health.wait_for("mqtt", Condition.FAILED, "refused the user 'bridge'")
                assert str(broker.port) in failed.why
                assert "wrong" not in failed.why
                (tmp_path / "password").write_text("right\n")
                await s.health.wait_for("mqtt", Condition.OK)

    run(scenario())


def test_the_password_comes_from_systemd_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_login(tmp_path / "users", "bridge", "from systemd")
    (tmp_path / "mqtt-password").write_text("from systemd")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))

    async def scenario() -> None:
        lines = ("allow_anonymous false", f"password_file {tmp_path / 'users'}")
        with Mosquitto(tmp_path, *lines) as broker:
            async with station(tmp_path, broker.url, username="bridge") as s:
                await s.up()

    run(scenario())


def test_an_unreadable_password_file_is_named(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with station(
            tmp_path, "mqtt://127.0.0.1:1", username="bridge", password_file=tmp_path / "nowhere"
        ) as s:
            await s.health.wait_for("mqtt", Condition.FAILED, "nowhere cannot be read: No such file")

    run(scenario())


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return make_certificates(tmp_path_factory.mktemp("tls"))


def tls_listener(certificates: Any, *more: str) -> tuple[str, ...]:
    return (
        f"cafile {certificates.ca}",
        f"certfile {certificates.broker}",
        f"keyfile {certificates.broker_key}",
        *more,
    )


def test_tls_with_the_right_authority_connects(tmp_path: Path, certificates: Any) -> None:
    async def scenario() -> None:
        with Mosquitto(tmp_path, listener=tls_listener(certificates)) as broker:
            url = f"mqtts://127.0.0.1:{broker.port}"
            async with station(tmp_path, url, ca_file=certificates.ca) as s:
                await s.up()
                await s.box.put(message(1))
                await until(lambda: s.box.status().waiting == 0)

    run(scenario())


@pytest.mark.parametrize(
    ("host", "authority", "why"),
    [
        ("127.0.0.1", "other_ca", "certificate is not accepted: .*issuer|self-signed"),
        ("localhost", "ca", "certificate is not accepted: Hostname mismatch"),
        ("127.0.0.1", "broker_key", "ca_file: .* is no usable PEM file"),
    ],
)
def test_tls_that_cannot_be_verified_is_refused_and_explained(
    tmp_path: Path, certificates: Any, host: str, authority: str, why: str
) -> None:
    async def scenario() -> None:
        with Mosquitto(tmp_path, listener=tls_listener(certificates)) as broker:
            url = f"mqtts://{host}:{broker.port}"
            async with station(tmp_path, url, ca_file=getattr(certificates, authority)) as s:
                failed = await s.health.wait_for("mqtt", Condition.FAILED)
                assert re.search(why, failed.why)

    run(scenario())


def test_a_broker_that_wants_a_client_certificate_gets_it(tmp_path: Path, certificates: Any) -> None:
    async def scenario() -> None:
        lines = tls_listener(certificates, "require_certificate true")
        with Mosquitto(tmp_path, listener=lines) as broker:
            url = f"mqtts://127.0.0.1:{broker.port}"
            async with station(tmp_path, url, ca_file=certificates.ca) as s:
                await s.health.wait_for("mqtt", Condition.FAILED, "certificate")
            async with station(
                tmp_path,
                url,
                ca_file=certificates.ca,
                cert_file=certificates.client,
                key_file=certificates.client_key,
            ) as s:
                await s.up()

    run(scenario())


def test_tls_on_a_port_without_it_says_so(tmp_path: Path, certificates: Any) -> None:
    async def scenario() -> None:
        with Mosquitto(tmp_path) as broker:
            url = f"mqtts://127.0.0.1:{broker.port}"
            async with station(tmp_path, url, ca_file=certificates.ca) as s:
                await s.health.wait_for("mqtt", Condition.FAILED, "TLS")

    run(scenario())
