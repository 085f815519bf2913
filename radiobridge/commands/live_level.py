"""A level as a bar in the terminal."""

from __future__ import annotations

BAR_FROM_DBFS = -70.0
SHOW_EVERY_S = 0.1
"""Of a picture in a terminal."""
PRINT_EVERY_S = 1.0
"""Of a line in a pipe."""


def place_of(level_dbfs: float, width: int) -> int:
    """Characters of a bar of `width` that this level fills."""
    share = (level_dbfs - BAR_FROM_DBFS) / -BAR_FROM_DBFS
    return round(min(max(share, 0.0), 1.0) * width)


def level_bar(level_dbfs: float, width: int) -> str:
    """From -70 to 0 dBFS."""
    return f"{'█' * place_of(level_dbfs, width):░<{width}}"
