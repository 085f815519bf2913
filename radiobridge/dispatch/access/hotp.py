"""One-time codes by HMAC and a counter. Source: RFC 4226, 5.3."""

from __future__ import annotations

import hmac
from hashlib import sha1


def one_time_code(secret: bytes, counter: int, digits: int = 6) -> str:
    """The code of a counter."""
    digest = hmac.new(secret, counter.to_bytes(8, "big"), sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}d}"
