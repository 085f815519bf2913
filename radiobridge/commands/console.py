"""The terminal as commands print tables to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from rich.console import Console
    from rich.table import Table

_WITHOUT_TERMINAL = 200
"""Columns of a table that goes into a pipe: its lines are not folded."""


def table_console() -> Console:
    """A console that shows texts as they are, whatever is in them."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = _WITHOUT_TERMINAL
    return console


def table(*columns: str, right: Collection[str] = ()) -> Table:
    """A table of these columns; those in `right` are of numbers."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE)
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left")
    return made
