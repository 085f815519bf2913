"""The terminal as commands print tables to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

_WITHOUT_TERMINAL = 200
"""Columns of a table that goes into a pipe: its lines are not folded."""


def table_console() -> Console:
    """A console that shows texts as they are, whatever is in them."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = _WITHOUT_TERMINAL
    return console
