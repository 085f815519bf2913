"""How `radiobridge tune` looks: a picture for a terminal, lines for a pipe, and what is said at the end."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Iterator, Sequence

from rich.console import Group
from rich.text import Text

from radiobridge.commands.live_level import level_bar, place_of
from radiobridge.commands.tuning import SPECTRUM_COLUMNS, Tuning
from radiobridge.events import Digit, Meaning, Selcall, Signal, TransmissionEnded

_MARGIN = 10
_FIGURE = 13
"""Characters of a level beside its bar."""
_WIDEST_BAR = 80
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_ROWS = 4
_ROW_DB = 20
_LOWEST_DBFS = -90
"""The spectrum's rows go from here up."""
_LEAST_SIGNALS = 3
"""Lines kept for signals, so that what stands below does not jump at the first ones."""


def picture(tuning: Tuning, source: str, width: int) -> Group:
    """All of it, in `width` characters."""
    return Group(
        _head(tuning, source, width),
        *_level(tuning, min(width - _MARGIN - _FIGURE, _WIDEST_BAR)),
        *_spectrum(tuning.spectrum.taken()),
        _squelch(tuning),
        *_signals(tuning),
        *_advice(tuning, width),
    )


def _line(label: str, *parts: str | tuple[str, str]) -> Text:
    """One line that is cut rather than broken."""
    return Text.assemble((f"{label:<{_MARGIN}}", "bold"), *parts, no_wrap=True, overflow="ellipsis", end="\n")


def _head(tuning: Tuning, source: str, width: int) -> Text:
    rate = f", {tuning.rate_hz} Hz" if tuning.heard_s else ""
    heard = f"{int(tuning.heard_s) // 60}:{int(tuning.heard_s) % 60:02}"
    left = f"{tuning.channel.name:<{_MARGIN - 1}} {source}{rate}"
    room = width - len(heard) - 1
    left = left if len(left) <= room else f"{left[: room - 1]}…"
    return Text(f"{left:<{room}} {heard}", style="bold", no_wrap=True)


def _level(tuning: Tuning, width: int) -> Iterator[Text]:
    meter, squelch = tuning.meter, tuning.squelch
    level_dbfs = meter.level_dbfs
    colour = "red" if meter.clipped and meter.level_dbfs > squelch.open_dbfs else "green"
    if level_dbfs < squelch.open_dbfs:
        colour = "blue"
    yield _line("level", (level_bar(level_dbfs, width), colour), f" {level_dbfs:6.1f} dBFS")
    marks = {"n": meter.noise_dbfs, "p": meter.peak_dbfs}
    if tuning.by_level:
        marks |= {"c": squelch.closing_dbfs, "o": squelch.open_dbfs}
    row = [" "] * width
    for mark, dbfs in marks.items():
        row[min(max(place_of(dbfs, width) - 1, 0), width - 1)] = mark
    yield _line("", "".join(row))
    names = {"n": "noise", "c": "closes", "o": "opens", "p": "peak"}
    legend = "   ".join(f"{m} {names[m]} {marks[m]:.0f}" for m in names if m in marks)
    clipped = (f"   {meter.clipped} clipped", "red" if meter.clipped else "dim")
    yield _line("", (legend, "dim"), clipped)


def _spectrum(levels: Sequence[float]) -> Iterator[Text]:
    """Four rows of 20 dB, each with the level of its top, and the axis."""
    labels = ("", "", "  in dBFS", "spectrum")
    for row in reversed(range(_ROWS)):
        ground_dbfs = _LOWEST_DBFS + row * _ROW_DB
        steps = (round((level - ground_dbfs) / _ROW_DB * 8) for level in levels)
        blocks = "".join(_EIGHTHS[min(max(step, 0), 8)] for step in steps)
        yield _line(labels[row], (blocks, "cyan"), (f" {ground_dbfs + _ROW_DB}", "dim"))
    quarter = SPECTRUM_COLUMNS // 4
    axis = "".join(f"{f'{khz} kHz':<{quarter}}" for khz in range(4))
    yield _line("", (f"{axis}4 kHz", "dim"))


def _squelch(tuning: Tuning) -> Text:
    state = ("open", "bold green") if tuning.is_open else ("closed", "blue")
    since_s = tuning.heard_s - tuning.changed_s
    count = _counted(tuning.transmissions, "transmission")
    last = f", the last {_ended(tuning.last[-1])}" if tuning.last else ""
    return _line("squelch", state, f" for {since_s:.0f} s; {count}{last}")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _ended(ended: TransmissionEnded) -> str:
    return f"{ended.duration_s:.1f} s at {ended.level_dbfs:.0f} dBFS, peak {ended.peak_dbfs:.0f}"


def _signals(tuning: Tuning) -> Iterator[Text]:
    if not tuning.signals:
        yield _line("heard", ("no key and no other signal yet", "dim"))
    for index, signal in enumerate(tuning.signals):
        yield _line("heard" if index == 0 else "", (signal_line(signal), "" if index else "bold"))
    for _ in range(_LEAST_SIGNALS - max(len(tuning.signals), 1)):
        yield Text("")


def signal_line(signal: Signal) -> str:
    """When, how well, what: in 69 characters but for long ids."""
    figures = f"{signal.level_dbfs:6.1f} dBFS  SNR {signal.snr_db:2.0f} dB"
    twist = f"  twist {signal.twist_db:+.1f} dB" if isinstance(signal, Digit) else ""
    return f"{_time(signal.at)}  {figures}  {_named(signal)}{twist}"


def _time(at: float) -> str:
    return f"{time.strftime('%H:%M:%S', time.localtime(at))}.{int(at * 10) % 10}"


def _named(signal: Signal) -> str:
    """`key 5`, `mdc1200 1234 emergency`, `zvei1 12345`, `mdc1200 1234 calls 5678 call-alert`."""
    if isinstance(signal, Digit):
        return f"key {signal.key}"
    who = [signal.sender] if signal.sender else []
    if isinstance(signal, Selcall):
        who.append(f"calls {signal.code}" if who else signal.code)
    is_plain = signal.means in (Meaning.ID, Meaning.SELECTIVE_CALL)
    means = [] if is_plain else [signal.means, signal.value]
    return " ".join(filter(None, [signal.system, *who, *means]))


def _advice(tuning: Tuning, width: int) -> Iterator[Text]:
    """Every sentence, broken at words below the first one's beginning."""
    room = min(width - _MARGIN, SPECTRUM_COLUMNS + 2 * _MARGIN)
    for index, sentence in enumerate(tuning.advice):
        label = "advice" if index == 0 else ""
        for number, part in enumerate(textwrap.wrap(sentence, room)):
            yield _line(label if number == 0 else "", (part, "yellow"))


def plain_line(tuning: Tuning, at: float) -> str:
    """The state in one line."""
    meter = tuning.meter
    clipped = f"  CLIPPED {meter.clipped}" if meter.clipped else ""
    squelch = "open" if tuning.is_open else "closed"
    return (
        f"{_time(at)}  {meter.level_dbfs:6.1f} dBFS  peak {meter.peak_dbfs:6.1f}  "
        f"noise {meter.noise_dbfs:6.1f}  squelch {squelch}, {tuning.transmissions} so far{clipped}"
    )


def summary(tuning: Tuning) -> Iterator[str]:
    """What was found, what to do, and the lines for the settings file."""
    meter = tuning.meter
    if tuning.heard_s:
        counts = f"{_counted(tuning.transmissions, 'transmission')}, {_counted(tuning.keys, 'key')}"
        levels = f"peak {meter.peak_dbfs:.0f} dBFS, noise {meter.noise_dbfs:.0f} dBFS"
        yield f"{tuning.channel.name}: {tuning.heard_s:.0f} s heard, {counts}; {levels}"
    if measured := tuning.keys_measured:
        yield f"keys: twist {measured[0]:+.1f} dB, SNR {measured[1]:.0f} dB (medians)"
    if tuning.lost_frames:
        yield f"{tuning.lost_frames} frames of sound were lost: the machine or its sound card is too busy"
    yield from tuning.advice
    if (open_dbfs := tuning.open_dbfs) is not None:
        yield f'in the settings of channel "{tuning.channel.name}":'
        yield "    [channel.squelch]"
        yield f"    open_dbfs = {open_dbfs}    # {tuning.squelch.open_dbfs:g} until now"
        if tuning.squelch.close_dbfs is not None:
            yield f"    close_dbfs = {open_dbfs - 6}    # {tuning.squelch.close_dbfs:g} until now"
