"""A trial of a speech model in a process of its own: whether it loads, what it hears in silence, and takes.

    python -m radiobridge.speech.model_trial FOLDER LANGUAGE

The process prints what it found as JSON. An engine that crashes over a damaged model takes nothing else down.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from signal import Signals

import numpy as np

from radiobridge.errors import ModelError, RadiobridgeError
from radiobridge.events import Samples, Words
from radiobridge.speech.phrases import NO_PHRASES
from radiobridge.speech.recogniser import SpeechModel
from radiobridge.speech.recognition import RATE_HZ
from radiobridge.speech.vocabulary import words_in

_TRIAL_S = 600.0
"""A big model loads for minutes from a slow card."""
_SILENCE_S, _NOISE_S = 3, 3
_NOISE = 10 ** (-40 / 20)
"""RMS of the hiss of an open carrier, -40 dBFS."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it. `words`: how many the model knows, 0 where its files do not tell."""

    load_s: float
    resident_mb: float
    """The most memory that the process had."""
    takes_grammar: bool
    words: int
    heard_in_silence: str
    heard_in_noise: str


def tried(folder: Path, language: str, timeout_s: float = _TRIAL_S) -> Trial:
    """The model was loaded and has recognised silence and noise.

    Raises:
        ModelError: it does not load, crashes, or takes longer than `timeout_s`.
    """
    command = [sys.executable, "-m", "radiobridge.speech.model_trial", str(folder), language]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=timeout_s)  # noqa: S603  our own
    except subprocess.TimeoutExpired as error:
        raise ModelError(
            f"{folder} had not loaded after {timeout_s:.0f} s: use a smaller model, or a faster disk"
        ) from error
    if done.returncode < 0:
        how = Signals(-done.returncode).name
        why = "there was too little memory for it" if how == "SIGKILL" else "it is damaged: install it again"
        raise ModelError(f"{folder}: the engine died of {how} over it; {why}")
    if done.returncode:
        raise ModelError(done.stderr.decode(errors="replace").strip().rpartition("\n")[2])
    return Trial(**json.loads(done.stdout))


def main(arguments: list[str]) -> int:
    """What `tried` reads; 1 with the reason on stderr when the model cannot be used."""
    folder, language = Path(arguments[0]), arguments[1]
    began = time.monotonic()
    try:
        words = sum(1 for _ in words_in(folder))
        model = SpeechModel.load(folder, language)
    except RadiobridgeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    load_s = time.monotonic() - began
    noise = np.random.default_rng(1).normal(0, _NOISE, _NOISE_S * RATE_HZ).astype(np.float32)
    trial = Trial(
        load_s=load_s,
        resident_mb=0.0,
        takes_grammar=model.takes_grammar,
        words=words,
        heard_in_silence=_heard(model, np.zeros(_SILENCE_S * RATE_HZ, np.float32)),
        heard_in_noise=_heard(model, noise),
    )
    sys.stdout.write(json.dumps(asdict(trial) | {"resident_mb": _peak_mb()}))
    return 0


def _peak_mb() -> float:
    """The most memory of this program; getrusage would count that of the process which started it, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


def _heard(model: SpeechModel, sound: Samples) -> str:
    recognition = model.transcribe("", "", NO_PHRASES)
    events = [*recognition.feed(sound, 0.0), *recognition.finish()]
    return " ".join(event.text for event in events if isinstance(event, Words))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
