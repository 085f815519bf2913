"""`[mqtt]`: the broker."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator

from radiobridge.settings.table import Table, TopicLevel

EMBEDDED = "embedded"
_MQTT_PORTS = {"mqtt": 1883, "mqtts": 8883}


def _broker(value: str) -> str:
    if value == EMBEDDED:
        return value
    parts = urlsplit(value)
    try:
        usable = parts.scheme in _MQTT_PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.path.strip("/") or parts.query:
        raise ValueError(
            f'{value!r} is not a broker: "{EMBEDDED}", or mqtt://HOST[:PORT] or mqtts://HOST[:PORT]'
        )
    if parts.username or parts.password:
        raise ValueError("the login does not belong in the URL: use username and password_file")
    return value


class MqttSettings(Table):
    """`[mqtt]`: the broker and how to log in to it."""

    broker: Annotated[str, AfterValidator(_broker)] = EMBEDDED
    """"embedded", or mqtt://HOST[:PORT] or mqtts://HOST[:PORT]."""
    embedded_port: int = Field(1883, ge=1, le=65535)
    """TCP port of the embedded broker, on 127.0.0.1."""
    protocol: Literal["auto", "5", "3.1.1"] = "auto"
    """MQTT version; "auto" tries 5 and falls back to 3.1.1."""
    client_id: str | None = Field(None, min_length=1, max_length=128)
    """Default: radiobridge-<station>."""
    username: str | None = None
    password: SecretStr | None = None
    password_file: Path | None = None
    """File whose first line is the password; $CREDENTIALS_DIRECTORY/mqtt-password is read by itself."""
    ca_file: Path | None = None
    """PEM of the authority that signed the broker's certificate; default: the system's."""
    cert_file: Path | None = None
    key_file: Path | None = None
    keepalive_s: int = Field(20, ge=5, le=3600)
    """Longest silence before broker and bridge notice that the other is gone, in seconds."""
    receipts: tuple[TopicLevel, ...] = ()
    """Receivers that must each confirm every message of the outbox before it leaves it."""
    receipt_timeout_s: float = Field(30, ge=1, le=3600)
    """Seconds until a message without all its receipts is sent again and reported."""

    @model_validator(mode="after")
    def _login_is_whole(self) -> MqttSettings:
        if self.password is not None and self.password_file is not None:
            raise ValueError("give password or password_file, not both")
        if self.password is not None and self.username is None:
            raise ValueError("password needs username")
        if (self.cert_file is None) != (self.key_file is None):
            raise ValueError("cert_file and key_file go together")
        if len(set(self.receipts)) != len(self.receipts):
            raise ValueError("receipts names a receiver twice")
        return self

    @property
    def host(self) -> str:
        """Where the broker listens."""
        return "127.0.0.1" if self.broker == EMBEDDED else str(urlsplit(self.broker).hostname)

    @property
    def port(self) -> int:
        """The TCP port, the scheme's own unless the URL names one."""
        if self.broker == EMBEDDED:
            return self.embedded_port
        parts = urlsplit(self.broker)
        return parts.port or _MQTT_PORTS[parts.scheme]

    @property
    def tls(self) -> bool:
        """True for mqtts."""
        return self.broker.startswith("mqtts:")
