"""How a driver is found: by one line of the entry-point group `radiobridge.drivers`.

The line is `<kind>.<name> = module:Class`. Bundled drivers and those of other packages take the same road.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TypeVar

from radiobridge.errors import MissingPart
from radiobridge.near import did_you_mean
from radiobridge.ports.audio import AudioInput, AudioOutput
from radiobridge.ports.contact import ContactInput
from radiobridge.ports.driver import Driver
from radiobridge.ports.notifier import Notifier
from radiobridge.ports.radio import Radio
from radiobridge.ports.transcriber import Transcriber
from radiobridge.ports.voice import Voice

GROUP = "radiobridge.drivers"

T = TypeVar("T", bound=Driver)


def driver_names(kind: str) -> list[str]:
    """The installed drivers of a kind (`audio`, `contact`, `output`, `radio` …), sorted."""
    points = entry_points(group=GROUP)
    return sorted(p.name.removeprefix(f"{kind}.") for p in points if p.name.startswith(f"{kind}."))


def load_audio_input(name: str) -> type[AudioInput]:
    """The class of the audio driver `name`.

    Raises:
        LookupError: no such driver; the message lists those there are and the nearest name.
        MissingPart: the driver is there but does not import.
    """
    return _load("audio", name, AudioInput)  # type: ignore[type-abstract]  # compared, not made


def load_audio_output(name: str) -> type[AudioOutput]:
    """The class of the audio output driver `name`. Raises LookupError and MissingPart as for inputs."""
    return _load("output", name, AudioOutput)  # type: ignore[type-abstract]  # the same


def load_contact(name: str) -> type[ContactInput]:
    """The class of the contact driver `name`. Raises LookupError and MissingPart as for sound."""
    return _load("contact", name, ContactInput)  # type: ignore[type-abstract]  # the same


def load_notifier(name: str) -> type[Notifier]:
    """The class of the notifier `name`. Raises LookupError and MissingPart as for sound."""
    return _load("notify", name, Notifier)  # type: ignore[type-abstract]  # the same


def load_radio(name: str) -> type[Radio]:
    """The class of the radio driver `name`. Raises LookupError and MissingPart as for sound."""
    return _load("radio", name, Radio)  # type: ignore[type-abstract]  # the same


def load_transcriber(name: str) -> type[Transcriber]:
    """The class of the transcriber `name`. Raises LookupError and MissingPart as for sound."""
    return _load("transcriber", name, Transcriber)  # type: ignore[type-abstract]  # the same


def load_voice(name: str) -> type[Voice]:
    """The class of the voice driver `name`. Raises LookupError and MissingPart as for sound."""
    return _load("voice", name, Voice)  # type: ignore[type-abstract]  # the same


def _load(kind: str, name: str, port: type[T]) -> type[T]:
    points = [p for p in entry_points(group=GROUP) if p.name == f"{kind}.{name}"]
    if not points:
        names = driver_names(kind)
        hint = did_you_mean(name, names)
        raise LookupError(f"no {kind} driver {name!r}; there are: {', '.join(names) or 'none'}{hint}")
    try:
        driver = points[0].load()
    except Exception as error:
        raise MissingPart(f"{kind} driver {name!r} does not load: {error}") from error
    if not (isinstance(driver, type) and issubclass(driver, port)):
        raise MissingPart(f"{kind} driver {name!r}: {points[0].value} is no {port.__name__}")
    return driver
