"""`radiobridge decode`: what was keyed and said in recordings."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from radiobridge.events import Digit, Selcall, UnitId, Words
    from radiobridge.receive.chain import ChainEvent, ReceiveChain
    from radiobridge.settings import SignalSettings, SquelchSettings
    from radiobridge.speech.recogniser import SpeechModel


@dataclass(slots=True)
class _Call:
    """One transmission of a recording; times in seconds from its beginning."""

    file: str
    start_s: float
    duration_s: float
    level_dbfs: float
    digits: list[Digit]
    signals: list[UnitId | Selcall]
    utterances: list[Words]

    def table(self, began: float) -> dict[str, Any]:
        """The call as JSON; keys' times from the beginning of the file too."""
        return {
            "file": self.file,
            "start_s": round(self.start_s, 3),
            "duration_s": round(self.duration_s, 3),
            "level_dbfs": round(self.level_dbfs, 1),
            "keys": "".join(d.key for d in self.digits),
            "digits": [
                {
                    "key": d.key,
                    "start_s": round(d.at - began, 3),
                    "duration_s": round(d.duration_s, 3),
                    "level_dbfs": round(d.level_dbfs, 1),
                    "twist_db": round(d.twist_db, 1),
                    "snr_db": round(d.snr_db, 1),
                }
                for d in self.digits
            ],
            "signals": [_signal_table(s, began) for s in self.signals],
            "text": " ".join(u.text for u in self.utterances if u.text),
            "words": [
                {
                    "text": w.text,
                    "start_s": round(self.start_s + w.start_s, 3),
                    "confidence": round(w.confidence, 3),
                }
                for u in self.utterances
                for w in u.words
            ],
            "alternatives": [
                {"text": other.text, "share": round(other.share, 3)}
                for u in self.utterances
                for other in u.alternatives
            ],
        }


def _signal_table(signal: UnitId | Selcall, began: float) -> dict[str, Any]:
    """The signal as JSON, its numbers rounded; what it does not say is left out."""
    from dataclasses import asdict

    said = {k: v for k, v in asdict(signal).items() if v and k not in ("channel", "at")}
    said |= {"start_s": round(signal.at - began, 3), "duration_s": round(signal.duration_s, 3)}
    said |= {"level_dbfs": round(signal.level_dbfs, 1), "snr_db": round(signal.snr_db, 1)}
    if "tones_hz" in said:
        said["tones_hz"] = [round(hz, 1) for hz in said["tones_hz"]]
    return said


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`decode` is one of the commands."""
    parser = commands.add_parser("decode", help="say what was keyed and said in recordings")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="WAV, FLAC or OGG")
    parser.add_argument("--json", action="store_true", help="JSON lines, one a transmission")
    parser.add_argument("--model", metavar="MODEL", help="also recognise speech with this model (see models)")
    parser.add_argument("--state-dir", type=Path, metavar="DIR", help="where installed models are")
    parser.add_argument(
        "--open-dbfs", type=float, metavar="DBFS", help="level that begins a transmission (default -45)"
    )
    parser.add_argument(
        "--raw",
        type=int,
        metavar="RATE",
        help="read s16le mono PCM of this rate on stdin; print the keys alone",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when every file was read, 1 when one was not (the others still are), 2 when misused."""
    if args.raw is not None:
        from radiobridge.commands.decode_raw import decode_raw

        return decode_raw(args.raw)
    if not args.files:
        print("radiobridge decode: name recordings, or --raw RATE", file=sys.stderr)
        return 2
    from radiobridge.errors import RadiobridgeError
    from radiobridge.settings import SquelchSettings

    squelch = SquelchSettings() if args.open_dbfs is None else SquelchSettings(open_dbfs=args.open_dbfs)
    model = _model(args.model, args.state_dir) if args.model else None
    failed = False
    rows: list[dict[str, Any]] = []
    for path in args.files:
        try:
            recorded = _recorded(path)
            for call in _calls(path, squelch, model):
                rows.append(call | recorded)
                if args.json:
                    print(json.dumps(rows[-1], ensure_ascii=False), flush=True)
        except RadiobridgeError as error:
            print(f"radiobridge: {error}", file=sys.stderr)
            failed = True
    if not args.json:
        _print_table(rows, spoken=model is not None)
    return 1 if failed else 0


def _recorded(path: Path) -> dict[str, Any]:
    """What the bridge wrote into a recording of its own: station, channel, id and time; empty for others."""
    from radiobridge.recordings.flac import metadata

    info = metadata(path)
    return {"recording": info.model_dump(mode="json", by_alias=True, exclude_none=True)} if info else {}


def _model(spec: str, folder: Path | None) -> SpeechModel:
    from radiobridge.settings import state_dir
    from radiobridge.speech.models import resolve
    from radiobridge.speech.recogniser import SpeechModel

    return SpeechModel.load(resolve(spec, state_dir(folder)), "")


def _calls(path: Path, squelch: SquelchSettings, model: SpeechModel | None) -> Iterator[dict[str, Any]]:
    """The transmissions of a recording, each as soon as it is over."""
    from radiobridge.events import (
        Digit,
        Selcall,
        TransmissionAudio,
        TransmissionEnded,
        TransmissionStarted,
        UnitId,
    )
    from radiobridge.receive.chain import ReceiveChain

    chain = ReceiveChain(str(path), squelch, _every_signal(), new_id=lambda: "")
    digits: list[Digit] = []
    signals: list[UnitId | Selcall] = []
    utterances: list[Words] = []
    recognition = None
    for began, event in _heard(path, chain):
        match event:
            case TransmissionStarted():
                digits, signals, utterances = [], [], []
                recognition = model.recognise(str(path), "") if model else None
            case TransmissionAudio() if recognition:
                utterances += _words(recognition.feed(event.samples, event.at))
            case Digit():
                digits.append(event)
            case UnitId() | Selcall():
                signals.append(event)
            case TransmissionEnded():
                if recognition:
                    utterances += _words(recognition.finish())
                start_s = event.started_at - began
                call = _Call(
                    str(path), start_s, event.duration_s, event.level_dbfs, digits, signals, utterances
                )
                yield call.table(began)


def _every_signal() -> SignalSettings:
    """All that can be listened for: of a recording nobody knows which signalling is in it."""
    from typing import get_args

    from radiobridge.settings import FiveToneStandard, SignalSettings

    return SignalSettings(five_tone=get_args(FiveToneStandard), two_tone=True, ctcss=True, dcs=True)


def _heard(path: Path, chain: ReceiveChain) -> Iterator[tuple[float, ChainEvent]]:
    """What the chain hears in the recording, each with the time at which the recording began."""
    from radiobridge.errors import EndOfAudio
    from radiobridge.ports import load_audio_input

    driver = load_audio_input("file")
    began: float | None = None
    with (
        suppress(EndOfAudio),
        driver(driver.Settings.model_validate({"path": path, "pace": "fast"})) as source,
    ):
        while block := source.read(1):
            began = block.at if began is None else began
            for event in chain.feed(block):
                yield began, event
    for event in chain.finish():
        yield began or 0.0, event


def _words(events: Iterable[Any]) -> list[Words]:
    from radiobridge.events import Words

    return [event for event in events if isinstance(event, Words)]


def _file_text(row: dict[str, Any]) -> str:
    """The file's name, and of a recording of the bridge when and on which channel it was made."""
    recording = row.get("recording")
    return f"{row['file']}\n{recording['channel']} {recording['started']}" if recording else row["file"]


def _signal_text(signal: dict[str, Any]) -> str:
    """`mdc1200 1234 emergency`, `zvei1 12345`: the system, who, whom, and what it means."""
    who = [signal[key] for key in ("unit", "by") if key in signal]
    whom = [f"calls {signal['code']}" if who else signal["code"]] if "code" in signal else []
    means = [signal["means"], *([signal["value"]] if "value" in signal else [])] * (signal["means"] != "id")
    return " ".join([signal["system"], *who, *whom, *means])


def _print_table(rows: list[dict[str, Any]], *, spoken: bool) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE)
    for name in ("file", "start", "seconds", "level", "keys", "signals", *(("words",) if spoken else ())):
        table.add_column(name, justify="right" if name in ("start", "seconds", "level") else "left")
    for row in rows:
        table.add_row(
            _file_text(row),
            f"{row['start_s']:.2f}",
            f"{row['duration_s']:.2f}",
            f"{row['level_dbfs']:.0f} dBFS",
            row["keys"] or "-",
            "\n".join(map(_signal_text, row["signals"])) or "-",
            *((row["text"] or "-",) if spoken else ()),
        )
    if rows:
        Console().print(table)
    else:
        print("no transmission: nothing is louder than the squelch (see --open-dbfs)")
