"""What a command may carry, and what is known of one that is refused."""

from __future__ import annotations

import pytest

from radiobridge.bus.commands import parse_command, ref_of
from radiobridge.errors import CommandRefused

LONGEST = "~" * 64


@pytest.mark.parametrize(
    ("payload", "ref"),
    [
        (b'{"channels": ["gate"], "tones": "beep", "ref": "screen 7"}', "screen 7"),
        (b'{"since": "yesterday", "ref": "a"}', "a"),
        (f'{{"ref": "{LONGEST}"}}'.encode(), LONGEST),
        (f'{{"ref": "{LONGEST}~"}}'.encode(), None),
        (b'{"ref": ""}', None),
        (b'{"ref": "a\\n"}', None),
        ('{"ref": "号"}'.encode(), None),
        (b'{"ref": 7}', None),
        (b'{"ref": null}', None),
        (b'{"ref": "a"', None),
        (b'["ref"]', None),
        (b"\xff", None),
        (b"", None),
    ],
)
def test_a_reference_is_read_whatever_else_is_in_the_command(payload: bytes, ref: str | None) -> None:
    assert ref_of(payload) == ref


@pytest.mark.parametrize(
    ("verb", "rest"), [("say", '"channels": ["gate"], "tones": "beep"'), ("replay", '"since_id": null')]
)
def test_a_command_with_a_reference_that_is_not_allowed_is_refused(verb: str, rest: str) -> None:
    with pytest.raises(CommandRefused, match="ref: "):
        parse_command(verb, f'{{"ref": "{LONGEST}~", {rest}}}'.encode())
