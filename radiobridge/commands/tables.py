"""Tables on a terminal, or in a pipe, whose lines are not folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

_WITHOUT_TERMINAL = 200
"""Columns of a table that goes into a pipe."""


def table_console() -> Console:
    """A console that prints what it is given, and nothing in colours of its own."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = _WITHOUT_TERMINAL
    return console
