"""`[keypad_test]`: the code by which an operator asks how well the station hears his handset."""

from __future__ import annotations

from pydantic import Field

from radiobridge.settings.table import Table


class KeypadTestSettings(Table):
    """`[keypad_test]`: keys that begin a test."""

    keys: str = Field("*0#", max_length=64)
    """As in [[code]]; the one field {unit:2} may stand in it, for the handset's number; "": no test."""
