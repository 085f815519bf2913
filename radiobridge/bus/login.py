"""What a broker asks before it lets the bridge in: the password, and TLS that is always verified."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from radiobridge.errors import BrokerRefused
from radiobridge.settings.mqtt import MqttSettings

_CREDENTIAL = "mqtt-password"
"""Name for systemd's `LoadCredential=mqtt-password:FILE`."""
_HANDSHAKE_S = 5.0


def password_of(settings: MqttSettings) -> str | None:
    """The password from the settings, from the first line of its file, or from systemd.

    Raises:
        BrokerRefused: its file cannot be read.
    """
    if settings.password is not None:
        return settings.password.get_secret_value()
    if settings.password_file is not None:
        return _first_line(settings.password_file.expanduser(), "password_file")
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if settings.username is not None and folder and (Path(folder) / _CREDENTIAL).exists():
        return _first_line(Path(folder) / _CREDENTIAL, f"LoadCredential={_CREDENTIAL}")
    return None


def tls_context(settings: MqttSettings) -> ssl.SSLContext | None:
    """What verifies the broker, or None for a broker without TLS.

    Raises:
        BrokerRefused: a certificate or key file cannot be used.
    """
    if not settings.tls:
        return None
    context = _ClosingContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.ca_file is None:
        context.load_default_certs()
    else:
        _load(settings.ca_file, "ca_file", context.load_verify_locations)
    if settings.cert_file is not None and settings.key_file is not None:
        key = str(settings.key_file.expanduser())
        _check_readable(settings.key_file, "key_file")
        _load(settings.cert_file, "cert_file", lambda file: context.load_cert_chain(file, key))
    return context


def in_words(error: Exception, settings: MqttSettings) -> str:
    """Why no connection came about, and what to look at."""
    place = f"{settings.host}:{settings.port}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"the broker's certificate is not accepted: {error.verify_message}. Check that mqtt.broker has "
            "the name in the certificate, and that mqtt.ca_file is the authority that signed it"
        )
    if isinstance(error, ssl.SSLError):
        return (
            f"TLS with {place} failed ({error.reason or error}): is that the broker's TLS port, "
            "and does it want a certificate (mqtt.cert_file)?"
        )
    if settings.tls and isinstance(error, ConnectionResetError | BrokenPipeError):
        return f"{place} hung up on the TLS handshake: is that the broker's TLS port (8883 by custom)?"
    if isinstance(error, socket.gaierror):
        return f"the host name {settings.host!r} is not known: check mqtt.broker and the network's DNS"
    return _of_the_network(error, place)


def _of_the_network(error: Exception, place: str) -> str:
    if isinstance(error, ConnectionRefusedError):
        return f"nothing listens on {place}: is the broker running?"
    if isinstance(error, TimeoutError):
        return f"{place} does not answer: check the network, and a firewall on the way"
    return f"{place}: {getattr(error, 'strerror', None) or error}"


class _ClosingContext(ssl.SSLContext):
    """Makes the handshake where the socket is wrapped, and closes the socket when it fails."""

    def wrap_socket(self, sock: socket.socket, *args: Any, **options: Any) -> ssl.SSLSocket:
        secured = super().wrap_socket(sock, *args, **options)
        try:
            secured.settimeout(_HANDSHAKE_S)
            secured.do_handshake()
        except BaseException:
            secured.close()
            raise
        return secured


def _first_line(file: Path, key: str) -> str:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BrokerRefused(f"{key}: {file} cannot be read: {_reason(error)}") from error
    return lines[0] if lines else ""


def _check_readable(file: Path, key: str) -> None:
    try:
        file.expanduser().read_bytes()
    except OSError as error:
        raise BrokerRefused(f"mqtt.{key}: {file} cannot be read: {_reason(error)}") from error


def _load(file: Path, key: str, load: Callable[[str], None]) -> None:
    _check_readable(file, key)
    try:
        load(str(file.expanduser()))
    except (OSError, ValueError) as error:
        raise BrokerRefused(
            f"mqtt.{key}: {file} is no usable PEM file, or does not fit its key ({_reason(error)})"
        ) from error


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or getattr(error, "reason", None) or error)
