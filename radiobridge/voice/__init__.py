"""Texts on their way to speech: worded as radio people say them, rendered once, kept, brought to one level.

What makes the speech is a driver (`radiobridge.ports.Voice`). Nothing here starts a thread: rendering takes
the time of its caller.
"""

from radiobridge.voice.cache import VoiceCache
from radiobridge.voice.loudness import CEILING_DBFS, active_level_dbfs, levelled
from radiobridge.voice.radio_words import spoken_text
from radiobridge.voice.wordings import Style

__all__ = [
    "CEILING_DBFS",
    "Style",
    "VoiceCache",
    "active_level_dbfs",
    "levelled",
    "spoken_text",
]
