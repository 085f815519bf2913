from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from radiobridge.bus.connection import Incoming, Will
from radiobridge.bus.mqtt import MqttLink
from radiobridge.bus.outbox import Outbox
from radiobridge.bus.stored import Selection
from radiobridge.events import Condition
from radiobridge.settings.models import MqttSettings
from tests.brokers import BrokerProcess, Listener, Mosquitto, OldBroker, free_port, needs_mosquitto
from tests.bus.builders import HealthLog, message, outbox, run, until
from tests.bus.certificates import make_certificates

pytestmark = needs_mosquitto
STATUS = "t/status"
OFFLINE = b"offline"


class Station:
    """An outbox and a link as the daemon holds them, with what they told."""

    def __init__(self, box: Outbox, link: MqttLink, health: HealthLog, came: list[Incoming]) -> None:
        self.box = box
        self.link = link
        self.health = health
        self.came = came

    async def up(self) -> None:
        await asyncio.wait_for(self.link.connected(), 20)

    async def listens(self) -> None:
        """The broker has taken its subscriptions: it works off what comes over one connection in order."""
        await self.up()
        self.link.publish("t/command/none", b"", 1)
        await until(lambda: bool(self.came))
        self.came.clear()


@asynccontextmanager
async def station(folder: Path, url: str, **options: Any) -> AsyncIterator[Station]:
    """A running outbox and link; keyword arguments are keys of `[mqtt]`."""
    health, came = HealthLog(), list[Incoming]()
    settings = MqttSettings(broker=url, **options)
    async with (
        outbox(
            folder, health, receivers=settings.receipts, receipt_timeout_s=settings.receipt_timeout_s
        ) as box,
        MqttLink(
            settings,
            "t",
            box,
            will=lambda: Will(STATUS, OFFLINE),
            subscriptions=("t/command/#", "t/receipt/#"),
            on_message=came.append,
            on_health=health,
        ) as link,
    ):
        yield Station(box, link, health, came)


async def heard(listener: Listener, *numbers: int) -> None:
    """The listener has the messages with these numbers."""
    await asyncio.to_thread(listener.wait_for_payloads, {str(n).encode() for n in numbers})


def in_order(payloads: list[bytes]) -> list[int]:
    """The numbers in the order of their first arrival."""
    return list(dict.fromkeys(int(p) for p in payloads))


def test_an_alert_reaches_a_subscriber_and_leaves_the_outbox(tmp_path: Path) -> None:
    async def scenario() -> None:
        with Mosquitto(tmp_path) as broker, Listener(broker.port, "t/alert") as listener:
            async with station(tmp_path, broker.url) as s:
                await s.box.put(message(1))
                await heard(listener, 1)
                await until(lambda: s.box.status().waiting == 0)
                assert not listener.messages[0].retain

    run(scenario())


def test_a_broker_that_is_away_at_the_start_gets_everything_when_it_comes(tmp_path: Path) -> None:
    async def scenario() -> None:
        broker = Mosquitto(tmp_path)
        async with station(tmp_path, broker.url) as s:
            for n in range(30):
                await s.box.put(message(n, channel=f"ch{n % 3}"))
            await s.health.wait_for("mqtt", Condition.FAILED, "nothing listens on 127.0.0.1")
            with broker, Listener(broker.port, "t/alert") as listener:
                await s.up()
                await heard(listener, *range(30))
                assert in_order(listener.payloads()) == list(range(30))
                await s.health.wait_for("mqtt", Condition.OK)

    run(scenario())


def test_what_a_broker_without_memory_acknowledged_last_comes_again_when_it_restarts(tmp_path: Path) -> None:
    async def scenario() -> None:
        with Mosquitto(tmp_path) as broker:
            async with station(tmp_path, broker.url) as s:
                await s.up()
                await s.box.put(message(1))
                await until(lambda: s.box.status().waiting == 0)
                await asyncio.to_thread(broker.kill)
                await s.health.wait_for("mqtt", Condition.FAILED)
                broker.start()
                with Listener(broker.port, "t/alert") as listener:
                    await heard(listener, 1)

    run(scenario())


def test_an_acknowledgement_that_comes_after_its_connection_ended_does_not_count(tmp_path: Path) -> None:
    async def scenario() -> None:
        with Mosquitto(tmp_path) as broker:
            async with station(tmp_path, broker.url) as s:
                await s.up()
                connection = s.link._connection
                assert connection is not None
                broker.signal(signal.SIGSTOP)
                await s.box.put(message(1))
                await until(lambda: bool(s.link._sender._in_flight))
                mid = next(iter(s.link._sender._in_flight))
                connection.drop("for the test")
                await s.health.wait_for("mqtt", Condition.FAILED)
                success = ReasonCode(PacketTypes.PUBACK, "Success")
                none = Properties(PacketTypes.PUBACK)  # type: ignore[no-untyped-call]
                connection._acknowledged(connection._client, None, mid, success, none)
                await asyncio.sleep(0)
                assert s.box.status().waiting == 1
                broker.signal(signal.SIGCONT)
                with Listener(broker.port, "t/alert") as listener:
                    await heard(listener, 1)

    run(scenario())


def test_a_killed_broker_is_found_again_and_nothing_is_lost_or_out_of_order(tmp_path: Path) -> None:
    async def scenario() -> None:
        with (
            Mosquitto(tmp_path) as broker,
            Listener(broker.port, "t/alert", keep_session=True, client_id="l") as listener,
        ):
            async with station(tmp_path, broker.url) as s:
                await s.up()
                await s.box.put(message(0))
                await heard(listener, 0)
                broker.kill()
                await s.health.wait_for("mqtt", Condition.FAILED)
                await asyncio.gather(*(s.box.put(message(n)) for n in range(1, 400)))
                listener.subscribed.clear()
                broker.start()
                await heard(listener, *range(400))
                assert in_order(listener.payloads()) == list(range(400))

    run(scenario())


def test_retained_state_comes_back_after_the_restart_of_a_broker_that_keeps_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        with Mosquitto(tmp_path) as broker:
            async with station(tmp_path, broker.url) as s:
                s.link.set_state(STATUS, b"online")
                await s.up()
                s.link.set_state("t/health/yard", b"ok", qos=1)
                s.link.set_state("t/health/gone", b"ok", qos=0)
                s.link.clear_state("t/health/gone")
                await asyncio.to_thread(broker.restart)
                await s.health.wait_for("mqtt", Condition.FAILED)
                await s.up()
                with Listener(broker.port, "t/#") as early:
                    await asyncio.to_thread(early.wait_for, lambda m: len(m) >= 2)
                with Listener(broker.port, "t/#") as listener:
                    await asyncio.to_thread(listener.wait_for, lambda m: len(m) >= 2)
                    states = {m.topic: (bytes(m.payload), m.retain) for m in listener.messages}
                assert states == {STATUS: (b"online", True), "t/health/yard": (b"ok", True)}

    run(scenario())


def test_a_cleared_state_is_gone_from_the_broker(tmp_path: Path) -> None:
    async def scenario() -> None:
        with Mosquitto(tmp_path) as broker, Listener(broker.port, "t/#") as first:
            async with station(tmp_path, broker.url) as s:
                await s.up()
                s.link.set_state("t/incident/1", b"open")
                s.link.clear_state("t/incident/1")
                await asyncio.to_thread(first.wait_for, lambda m: bool(m) and m[-1].payload == b"")
                with Listener(broker.port, "t/incident/#", "t/mark") as late:
                    s.link.publish("t/mark", b"x")
                    await asyncio.to_thread(late.wait_for, lambda m: len(m) > 0)
                    assert [m.topic for m in late.messages] == ["t/mark"]

    run(scenario())


def test_the_broker_publishes_the_will_when_the_bridge_is_gone(tmp_path: Path) -> None:
    async def scenario() -> None:
        with Mosquitto(tmp_path) as broker, Listener(broker.port, STATUS) as listener:
            async with station(tmp_path, broker.url) as s:
                await s.up()
                s.link.set_state(STATUS, b"online")
                await asyncio.to_thread(listener.wait_for_payloads, {b"online"})
                connection = s.link._connection
                assert connection is not None
                connection.drop("for the test")
                await asyncio.to_thread(listener.wait_for_payloads, {OFFLINE})
                await asyncio.to_thread(listener.wait_for, lambda m: m[-1].payload == b"online")

    run(scenario())


def test_a_clean_stop_says_offline_by_itself(tmp_path: Path) -> None:
    async def scenario() -> None:
        with Mosquitto(tmp_path) as broker:
            async with station(tmp_path, broker.url) as s:
                await s.up()
                s.link.set_state(STATUS, b"online")
            with Listener(broker.port, STATUS) as listener:
                await asyncio.to_thread(listener.wait_for, lambda m: len(m) > 0)
                assert listener.payloads() == [OFFLINE]
                assert listener.messages[0].retain

    run(scenario())


def test_stopping_takes_less_than_a_second_with_a_broker_that_hangs(tmp_path: Path) -> None:
    async def scenario() -> None:
        with Mosquitto(tmp_path) as broker:
            async with station(tmp_path, broker.url) as s:
                await s.up()
                broker.signal(signal.SIGSTOP)
                for n in range(100):
                    await s.box.put(message(n, size=2000))
                began = time.monotonic()
            assert time.monotonic() - began < 1
            broker.signal(signal.SIGCONT)

    run(scenario())


def test_stopping_while_a_broker_does_not_answer_takes_less_than_a_second(tmp_path: Path) -> None:
    async def scenario() -> None:
        with Mosquitto(tmp_path) as broker:
            broker.signal(signal.SIGSTOP)
            async with station(tmp_path, broker.url):
                await asyncio.sleep(0.1)
                began = time.monotonic()
            assert time.monotonic() - began < 1
            broker.signal(signal.SIGCONT)

    run(scenario())


def test_a_broker_of_mqtt_3_1_1_alone_is_spoken_to_in_3_1_1(tmp_path: Path) -> None:
    async def scenario() -> None:
        with OldBroker(tmp_path) as broker, Listener(broker.port, "t/#") as listener:
            async with station(tmp_path, broker.url) as s:
                await s.up()
                assert s.link.broker == f"{broker.url} (MQTT 3.1.1)"
                s.link.set_state(STATUS, b"online")
                await s.box.put(message(1))
                await heard(listener, 1)
                await until(lambda: s.box.status().waiting == 0)
                assert [e.condition for e in s.health.events if e.part == "mqtt"] == [Condition.OK]
            await asyncio.to_thread(listener.wait_for_payloads, {OFFLINE})

    run(scenario())


def test_mqtt_5_is_spoken_first(tmp_path: Path) -> None:
    async def scenario() -> None:
        with Mosquitto(tmp_path) as broker:
            async with station(tmp_path, broker.url) as s:
                await s.up()
                assert s.link.broker.endswith("(MQTT 5)")

    run(scenario())


def test_a_smaller_receive_maximum_of_the_broker_is_kept(tmp_path: Path) -> None:
    async def scenario() -> None:
        with (
            Mosquitto(tmp_path, "max_inflight_messages 2") as broker,
            Listener(broker.port, "t/alert") as listener,
        ):
            async with station(tmp_path, broker.url) as s:
                await asyncio.gather(*(s.box.put(message(n)) for n in range(200)))
                await heard(listener, *range(200))
                assert in_order(listener.payloads()) == list(range(200))
                assert s.link._in_flight == 2

    run(scenario())


def make_password_file(file: Path, user: str, password: str) -> None:
    subprocess.run(["mosquitto_passwd", "-b", "-c", str(file), user, password], check=True)
    file.chmod(0o644)


def test_a_refused_login_names_the_user_and_goes_through_once_the_password_is_right(tmp_path: Path) -> None:
    async def scenario() -> None:
        make_password_file(tmp_path / "users", "bridge", "right")
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
    make_password_file(tmp_path / "users", "bridge", "from systemd")
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


def test_a_refused_topic_is_a_health_event_and_holds_up_no_other(tmp_path: Path) -> None:
    async def scenario() -> None:
        make_password_file(tmp_path / "users", "bridge", "pw")
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


def test_a_command_comes_with_its_response_topic_and_is_answered_with_its_correlation(tmp_path: Path) -> None:
    async def scenario() -> None:
        with (
            Mosquitto(tmp_path) as broker,
            Listener(broker.port, "answers", version=MQTTProtocolVersion.MQTTv5) as asker,
        ):
            async with station(tmp_path, broker.url) as s:
                await s.listens()
                properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
                properties.ResponseTopic = "answers"
                properties.CorrelationData = b"7"
                asker.client.publish("t/command/replay", b"{}", 1, properties=properties)
                await until(lambda: bool(s.came))
                command = s.came[0]
                assert command == Incoming("t/command/replay", b"{}", False, "answers", b"7")
                s.link.publish("answers", b"done", correlation_data=command.correlation_data)
                await asyncio.to_thread(asker.wait_for_payloads, {b"done"})
                answer = asker.messages[0].properties
                assert answer is not None
                assert getattr(answer, "CorrelationData") == b"7"  # noqa: B009  paho's properties have no types

    run(scenario())


def test_commands_are_heard_again_after_the_broker_restarted(tmp_path: Path) -> None:
    async def scenario() -> None:
        with Mosquitto(tmp_path) as broker:
            async with station(tmp_path, broker.url) as s:
                await s.up()
                await asyncio.to_thread(broker.restart)
                await s.health.wait_for("mqtt", Condition.FAILED)
                await s.listens()
                with Listener(broker.port, "t/mark") as asker:
                    asker.client.publish("t/command/say", b"hello", 1)
                    await until(lambda: bool(s.came))

    run(scenario())


def test_a_callback_that_fails_does_not_stop_the_link(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_message: Incoming) -> None:
        raise ZeroDivisionError

    async def scenario() -> None:
        with Mosquitto(tmp_path) as broker, Listener(broker.port, "t/alert") as listener:
            async with station(tmp_path, broker.url) as s:
                await s.listens()
                s.link._on_message = fail
                listener.client.publish("t/command/x", b"", 1).wait_for_publish(5)
                await s.box.put(message(1))
                await heard(listener, 1)
                await until(lambda: "a message on t/command/x" in caplog.text)

    run(scenario())


def test_without_a_connection_a_transient_message_is_dropped_and_told_so(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with station(tmp_path, f"mqtt://127.0.0.1:{free_port()}") as s:
            assert s.link.publish("t/partial", b"x") is False

    run(scenario())


def confirming(receiver: str) -> Callable[[Listener, paho.MQTTMessage], None]:
    """What a named receiver does: it stores, then publishes its receipt."""

    def confirm(listener: Listener, m: paho.MQTTMessage) -> None:
        ids = [f"{int(m.payload):026d}"]
        listener.client.publish(f"t/receipt/{receiver}", json.dumps({"ids": ids}), 1)

    return confirm


async def hear_receipts(s: Station) -> None:
    """The station's part: receipts go to the outbox."""

    def came(incoming: Incoming) -> None:
        receiver = incoming.topic.rpartition("/")[2]
        s.box.confirm(receiver, json.loads(incoming.payload)["ids"])

    s.link._on_message = came
    await s.up()


def test_with_receipts_a_message_leaves_when_the_receiver_has_confirmed_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        with Mosquitto(tmp_path) as broker:
            async with station(tmp_path, broker.url, receipts=["duty"], receipt_timeout_s=1) as s:
                await hear_receipts(s)
                await s.box.put(message(1))
                await s.health.wait_for("receipts/duty", Condition.DEGRADED, "has not confirmed 1 message ")
                with Listener(broker.port, "t/alert", on_each=confirming("duty")) as listener:
                    await heard(listener, 1)
                    await until(lambda: s.box.status().waiting == 0)
                    await s.health.wait_for("receipts/duty", Condition.OK)

    run(scenario())


def test_a_broker_that_lost_what_it_had_acknowledged_costs_nothing_with_receipts(tmp_path: Path) -> None:
    async def scenario() -> None:
        broker: BrokerProcess
        with Mosquitto(tmp_path) as broker:
            async with station(tmp_path, broker.url, receipts=["duty"], receipt_timeout_s=2) as s:
                await hear_receipts(s)
                await asyncio.gather(*(s.box.put(message(n)) for n in range(300)))
                with Listener(broker.port, "t/mark") as mark:
                    s.link.publish("t/mark", b"", qos=1)
                    await asyncio.to_thread(mark.wait_for, lambda m: len(m) > 0)
                broker.kill()
                with broker, Listener(broker.port, "t/alert", on_each=confirming("duty")) as listener:
                    await heard(listener, *range(300))
                    await until(lambda: s.box.status().waiting == 0)

    run(scenario())


def test_a_replay_sends_the_same_bytes_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        with Mosquitto(tmp_path) as broker, Listener(broker.port, "t/alert") as listener:
            async with station(tmp_path, broker.url) as s:
                for n in range(10):
                    await s.box.put(message(n))
                await heard(listener, *range(10))
                await until(lambda: s.box.status().waiting == 0)
                assert await s.box.replay(Selection(since_id=message(6).id)) == 3
                await asyncio.to_thread(listener.wait_for, lambda m: len(m) == 13)
                assert listener.payloads()[10:] == [b"7", b"8", b"9"]

    run(scenario())
