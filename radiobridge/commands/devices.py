"""`radiobridge devices`: the sound cards and serial ports of this machine, and a level meter for a card."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from radiobridge.commands.live_level import PRINT_EVERY_S, SHOW_EVERY_S, level_bar
from radiobridge.library_output import quiet_libraries

if TYPE_CHECKING:
    from rich.console import Console

    from radiobridge.ports import AudioDevice, AudioInput, AudioOutput
    from radiobridge.receive.meter import LevelMeter

_DEFAULT_DRIVER = "sounddevice"
_STABLE_NAMES = ("/dev/radiobridge", "/dev/serial/by-id", "/dev/serial/by-path")
"""Folders of names that stay with the cable; the first comes from our udev rules."""
_BAR_WIDTH = 40

_Faults: TypeAlias = dict[str, str]


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`devices` is one of the commands."""
    parser = commands.add_parser("devices", help="list sound cards and serial ports; show a level")
    parser.add_argument(
        "--meter", metavar="DEVICE", help="show the level of this card (name, part or number)"
    )
    parser.add_argument(
        "--driver", default=_DEFAULT_DRIVER, metavar="NAME", help="with --meter: sounddevice or pyaudio"
    )
    parser.add_argument("--seconds", type=float, metavar="N", help="with --meter: end after N seconds")
    parser.add_argument("--json", action="store_true", help="print the list as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when the list or the level was shown; a driver that cannot list says why."""
    if args.meter is not None:
        return _meter(args.driver, args.meter, args.seconds)
    from radiobridge.ports import load_audio_input, load_audio_output

    faults: _Faults = {}
    inputs = _cards("audio", load_audio_input, faults)
    outputs = _cards("output", load_audio_output, faults)
    ports = _serial_ports()
    if args.json:
        shown = {"audio": _as_json(inputs), "output": _as_json(outputs), "serial": ports, "faults": faults}
        print(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        _print(inputs, outputs, ports, faults)
    return 0


def _cards(
    kind: str, load: Callable[[str], type[AudioInput | AudioOutput]], faults: _Faults
) -> list[tuple[str, AudioDevice]]:
    """The devices of every driver of a kind; why a driver cannot tell is added to `faults`."""
    from radiobridge.errors import DeviceLost, MissingPart
    from radiobridge.ports import driver_names

    cards: list[tuple[str, AudioDevice]] = []
    for name in driver_names(kind):
        try:
            with quiet_libraries():
                cards += [(name, card) for card in load(name).devices()]
        except (MissingPart, DeviceLost) as error:
            faults[name] = str(error)
    return cards


def _as_json(cards: list[tuple[str, AudioDevice]]) -> list[dict[str, Any]]:
    return [{"driver": driver, **asdict(card)} for driver, card in cards]


def _serial_ports() -> list[dict[str, Any]]:
    """Every serial port: what it is, and the names that stay with it."""
    from serial.tools.list_ports import comports

    names: dict[str, list[str]] = {}
    for folder in map(Path, _STABLE_NAMES):
        for link in sorted(folder.glob("*")):
            names.setdefault(str(link.resolve()), []).append(str(link))
    return [
        {
            "port": port.device,
            "what": "" if port.description == "n/a" else port.description,
            "stable_names": names.get(str(Path(port.device).resolve()), []),
        }
        for port in sorted(comports())
    ]


def _print(
    inputs: list[tuple[str, AudioDevice]],
    outputs: list[tuple[str, AudioDevice]],
    ports: list[dict[str, Any]],
    faults: _Faults,
) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    _print_cards(console, "input", inputs)
    _print_cards(console, "output", outputs)
    for driver, why in faults.items():
        print(f"{driver}: {why}")
    _print_ports(console, ports)


def _print_cards(console: Console, direction: str, cards: list[tuple[str, AudioDevice]]) -> None:
    from rich import box
    from rich.table import Table

    if not cards:
        lister = {"input": "arecord -l", "output": "aplay -l"}[direction]
        print(f"no sound card with an {direction}: check the plug, `{lister}`, and the group audio")
        return
    table = Table(f"sound {direction}s", "number", "channels", "Hz", "driver", box=box.SIMPLE)
    for driver, card in cards:
        default = " (default)" if card.is_default else ""
        row = (card.name + default, str(card.number), str(card.channels), str(card.rate_hz), driver)
        table.add_row(*row)
    console.print(table)
    use = f'use one: {direction} = {{ driver = "sounddevice", device = "part of its name" }}'
    console.print(use, markup=False)


def _print_ports(console: Console, ports: list[dict[str, Any]]) -> None:
    from rich import box
    from rich.table import Table

    if not ports:
        print("no serial port: check the plug, and that the user is in the group dialout")
        return
    table = Table("serial ports", "what", "names that stay", box=box.SIMPLE)
    for port in ports:
        table.add_row(port["port"], port["what"], "\n".join(port["stable_names"]))
    console.print(table)


def _meter(driver_name: str, device: str, seconds: float | None) -> int:
    from pydantic import ValidationError

    from radiobridge.errors import RadiobridgeError
    from radiobridge.ports import load_audio_input

    try:
        driver = load_audio_input(driver_name)
    except LookupError as error:
        raise RadiobridgeError(f"--driver: {error.args[0]}") from error
    try:
        settings = driver.Settings.model_validate({"device": int(device) if device.isdigit() else device})
    except ValidationError as error:
        raise RadiobridgeError(
            f"the driver {driver_name} has no sound cards to measure: take sounddevice or pyaudio"
        ) from error
    source = driver(settings)
    with quiet_libraries():
        source.open()
    try:
        _measure(source, None if seconds is None else time.monotonic() + seconds)
    finally:
        source.close()
    return 0


def _measure(source: AudioInput, until: float | None) -> None:
    """Shows the level until `until` (monotonic seconds) or Ctrl-C, then what to do about it."""
    from rich.console import Console
    from rich.live import Live

    from radiobridge.commands.ctrl_c import ctrl_c
    from radiobridge.receive.meter import LevelMeter

    console = Console(highlight=False)
    console.print(f"{source.name}: let somebody talk on the radio; Ctrl-C ends", markup=False)
    meter: LevelMeter | None = None
    every_s = SHOW_EVERY_S if console.is_terminal else PRINT_EVERY_S
    shown_at = time.monotonic()
    with ctrl_c() as is_pressed, Live(console=console, auto_refresh=False) as live:
        while not is_pressed() and (until is None or time.monotonic() < until):
            block = source.read(SHOW_EVERY_S)
            if block is not None:
                meter = meter or LevelMeter(block.rate_hz)
                meter.feed(block.samples)
            if meter and time.monotonic() - shown_at >= every_s:
                shown_at = time.monotonic()
                if console.is_terminal:
                    live.update(_bar(meter), refresh=True)
                else:
                    console.print(_bar(meter), markup=False)
    console.print(meter.advice if meter else "no sound came", markup=False)


def _bar(meter: LevelMeter) -> str:
    clipped = f"  CLIPPED {meter.clipped}" if meter.clipped else ""
    return (
        f"{level_bar(meter.level_dbfs, _BAR_WIDTH)} {meter.level_dbfs:6.1f} dBFS"
        f"  peak {meter.peak_dbfs:6.1f}  noise {meter.noise_dbfs:6.1f}{clipped}"
    )
