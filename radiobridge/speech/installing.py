"""Installing a model: from the public list by name, from a zip or from a folder on this machine.

A model appears in the models' folder whole or not at all: it is fetched and unpacked beside its place
and moved there when it was found to be sound.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from radiobridge.errors import ModelError
from radiobridge.near import did_you_mean
from radiobridge.speech.archive import unpack
from radiobridge.speech.catalogue import LIST_URL, ListedModel, Progress, fetch, listed_models
from radiobridge.speech.models import NAME_PATTERN, LocalModel, model_fault, model_path, models_dir

_INCOMING = ".incoming-"


@dataclass(frozen=True, slots=True)
class Installed:
    """What `install` came to; `is_new` is False when the model was there already."""

    model: LocalModel
    is_new: bool


def install(
    what: str, state_dir: Path, list_url: str = LIST_URL, progress: Progress | None = None
) -> Installed:
    """The model is in the state folder's models, under its name.

    `what`: a name of the public list, or the path of a zip or of a model's folder.

    Raises:
        ModelError: it cannot be had, it is no sound model, or it cannot be written; nothing has changed.
    """
    place = models_dir(state_dir)
    try:
        place.mkdir(parents=True, exist_ok=True)
        with (
            _alone(place),
            tempfile.TemporaryDirectory(dir=place, prefix=_INCOMING, ignore_cleanup_errors=True) as incoming,
        ):
            return _install(what, place, Path(incoming), list_url, progress or _say_nothing)
    except OSError as error:
        raise ModelError(
            f"the model cannot be written to {place} ({_reason(error)}): make room, run this as the user of "
            "the daemon, or give another --state-dir"
        ) from error


def _say_nothing(_got_bytes: int, _of_bytes: int) -> None:
    pass


def _reason(error: OSError) -> str:
    """What failed, and on which file where that is known."""
    return f"{error.strerror}: {error.filename}" if error.filename else error.strerror or str(error)


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """No other install runs in `place`, and what a killed one left is gone."""
    handle = os.open(place, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ModelError(f"another install is at work in {place}: wait for its end") from error
        for left_over in place.glob(f"{_INCOMING}*"):
            shutil.rmtree(left_over, ignore_errors=True)
        yield
    finally:
        os.close(handle)


def _install(what: str, place: Path, incoming: Path, list_url: str, progress: Progress) -> Installed:
    path = model_path(what)
    is_path = not re.fullmatch(NAME_PATTERN, what) or path.suffix.lower() == ".zip"
    unpacked = incoming / "unpacked"
    unpacked.mkdir()
    if path.is_dir() and (is_path or _is_sound(path)):
        source = path.resolve()
        name = source.name
    elif is_path:
        if not path.is_file():
            raise ModelError(f"{path} is no file and no folder; expected a model's zip or folder")
        source = unpack(path, unpacked)
        name = source.name
    else:
        if _is_sound(place / what):
            return Installed(LocalModel(what, place / what), is_new=False)
        listed = _listed(what, list_url)
        archive = incoming / f"{listed.name}.zip"
        fetch(listed, archive, progress)
        source = unpack(archive, unpacked)
        name = listed.name
    return _take(source, name, place, incoming)


def _is_sound(folder: Path) -> bool:
    return folder.is_dir() and not model_fault(folder)


def _take(source: Path, name: str, place: Path, incoming: Path) -> Installed:
    if not re.fullmatch(NAME_PATTERN, name):
        raise ModelError(
            f"{name!r} is no name for a model: letters, digits, - _ and . only; rename the folder"
        )
    target = place / name
    if _is_sound(target):
        return Installed(LocalModel(name, target), is_new=False)
    if fault := model_fault(source):
        raise ModelError(f"{source.name} {fault}; expected am/, conf/ and graph/; not installed")
    if not source.is_relative_to(incoming):
        if place.resolve().is_relative_to(source):
            raise ModelError(f"{source} holds the folder {place} that it would be copied to")
        source = _copy(source, incoming / name)
    _flush(source)
    if os.path.lexists(target):  # what is there is no sound model
        target.rename(incoming / "unsound")
    source.rename(target)
    return Installed(LocalModel(name, target), is_new=True)


def _copy(source: Path, target: Path) -> Path:
    """A copy with this user's usual rights, whatever those of the original are (a read-only disc)."""
    target.mkdir()
    for path in source.iterdir():
        if path.is_dir():
            _copy(path, target / path.name)
        else:
            shutil.copyfile(path, target / path.name)
    return target


def _flush(folder: Path) -> None:
    """A power cut from now on leaves no empty files in a folder that looks like a model."""
    for path in (folder, *folder.rglob("*")):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _listed(name: str, list_url: str) -> ListedModel:
    models = {model.name: model for model in listed_models(list_url)}
    if name in models:
        return models[name]
    raise ModelError(
        f"no model {name!r} in {list_url}{did_you_mean(name, models)}; `radiobridge models` lists them, "
        "and a path of a zip or folder has a / in it"
    )
