"""Which broker a command takes, and which login."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from pydantic import SecretStr

from radiobridge.commands.broker_options import add_broker_options, broker_of, settings_of
from radiobridge.errors import RadiobridgeError
from radiobridge.settings import MqttSettings
from tests.system.station import config

LOGIN = 'username = "station"\npassword = "secret"'


def broker(*options: str) -> MqttSettings:
    parser = argparse.ArgumentParser()
    add_broker_options(parser)
    args = parser.parse_args(options)
    return broker_of(args, settings_of(args))


def test_without_options_it_is_this_machine_s() -> None:
    assert broker() == MqttSettings(broker="mqtt://127.0.0.1:1883")


def test_the_settings_name_broker_and_login(tmp_path: Path) -> None:
    path, _ = config(tmp_path, "mqtt://there", mqtt=LOGIN)
    known = MqttSettings(broker="mqtt://there", username="station", password=SecretStr("secret"))
    assert broker("--config", str(path)) == known


def test_options_go_before_the_settings(tmp_path: Path) -> None:
    path, _ = config(tmp_path, "mqtt://there:1884", mqtt=LOGIN)
    taken = broker("--config", str(path), "--username", "console", "--password-file", "/console")
    assert (taken.host, taken.port) == ("there", 1884)
    assert (taken.username, taken.password, taken.password_file) == ("console", None, Path("/console"))


def test_an_option_that_cannot_be_used_is_named() -> None:
    with pytest.raises(RadiobridgeError, match="--broker: 'here' is not a broker"):
        broker("--broker", "here")
