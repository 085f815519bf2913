"""`[access]` and `[[operator]]`: who may do something by keys, and how he shows that it is he."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from radiobridge.events import Act
from radiobridge.settings.table import Table
from radiobridge.settings.unit import RadioId

Needs = Literal["pin", "otp"]
_LEAST_SECRET_BYTES = 16
"""RFC 4226, 4 (R6): the shared secret has at least 128 bits."""


def _pin(value: SecretStr) -> SecretStr:
    if not re.fullmatch("[0-9]{4,12}", value.get_secret_value()):
        raise ValueError("a PIN has 4 to 12 digits")
    return value


def _otp_secret(value: SecretStr) -> SecretStr:
    try:
        secret = secret_bytes(value)
    except (binascii.Error, ValueError) as error:
        raise ValueError("no secret in base32, as `radiobridge otp new` makes it") from error
    if len(secret) < _LEAST_SECRET_BYTES:
        raise ValueError("too short: a secret has at least 128 bits; `radiobridge otp new` makes one")
    return value


def secret_bytes(value: SecretStr) -> bytes:
    """The secret that was written in base32. Raises binascii.Error or ValueError."""
    text = value.get_secret_value().replace(" ", "").replace("-", "").upper().rstrip("=")
    return base64.b32decode(text + "=" * (-len(text) % 8))


class AccessSettings(Table):
    """`[access]`: how many may be wrong, and how far a card may be ahead."""

    failures: int = Field(5, ge=1, le=100)
    """Wrong PINs or codes of a unit (or of a channel, where no unit is known) until it is locked out."""
    lock_s: float = Field(300, ge=1, le=86_400)
    """Seconds of the first lock-out; each further one within a day is twice as long, up to eight times."""
    look_ahead: int = Field(10, ge=1, le=50)
    """Codes of a card that may have been skipped."""
    resync: int = Field(100, ge=1, le=1000)
    """Codes beyond that, of which two in a row bring a card back into step; 1: none."""
    otp_digits: int = Field(6, ge=6, le=8)


class OperatorSettings(Table):
    """`[[operator]]`: somebody who may do something about incidents by keys."""

    id: str = Field(pattern=r"^[0-9A-Za-z_-]{1,32}$")
    """As {operator:2} in the keys of a code names him, where it does."""
    name: str = Field(min_length=1, max_length=64)
    """How he is called in logs and messages."""
    pin: Annotated[SecretStr, AfterValidator(_pin)] | None = None
    otp_secret: Annotated[SecretStr, AfterValidator(_otp_secret)] | None = None
    """Of his one-time codes, in base32: made by `radiobridge otp new`."""
    units: tuple[RadioId, ...] = ()
    """Radios that he must use; none: any."""
    may: tuple[Act, ...] = ()
    """What he may do; none named: everything."""

    @model_validator(mode="after")
    def _shows_something(self) -> Self:
        if self.pin is None and self.otp_secret is None:
            raise ValueError("give a pin, an otp_secret or both: else he can show nothing")
        return self
