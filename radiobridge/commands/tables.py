"""Tables in the terminal, plain where there is none."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_WITHOUT_TERMINAL = 200
"""Columns of a table that goes into a file or a pipe."""


def table(*columns: str, right: Collection[str] = ()) -> Table:
    """A table of these columns; those in `right` are of numbers."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE)
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left")
    return made


def console() -> Console:
    """What prints it."""
    from rich.console import Console

    made = Console(highlight=False, markup=False, emoji=False)
    if not made.is_terminal:
        made.width = _WITHOUT_TERMINAL
    return made
