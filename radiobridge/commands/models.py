"""`radiobridge models`: the speech models on this machine and in the public list, and installing one."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from radiobridge.speech.catalogue import ListedModel
    from radiobridge.speech.models import LocalModel

_MISUSED = 2
_BYTES_PER_MB = 1e6


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`models` is one of the commands."""
    parser = commands.add_parser("models", help="list speech models, or install one")
    parser.add_argument("action", nargs="?", choices=("list", "install"), default="list")
    parser.add_argument(
        "model", nargs="?", metavar="NAME_OR_PATH", help="to install: a name of the list, a zip or a folder"
    )
    parser.add_argument("--language", metavar="TAG", help="list only models of this language (ko, zh, en)")
    parser.add_argument("--list-url", metavar="URL", help="a mirror of the public list of models")
    parser.add_argument("--state-dir", type=Path, metavar="DIR", help="the station's state folder")
    parser.add_argument("--json", action="store_true", help="print the list as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when done, also when the public list is out of reach; 2 when misused."""
    from radiobridge.settings.places import state_dir
    from radiobridge.speech.catalogue import LIST_URL

    is_install = args.action == "install"
    if is_install != (args.model is not None):
        print("radiobridge models install takes a NAME_OR_PATH, list takes none", file=sys.stderr)
        return _MISUSED
    if is_install and (args.json or args.language is not None):
        print("radiobridge models: --json and --language go with list, not with install", file=sys.stderr)
        return _MISUSED
    list_url = args.list_url or LIST_URL
    state = state_dir(args.state_dir)
    if is_install:
        return _install(args.model, state, list_url)
    return _list(state, list_url, args.language, as_json=args.json)


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


def _list(state: Path, list_url: str, language: str | None, *, as_json: bool) -> int:
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
    if as_json:
        print(json.dumps(_table(here, public, out_of_reach), ensure_ascii=False, indent=2))
    else:
        _print(here, public, out_of_reach, of_language=f" for {language}" if language else "")
    return 0


def _is_of(language: str | None, tag: str) -> bool:
    """Whether a tag (`en-us`) belongs to the language that was asked for (`en`, `en-us`)."""
    return language is None or tag == language or tag.startswith(f"{language}-")


def _table(here: list[LocalModel], public: list[ListedModel], out_of_reach: str) -> dict[str, Any]:
    return {
        "here": [
            {"model": m.spec, "language": m.language, "folder": str(m.folder), "fault": m.fault} for m in here
        ],
        "public": [
            {"model": m.name, "language": m.language, "size_bytes": m.size, "type": m.type, "url": m.url}
            for m in public
        ],
        "out_of_reach": out_of_reach,
    }


def _print(here: list[LocalModel], public: list[ListedModel], out_of_reach: str, of_language: str) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
    table = Table(box=box.SIMPLE)
    table.add_column("on this machine", no_wrap=True)
    table.add_column("language")
    table.add_column("folder", overflow="fold")
    for model in here:
        table.add_row(model.spec, model.language, f"{model.folder} {model.fault}".rstrip())
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
