"""`radiobridge models`: the speech models of this machine and of the public list; installing, trying them."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from radiobridge.settings import Settings
    from radiobridge.speech.catalogue import ListedModel
    from radiobridge.speech.models import LocalModel

_MISUSED = 2
_BYTES_PER_MB = 1e6
_WITHOUT_TERMINAL = 160
"""Columns of a table that goes into a pipe."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`models` is one of the commands."""
    parser = commands.add_parser("models", help="list speech models, install or try them")
    parser.add_argument("action", nargs="?", choices=("list", "install", "verify"), default="list")
    parser.add_argument(
        "model",
        nargs="*",
        metavar="NAME_OR_PATH",
        help="to install: a name of the list, a zip or a folder; to verify: names or folders, or all",
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help="take models and state folder of this")
    parser.add_argument("--language", metavar="TAG", help="list only models of this language (ko, zh, en)")
    parser.add_argument("--list-url", metavar="URL", help="a mirror of the public list of models")
    parser.add_argument("--state-dir", type=Path, metavar="DIR", help="the station's state folder")
    parser.add_argument("--json", action="store_true", help="print the list as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when done, also when the public list is out of reach; 2 when misused."""
    from radiobridge.settings.places import state_dir
    from radiobridge.speech.catalogue import LIST_URL

    if why := _misuse(args):
        print(f"radiobridge models: {why}", file=sys.stderr)
        return _MISUSED
    settings = _settings(args.config)
    state = state_dir(args.state_dir or (settings.station.state_dir if settings else None))
    used = _used(settings, state)
    if args.action == "verify":
        return _verify(args.model, state, used)
    list_url = args.list_url or LIST_URL
    if args.action == "install":
        return _install(args.model[0], state, list_url)
    return _list(state, list_url, args.language, used, as_json=args.json)


def _misuse(args: argparse.Namespace) -> str:
    """What does not go together; empty where all does."""
    if args.action == "install" and len(args.model) != 1:
        return "install takes one NAME_OR_PATH"
    if args.action == "list" and args.model:
        return "list takes no NAME_OR_PATH"
    if args.action != "list" and (args.json or args.language is not None):
        return f"--json and --language go with list, not with {args.action}"
    return ""


def _settings(config: Path | None) -> Settings | None:
    from radiobridge.checks import load_station

    return load_station(config).settings if config else None


def _used(settings: Settings | None, state: Path) -> dict[Path, str]:
    """The languages that the settings use a model for, by its folder."""
    from radiobridge.errors import ModelError
    from radiobridge.speech.models import resolve

    used: dict[Path, list[str]] = {}
    for language, specs in settings.speech.models.items() if settings else ():
        for spec in specs:
            with contextlib.suppress(ModelError):  # `check` tells of it
                used.setdefault(resolve(spec, state).resolve(), []).append(language)
    return {folder: ", ".join(languages) for folder, languages in used.items()}


def _verify(names: Sequence[str], state: Path, used: dict[Path, str]) -> int:
    """Each model is tried, and has a line; 1 when one of them cannot be used."""
    from radiobridge.errors import ModelError
    from radiobridge.speech.models import LocalModel, installed_models, packaged_models, resolve

    models = [LocalModel(name, resolve(name, state)) for name in names]
    models = models or [*installed_models(state), *packaged_models()]
    if not models:
        print(f"no speech model on this machine (state folder {state})")
    bad = 0
    for model in models:
        language = used.get(model.folder.resolve(), "") or model.language
        print(f"{model.spec}: loading …", file=sys.stderr)
        try:
            print(f"{model.spec}: good: {_tried(model, language)}", flush=True)
        except ModelError as error:
            bad += 1
            print(f"{model.spec}: BAD: {error}", flush=True)
    return 1 if bad else 0


def _tried(model: LocalModel, language: str) -> str:
    """What came of its trial. Raises ModelError."""
    from radiobridge.errors import ModelError
    from radiobridge.speech.model_trial import tried

    if model.fault:
        raise ModelError(f"{model.folder} {model.fault}: remove it, and install it again")
    trial = tried(model.folder, language)
    how = "takes a grammar" if trial.takes_grammar else "takes no grammar: phrases are found in free text"
    told = [
        f"loaded in {trial.load_s:.1f} s",
        f"{trial.resident_mb:.0f} MB of memory",
        f"{trial.words} words" if trial.words else "its files do not tell its words",
        how,
    ]
    if trial.heard_in_silence:
        told.append(f"hears {trial.heard_in_silence!r} in silence")
    if trial.heard_in_noise:
        told.append(f"hears {trial.heard_in_noise!r} in noise")
    return ", ".join(told)


def _install(what: str, state: Path, list_url: str) -> int:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from radiobridge.speech.installing import install

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        came = install(what, state, list_url, lambda got, of: progress.update(task, completed=got, total=of))
    language = came.model.language or "LANGUAGE"
    if came.is_new:
        print(f"{came.model.spec} is installed in {came.model.folder}")
    else:
        print(
            f"{came.model.spec} is already installed in {came.model.folder}; to install it anew, remove that"
        )
    print(f'use it in the settings: [speech.models] {language} = "{came.model.spec}"')
    return 0


def _list(state: Path, list_url: str, language: str | None, used: dict[Path, str], *, as_json: bool) -> int:
    from radiobridge.errors import ModelError
    from radiobridge.speech.catalogue import listed_models
    from radiobridge.speech.models import installed_models, language_tag, packaged_models

    language = language and language_tag(language.lower())
    here = [m for m in (*installed_models(state), *packaged_models()) if _is_of(language, m.language)]
    out_of_reach = ""
    public: list[ListedModel] = []
    try:
        public = [m for m in listed_models(list_url) if not m.obsolete and _is_of(language, m.language)]
    except ModelError as error:
        out_of_reach = f"the public list is out of reach: {error}"
    rows = [_row(model, used) for model in here]
    if as_json:
        print(json.dumps(_table(rows, public, out_of_reach), ensure_ascii=False, indent=2))
    else:
        _print(rows, public, out_of_reach, of_language=f" for {language}" if language else "")
    return 0


def _row(model: LocalModel, used: dict[Path, str]) -> dict[str, Any]:
    """What is known of a model without loading it; memory is an estimate."""
    from radiobridge.speech.memory import needed_bytes, size_bytes
    from radiobridge.speech.models import licence_of, takes_grammar

    row = {"model": model.spec, "language": model.language, "folder": str(model.folder), "fault": model.fault}
    if model.fault:
        return row
    return row | {
        "size_bytes": size_bytes(model.folder),
        "memory_bytes": needed_bytes(model.folder),
        "licence": licence_of(model),
        "takes_grammar": takes_grammar(model.folder),
        "used_for": used.get(model.folder.resolve(), ""),
    }


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    """What is known of a model that looks right."""
    if row["fault"]:
        return ("",) * 5
    return (
        row["used_for"],
        f"{row['size_bytes'] / _BYTES_PER_MB:.0f}",
        f"~{row['memory_bytes'] / _BYTES_PER_MB:.0f} MB",
        "yes" if row["takes_grammar"] else "no",
        row["licence"] or "not stated",
    )


def _is_of(language: str | None, tag: str) -> bool:
    """Whether a tag (`en-us`) belongs to the language that was asked for (`en`, `en-us`)."""
    return language is None or tag == language or tag.startswith(f"{language}-")


def _table(here: list[dict[str, Any]], public: list[ListedModel], out_of_reach: str) -> dict[str, Any]:
    return {
        "here": here,
        "public": [
            {"model": m.name, "language": m.language, "size_bytes": m.size, "type": m.type, "url": m.url}
            for m in public
        ],
        "out_of_reach": out_of_reach,
    }


def _print(
    here: list[dict[str, Any]], public: list[ListedModel], out_of_reach: str, of_language: str
) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = _WITHOUT_TERMINAL
    table = Table(box=box.SIMPLE)
    table.add_column("on this machine", no_wrap=True)
    for heading in ("language", "used for", "MB", "memory", "grammar", "licence"):
        table.add_column(heading)
    table.add_column("what is wrong", overflow="fold")
    for row in here:
        wrong = f"{row['folder']} {row['fault']}" if row["fault"] else ""
        table.add_row(row["model"], row["language"], *_cells(row), wrong)
    console.print(table if here else f"no speech model{of_language} on this machine")
    if out_of_reach:
        console.print(out_of_reach)
        return
    if not public:
        console.print(f"the public list has no speech model{of_language}")
        return
    table = Table(box=box.SIMPLE)
    table.add_column("to install", no_wrap=True)
    for heading in ("language", "MB", "type"):
        table.add_column(heading)
    for listed in sorted(public, key=lambda model: (model.language, model.size)):
        size_mb = f"{listed.size / _BYTES_PER_MB:.0f}"
        table.add_row(listed.name, f"{listed.language} {listed.lang_text}", size_mb, listed.type)
    console.print(table)
    console.print("radiobridge models install NAME")
