"""What brokers refuse or cannot take, and what is no broker at all."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from radiobridge.events import Condition
from tests.brokers import Listener, Mosquitto, OldBroker, add_login
from tests.bus.builders import message, run, until
from tests.bus.stations import heard, station


def test_a_second_bridge_with_the_same_name_is_said_to_be_one(tmp_path: Path) -> None:
    async def scenario() -> None:
        with Mosquitto(tmp_path) as broker:
            (tmp_path / "other").mkdir()
            async with station(tmp_path, broker.url) as first:
                await first.up()
                async with station(tmp_path / "other", broker.url) as second:
                    await second.up()
                    await first.health.wait_for(
                        "mqtt", Condition.FAILED, "a second bridge with the same station name"
                    )

    run(scenario())


def test_a_host_name_that_nobody_knows_is_named(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with station(tmp_path, "mqtt://no-such-host.invalid") as s:
            await s.health.wait_for("mqtt", Condition.FAILED, "'no-such-host.invalid' is not known")

    run(scenario())


def test_something_that_is_no_broker_is_said_to_be_none(tmp_path: Path) -> None:
    async def scenario() -> None:
        server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, station(tmp_path, f"mqtt://127.0.0.1:{port}") as s:
            await s.health.wait_for("mqtt", Condition.FAILED, "is it an MQTT broker")

    run(scenario())


def test_garbage_instead_of_mqtt_ends_the_connection_and_not_the_bridge(tmp_path: Path) -> None:
    async def scenario() -> None:
        async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(
                b"\x20\x03\x00\x00\x00" + b"\x30\x03\x00\x09x" * 20 + b"HTTP/1.1 400 Bad Request\r\n"
            )
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(babble, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, station(tmp_path, f"mqtt://127.0.0.1:{port}") as s:
            await s.health.wait_for("mqtt", Condition.FAILED)

    run(scenario())


def test_a_refused_topic_is_a_health_event_and_holds_up_no_other(tmp_path: Path) -> None:
    async def scenario() -> None:
        add_login(tmp_path / "users", "bridge", "pw")
        acl = tmp_path / "acl"
        acl.write_text("user bridge\ntopic readwrite t/alert\ntopic readwrite t/status\ntopic read t/#\n")
        lines = ("allow_anonymous false", f"password_file {tmp_path / 'users'}", f"acl_file {acl}")
        with Mosquitto(tmp_path, *lines) as broker:
            async with station(tmp_path, broker.url, username="bridge", password="pw") as s:
                for n in range(60):
                    await s.box.put(message(n, topic="t/callin" if n % 2 else "t/alert"))
                await s.health.wait_for(
                    "mqtt", Condition.FAILED, "refused a message on t/callin: Not authorized"
                )
                await until(lambda: s.box.status().waiting == 30)
                acl.write_text("user bridge\ntopic readwrite t/#\n")
                broker.signal(signal.SIGHUP)
                await until(lambda: s.box.status().waiting == 0)
                await s.health.wait_for("mqtt", Condition.OK)

    run(scenario())


def test_a_message_too_large_for_the_broker_stays_and_holds_up_no_other(tmp_path: Path) -> None:
    async def scenario() -> None:
        with (
            Mosquitto(tmp_path, "max_packet_size 5000") as broker,
            Listener(broker.port, "t/alert") as listener,
        ):
            async with station(tmp_path, broker.url) as s:
                await s.box.put(message(1, size=9000))
                await s.box.put(message(2))
                await heard(listener, 2)
                await s.health.wait_for("mqtt", Condition.FAILED, "the broker takes 5000")
                await until(lambda: s.box.status().waiting == 1)

    run(scenario())


def test_a_message_that_ends_every_connection_is_set_aside(tmp_path: Path) -> None:
    async def scenario() -> None:
        with OldBroker(tmp_path) as broker, Listener(broker.port, "t/alert") as listener:
            async with station(tmp_path, broker.url) as s:
                await s.box.put(message(1, size=(1 << 20) + 5000))
                for n in range(2, 6):
                    await s.box.put(message(n))
                await heard(listener, 2, 3, 4, 5)
                await s.health.wait_for("mqtt", Condition.FAILED, "message 00000000000000000000000001")
                await until(lambda: s.box.status().waiting == 1)

    run(scenario())
