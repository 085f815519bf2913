"""Real speech, for what must never be taken for signalling."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

import numpy as np

from radiobridge.events import Samples

SOUNDS = Path("/usr/share/asterisk/sounds")
"""Each folder in it has one voice; Debian's asterisk-core-sounds-{en,es,fr,it,ru}-wav put them there."""


@cache
def real_speech() -> Samples:
    """25 minutes of a woman's voice: float32 mono at 8 kHz, not to be written to."""
    sound = speech_of(SOUNDS / "en_US_f_Allison")
    assert len(sound) > 8000 * 600
    return sound


def speech_of(folder: Path) -> Samples:
    """All that one voice says: float32 mono at 8 kHz, not to be written to."""
    files = sorted(folder.glob("*.wav"))
    assert files, f"no speech in {folder}; install the Debian package asterisk-core-sounds-en-wav"
    raw_8k = ("-t", "raw", "-r", "8000", "-c", "1", "-e", "signed", "-b", "16", "-")
    sox = subprocess.run(["sox", "-q", *map(str, files), *raw_8k], capture_output=True, check=True)
    sound = np.frombuffer(sox.stdout, "<i2").astype(np.float32) / np.float32(32768)
    sound.flags.writeable = False
    return sound
