"""The library for sound files, loaded late: start-up stays light, and its absence has a name."""

from __future__ import annotations

from typing import Any

from radiobridge.errors import MissingPart


def load_soundfile() -> Any:
    """The module soundfile. Raises MissingPart with what to install."""
    try:
        import soundfile
    except (ImportError, OSError) as error:
        raise MissingPart(f"soundfile does not load: {error}; try: apt install libsndfile1") from error
    return soundfile
