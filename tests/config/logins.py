"""A broker with the shipped ACL: one login for each part on the bus, and what the broker lets it do."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from tests.brokers import KEEPS_ALL, SHIPPED, Mosquitto, add_login

STATION, SCREEN, CONSOLE = "duty-room", "duty-room-screen", "console"
NEWCOMER = "newcomer"
"""A login with a password and without a line in the ACL."""
_ANSWER_S = 10


def password(user: str) -> str:
    return f"{user} pw"


def login(user: str) -> tuple[str, str]:
    return user, password(user)


def asking_for_a_login(folder: Path, acl: Path = SHIPPED / "radiobridge.acl") -> Mosquitto:
    """mosquitto with the shipped settings, changed as docs/install.md says for a login."""
    users = folder / "users"
    for user in (STATION, SCREEN, CONSOLE, NEWCOMER):
        add_login(users, *login(user))
    rest = [line for line in KEEPS_ALL if line != "allow_anonymous true"]
    return Mosquitto(folder, *rest, "allow_anonymous false", f"password_file {users}", f"acl_file {acl}")


@contextmanager
def client(port: int, user: tuple[str, str] | None) -> Iterator[tuple[paho.Client, ReasonCode]]:
    """A client with MQTT 5, which is told of refusals, and the broker's answer to it."""
    answers: queue.Queue[ReasonCode] = queue.Queue()
    new = paho.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
    if user is not None:
        new.username_pw_set(*user)
    new.on_connect = lambda _client, _data, _flags, reason, _properties: answers.put(reason)
    new.connect("127.0.0.1", port)
    new.loop_start()
    try:
        yield new, answers.get(timeout=_ANSWER_S)
    finally:
        new.disconnect()
        new.loop_stop()


def let_in(port: int, user: tuple[str, str] | None) -> bool:
    with client(port, user) as (_, reason):
        return not reason.is_failure


def accepted(port: int, user: str, *topics: str) -> list[bool]:
    """For each topic, whether the broker takes this user's message on it."""
    answers: queue.Queue[tuple[int, bool]] = queue.Queue()
    with client(port, login(user)) as (publisher, _):
        publisher.on_publish = lambda _client, _data, mid, reason, _properties: answers.put(
            (mid, not reason.is_failure)
        )
        mids = [publisher.publish(topic, topic.encode(), 1).mid for topic in topics]
        taken = dict(answers.get(timeout=_ANSWER_S) for _ in mids)
        return [taken[mid] for mid in mids]
