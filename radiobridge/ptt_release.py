"""PTT released without the daemon: the radios of the channels are opened, released and closed again.

For `radiobridge ptt-off` and for the guard process. Of the settings only the radios are read, so that a
mistake elsewhere in the file leaves no radio on the air; drivers are imported when there is a radio.
"""

from __future__ import annotations

import queue
import threading
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from radiobridge.errors import DeviceLost, MissingPart, Mistake, SettingsError

if TYPE_CHECKING:
    from radiobridge.ports import Radio

RELEASE_S = 5.0
"""The longest that the release of one radio may take: its driver opens it, releases PTT, and closes it."""
_AGAIN_S = 0.2
"""Before a radio that did not open is tried again."""


@dataclass(frozen=True, slots=True)
class ChannelRadio:
    """The radio of a channel as the settings choose it."""

    channel: str
    driver: str
    options: Mapping[str, Any]

    def made(self) -> Radio:
        """The radio, not open yet.

        Raises:
            LookupError: no such driver.
            MissingPart: the driver does not import.
            ValueError: it does not take these keys.
        """
        from radiobridge.ports import load_radio

        driver = load_radio(self.driver)
        return driver(driver.Settings.model_validate(dict(self.options)))


@dataclass(frozen=True, slots=True)
class Released:
    """What became of a channel's radio; `name` is the radio in words that its user knows."""

    channel: str
    name: str
    why: str = ""
    """Why PTT may still be on; empty when it is off."""
    by_itself: bool = False
    """True where PTT falls when nobody holds the radio, so that a failure does not matter."""


def radios_in(path: Path) -> list[ChannelRadio]:
    """The radios of the channels in the settings file at `path`.

    Raises:
        SettingsError: the file cannot be read, or is not TOML.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError([Mistake(str(path), None, "", f"cannot be read: {error.strerror}")]) from error
    except ValueError as error:
        raise SettingsError([Mistake(str(path), None, "", f"not TOML: {error}")]) from error
    channels = table.get("channel")
    found = []
    for channel in channels if isinstance(channels, list) else []:
        radio = channel.get("radio") if isinstance(channel, dict) else None
        if isinstance(radio, str):
            radio = {"driver": radio}
        if isinstance(radio, dict):
            options = {key: value for key, value in radio.items() if key != "driver"}
            found.append(ChannelRadio(str(channel.get("name")), str(radio.get("driver")), options))
    return found


def release_all(radios: Sequence[ChannelRadio], *, patience_s: float = 0.0) -> list[Released]:
    """What became of each of `radios`, in their order; all are released at once.

    A radio that fails is tried again for `patience_s`. This returns after `patience_s` and `RELEASE_S` at
    the latest; a driver that hangs is left behind.
    """
    now = time.monotonic()
    done: queue.SimpleQueue[tuple[int, Released]] = queue.SimpleQueue()
    for index, radio in enumerate(radios):
        threading.Thread(
            target=lambda index=index, radio=radio: done.put((index, _released(radio, now + patience_s))),
            name=f"release-{radio.channel}",
            daemon=True,
        ).start()
    results: dict[int, Released] = {}
    deadline = now + patience_s + RELEASE_S
    while len(results) < len(radios):
        try:
            index, released = done.get(timeout=max(deadline - time.monotonic(), 0))
        except queue.Empty:
            break
        results[index] = released
    late = f"no answer for {patience_s + RELEASE_S:g} s"
    return [
        results.get(index) or Released(radio.channel, radio.driver, late)
        for index, radio in enumerate(radios)
    ]


def _released(radio: ChannelRadio, until: float) -> Released:
    """PTT is off, or there is a reason; `until`: when it is no longer tried again."""
    try:
        driver = radio.made()
    except (LookupError, MissingPart) as error:
        return Released(radio.channel, radio.driver, str(error.args[0]))
    except ValueError as error:
        return Released(radio.channel, radio.driver, " ".join(str(error).split()))
    while True:
        try:
            with driver:
                driver.set_ptt(False)
        except (DeviceLost, MissingPart) as error:
            why = str(error)
        except Exception as error:  # noqa: BLE001  # a driver's fault is told as any other
            why = f"fault in its driver: {error!r}"
        else:
            return Released(radio.channel, driver.name)
        if time.monotonic() >= until:
            return Released(radio.channel, driver.name, why, driver.releases_by_itself)
        time.sleep(_AGAIN_S)
