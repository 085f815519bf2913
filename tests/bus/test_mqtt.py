from __future__ import annotations

import asyncio
import json
import signal
import time
from collections.abc import Callable
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from radiobridge.bus.connection import Incoming
from radiobridge.bus.stored import Selection
from radiobridge.events import Condition
from tests.brokers import KEEPS_ALL, BrokerProcess, Listener, Mosquitto, OldBroker, free_port
from tests.bus.builders import message, run, until
from tests.bus.stations import OFFLINE, STATUS, Station, heard, in_order, station


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
            Mosquitto(tmp_path, *KEEPS_ALL) as broker,
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
