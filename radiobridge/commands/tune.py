"""`radiobridge tune`: a live view of a channel for who sets up its radio."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    from rich.console import Console

    from radiobridge.commands.tuning import Tuning
    from radiobridge.events import AudioBlock, Signal
    from radiobridge.ports import AudioInput
    from radiobridge.settings import ChannelSettings, InputSettings

    Heard: TypeAlias = Iterator[tuple[AudioBlock | None, list[Signal]]]

_DEFAULT_CONFIG = Path("/etc/radiobridge/radiobridge.toml")
_BUSY = (
    "; while the daemon runs it has this input for itself: `sudo systemctl stop radiobridge`, tune, and "
    "start it again; or name another input with --input"
)


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`tune` is one of the commands."""
    parser = commands.add_parser("tune", help="show level, spectrum, squelch and tones of a channel, live")
    parser.add_argument(
        "channel", nargs="?", metavar="CHANNEL", help="its name; not needed if there is one only"
    )
    parser.add_argument(
        "--config", type=Path, default=_DEFAULT_CONFIG, metavar="FILE", help=f"settings ({_DEFAULT_CONFIG})"
    )
    parser.add_argument(
        "--input",
        nargs="+",
        metavar="KEY=VALUE",
        help="another input than the channel's: driver=NAME and the driver's keys",
    )
    parser.add_argument("--seconds", type=float, metavar="N", help="end after N seconds")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when the input was heard until its end, Ctrl-C or N seconds; what to turn is said at the end."""
    from radiobridge.checks import load_station
    from radiobridge.commands.tuning import Tuning

    file = load_station(args.config)
    channel = _channel(file.settings.channel, args.channel, args.config)
    source = _source(_input(args.input) if args.input else channel.input)
    until = None if args.seconds is None else time.monotonic() + args.seconds
    _open(source)
    try:
        _show(source, Tuning(channel), until)
    finally:
        source.close()
    return 0


def _channel(channels: tuple[ChannelSettings, ...], name: str | None, path: Path) -> ChannelSettings:
    from radiobridge.errors import RadiobridgeError
    from radiobridge.near import did_you_mean

    names = [channel.name for channel in channels]
    if name is None and len(channels) == 1:
        return channels[0]
    if name is None:
        raise RadiobridgeError(f"which channel? {path} has {', '.join(names)}")
    if name not in names:
        there = f"{', '.join(names)}{did_you_mean(name, names)}"
        raise RadiobridgeError(f"no channel {name!r} in {path}; there are: {there}")
    return channels[names.index(name)]


def _input(pairs: list[str]) -> InputSettings:
    """The input that `--input` names; values are numbers and true or false where they look so, else texts."""
    import tomllib

    from radiobridge.errors import RadiobridgeError
    from radiobridge.settings import InputSettings

    options: dict[str, object] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise RadiobridgeError(f"--input: {pair!r} is not KEY=VALUE, such as driver=udp port=7355")
        try:
            options[key] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            options[key] = value
    return InputSettings.model_validate(options)


def _source(settings: InputSettings) -> AudioInput:
    from pydantic import ValidationError

    from radiobridge.errors import RadiobridgeError
    from radiobridge.ports import load_audio_input

    try:
        driver = load_audio_input(settings.driver)
        return driver(driver.Settings.model_validate(settings.options))
    except LookupError as error:
        raise RadiobridgeError(f"--input: {error.args[0]}") from error
    except ValidationError as error:
        said = "; ".join(
            f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_url=False)
        )
        known = ", ".join(sorted(driver.Settings.model_fields))
        raise RadiobridgeError(f"--input: {said} ({settings.driver} takes {known})") from error


def _open(source: AudioInput) -> None:
    from radiobridge.errors import DeviceLost
    from radiobridge.library_output import quiet_libraries

    try:
        with quiet_libraries():
            source.open()
    except DeviceLost as error:
        raise DeviceLost(f"{error}{'' if source.has_end else _BUSY}") from error


def _show(source: AudioInput, tuning: Tuning, until: float | None) -> None:
    """Shows what is heard until `until` (monotonic seconds), the sound's end or Ctrl-C, then the summary."""
    from rich.console import Console

    from radiobridge.commands.ctrl_c import ctrl_c
    from radiobridge.commands.tune_view import signal_line, summary

    console = Console(highlight=False)
    say = _sayer(console)
    say(f"{source.name}: let somebody talk and key on the radio; Ctrl-C ends")
    show = _picture_it if console.is_terminal else _tell_it
    try:
        with ctrl_c() as is_pressed:
            show(_heard(source, tuning, until, is_pressed), tuning, console, source.name)
    finally:
        for signal in tuning.finish():
            say(signal_line(signal))
        for line in summary(tuning):
            say(line)


def _sayer(console: Console) -> Callable[[str], None]:
    return lambda line: console.print(line, markup=False, soft_wrap=True)


def _heard(source: AudioInput, tuning: Tuning, until: float | None, is_ended: Callable[[], bool]) -> Heard:
    """Each block and the signals that ended in it; None where no sound came in time."""
    from radiobridge.commands.live_level import SHOW_EVERY_S
    from radiobridge.errors import EndOfAudio
    from radiobridge.radio_link import radio_link

    radio = radio_link(tuning.channel, lambda _health: None)
    if radio:
        radio.start()
    try:
        while not is_ended() and (until is None or time.monotonic() < until):
            block = source.read(SHOW_EVERY_S)
            state = radio.carrier() if radio else None
            yield block, tuning.feed(block, state) if block else []
    except EndOfAudio:
        return
    finally:
        if radio:
            radio.close()


def _picture_it(heard: Heard, tuning: Tuning, console: Console, source: str) -> None:
    from rich.live import Live

    from radiobridge.commands.live_level import SHOW_EVERY_S
    from radiobridge.commands.tune_view import picture

    shown_at = 0.0
    with Live(console=console, auto_refresh=False) as live:
        for _ in heard:
            if time.monotonic() - shown_at >= SHOW_EVERY_S:
                shown_at = time.monotonic()
                live.update(picture(tuning, source, console.width), refresh=True)
        live.update(picture(tuning, source, console.width), refresh=True)


def _tell_it(heard: Heard, tuning: Tuning, console: Console, _source: str) -> None:
    from radiobridge.commands.live_level import PRINT_EVERY_S
    from radiobridge.commands.tune_view import plain_line, signal_line

    say = _sayer(console)
    due_s = PRINT_EVERY_S
    told: set[str] = set()
    for block, signals in heard:
        for signal in signals:
            say(signal_line(signal))
        for name in tuning.concerns.keys() - told:
            say(tuning.concerns[name])
        told = set(tuning.concerns)
        if block and tuning.heard_s >= due_s:
            due_s += PRINT_EVERY_S
            say(plain_line(tuning, block.at))
