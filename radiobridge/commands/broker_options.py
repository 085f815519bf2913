"""How a command is told which broker to connect to, and as whom: the same options for all that do."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from radiobridge.settings import MqttSettings, Settings

_DEFAULT_BROKER = "mqtt://127.0.0.1:1883"


def add_broker_options(parser: argparse.ArgumentParser) -> None:
    """The parser takes a settings file, or a broker and a login."""
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="take broker and login from this file; the options below go before it",
    )
    parser.add_argument(
        "--broker", metavar="URL", help=f"mqtt://HOST[:PORT] or mqtts://HOST (default {_DEFAULT_BROKER})"
    )
    parser.add_argument("--username", metavar="NAME", help="login; the password is read from the file")
    parser.add_argument("--password-file", type=Path, metavar="FILE", help="file with the password")
    parser.add_argument("--ca-file", type=Path, metavar="FILE", help="who signed the broker's certificate")


def add_running_station_options(parser: argparse.ArgumentParser) -> None:
    """The parser takes one station, too."""
    add_broker_options(parser)
    parser.add_argument("--station", metavar="NAME", help="default: that of the file, or else station")


def station_of(args: argparse.Namespace, settings: Settings | None) -> str:
    """The station that is meant."""
    return args.station or (settings.station.name if settings else "station")


def settings_of(args: argparse.Namespace) -> Settings | None:
    """The settings in the file that was named. Raises SettingsError."""
    from radiobridge.checks import load_station

    return load_station(args.config).settings if args.config else None


def broker_of(args: argparse.Namespace, settings: Settings | None) -> MqttSettings:
    """The broker and the login that the options name, and for what they do not name those of the settings.

    Raises:
        RadiobridgeError: an option that cannot be used.
    """
    from pydantic import ValidationError

    from radiobridge.errors import RadiobridgeError
    from radiobridge.settings import MqttSettings

    options = {key: getattr(args, key) for key in ("broker", "username", "password_file", "ca_file")}
    given = {key: value for key, value in options.items() if value is not None}
    known = settings.mqtt.model_dump(exclude_unset=True) if settings else {"broker": _DEFAULT_BROKER}
    if "password_file" in given:
        known.pop("password", None)
    try:
        return MqttSettings.model_validate(known | given)
    except ValidationError as error:
        first = error.errors()[0]
        option = str(first["loc"][0] if first["loc"] else "broker").replace("_", "-")
        raise RadiobridgeError(f"--{option}: {first['msg'].removeprefix('Value error, ')}") from error
