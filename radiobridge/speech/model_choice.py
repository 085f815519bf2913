"""Which of the models of a language is used: the best one that is there and fits into the memory."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from radiobridge.errors import ModelError
from radiobridge.speech.memory import BYTES_PER_MB, available_bytes, needed_bytes
from radiobridge.speech.models import resolve

_LOCK = "speech.lock"
_SPARE_BYTES = 150 * BYTES_PER_MB
"""What recognition takes beside the model, and the rest of the station while it goes on."""


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """The model of a language. `why`: why it is not the first one that the settings name, else empty."""

    spec: str
    folder: Path
    why: str = ""


@contextmanager
def one_at_a_time(state_dir: Path) -> Iterator[None]:
    """Of all languages of the station, each a process of its own, only one chooses and loads at a time.

    Two that look at the free memory in one moment would both take it. Where there can be no lock they go on
    without one.
    """
    with ExitStack() as stack:
        with suppress(OSError):
            state_dir.mkdir(parents=True, exist_ok=True)
            lock = stack.enter_context((state_dir / _LOCK).open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def choose_model(
    specs: Sequence[str], state_dir: Path, available: Callable[[], int | None] = available_bytes
) -> ModelChoice:
    """The first of the models that is there and fits; where none fits, the one that needs least.

    Raises:
        ModelError: none of them is there.
    """
    there, missing = _there(specs, state_dir)
    if not there:
        raise ModelError("; ".join(missing))
    room = available()
    passed_over = list(missing)
    for spec, folder, needed in there:
        if room is None or needed + _SPARE_BYTES <= room:
            return ModelChoice(spec, folder, _told(passed_over, spec))
        passed_over.append(
            f"{spec} needs about {_mb(needed + _SPARE_BYTES)} of memory and {_mb(room)} are free"
        )
    spec, folder, _ = min(there, key=lambda each: each[2])
    if len(specs) > 1:
        advice = f"{spec} is used, since none of them fits: add memory, or stop other programs"
    else:
        advice = (
            "it is used all the same: add memory, stop other programs, or name a smaller model behind it in "
            "[speech.models]"
        )
    return ModelChoice(spec, folder, f"{'; '.join(passed_over)}; {advice}")


def _there(specs: Sequence[str], state_dir: Path) -> tuple[list[tuple[str, Path, int]], list[str]]:
    """The models that are there with what each needs, and what is wrong with the others."""
    there, missing = [], []
    for spec in specs:
        try:
            folder = resolve(spec, state_dir)
            there.append((spec, folder, needed_bytes(folder)))
        except ModelError as error:
            missing.append(str(error))
        except OSError as error:
            missing.append(f"speech model {spec!r} cannot be read ({error.strerror or error})")
    return there, missing


def _told(passed_over: Sequence[str], spec: str) -> str:
    return f"{'; '.join(passed_over)}; {spec} is used instead" if passed_over else ""


def _mb(size_bytes: int) -> str:
    return f"{size_bytes / BYTES_PER_MB:.0f} MB"
