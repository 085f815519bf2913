"""Speech models on this machine: where they lie, which name means which folder, what a model looks like.

A model is named in the settings by a folder, by the name under which it was installed, or by
`python:PACKAGE` for one that a Python package carries.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import pkgutil
import re
from dataclasses import dataclass
from pathlib import Path

from radiobridge.errors import ModelError
from radiobridge.near import did_you_mean

PACKAGE_SCHEME = "python:"
NAME_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}"
"""What a model in the state folder may be called."""
_PACKAGE_PREFIX = "vosk_model"

_LAYOUTS = (
    ("am/final.mdl", "conf/mfcc.conf", "graph"),
    ("final.mdl", "mfcc.conf", "."),
)
"""Acoustic model, feature settings and graph folder in the present layout and in the older one.

Source: Vosk's documentation of models, "Model structure"; its src/model.cc for the older one."""

_LICENCE = re.compile(
    r"Apache[- ]?(?:License)?,?\s*(?:Version\s*)?2(?:\.0)?|A?GPL[- ]?v?\d(?:\.\d)?|\bMIT\b(?: License)?"
    r"|\bBSD\b[- 0-9A-Za-z]*|CC[- ]BY[-A-Z0-9.]*(?: \d\.\d)?|Mozilla Public License[ 0-9.]*"
)
"""Licences as models and their README files name them."""
_LISTED_LANGUAGES = {"cn": "zh", "kz": "kk", "ua": "uk", "vn": "vi"}
"""Language tags where the public list, and the names in it, have the country instead."""


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model on this machine; `spec` is what the settings call it, `fault` why it cannot be used."""

    spec: str
    folder: Path
    fault: str = ""

    @property
    def language(self) -> str:
        """The language tag that its name tells; empty if it tells none."""
        found = re.search(r"vosk[-_]model(?:[-_]small)?[-_]([a-z]{2,3})(?![a-z])", self.spec)
        return language_tag(found[1]) if found else ""


def language_tag(listed: str) -> str:
    """The tag (`zh`) of a language as the public list writes it (`cn`)."""
    return _LISTED_LANGUAGES.get(listed, listed)


def models_dir(state_dir: Path) -> Path:
    """The folder of the installed models."""
    return state_dir / "models"


def model_path(text: str) -> Path:
    """The path that was written, ~ being the home folder.

    Raises:
        ModelError: it begins with the home folder of a user who has none.
    """
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        user = text.partition("/")[0]
        raise ModelError(f"{text!r}: {user} has no home folder; write the whole path") from error


def takes_grammar(folder: Path) -> bool:
    """Whether a model can be told at run time what to listen for: its graph comes in two parts."""
    return any(
        (graph / "HCLr.fst").is_file() and not (graph / "HCLG.fst").exists()
        for graph in (folder / "graph", folder)
    )


def model_fault(folder: Path) -> str:
    """What is wrong with a model's folder; empty when it looks like a Vosk model."""
    try:
        return _fault(folder)
    except OSError as error:
        return f"cannot be read ({error.strerror or error})"


def licence_of(model: LocalModel) -> str:
    """The licence that the model names itself; empty where it names none."""
    for pattern in ("LICEN[CS]E*", "COPYING*", "README*"):
        for file in sorted(model.folder.glob(pattern)):
            try:
                text = file.read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
            if found := _LICENCE.search(text):
                return " ".join(found[0].split())
    return _packaged_licence(model.spec)


def _packaged_licence(spec: str) -> str:
    if not spec.startswith(PACKAGE_SCHEME):
        return ""
    name = spec.removeprefix(PACKAGE_SCHEME).replace("_", "-")
    try:
        told = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
    return next((told[key] for key in ("License-Expression", "License") if key in told), "")


def _fault(folder: Path) -> str:
    if not folder.is_dir():
        return "is not a folder" if folder.exists() else "does not exist"
    fault = _missing_part(folder)
    if not fault:
        return ""
    inner = [path.name for path in sorted(folder.iterdir()) if path.is_dir() and not _missing_part(path)]
    return f"{fault}; did you mean {inner[0]} in it?" if inner else fault


def _missing_part(folder: Path) -> str:
    for acoustic, features, graph in _LAYOUTS:
        if not (folder / acoustic).is_file():
            continue
        if not (folder / features).is_file():
            return f"is an incomplete Vosk model: it lacks {features}"
        files = [Path(graph, name) for name in ("HCLG.fst", "HCLr.fst", "Gr.fst")]
        whole, first, second = ((folder / file).is_file() for file in files)
        if not whole and not (first and second):
            return f"is an incomplete Vosk model: it lacks {files[0]}, or {files[1]} and {files[2]}"
        return ""
    return f"is no Vosk model: it lacks {_LAYOUTS[0][0]}"


def installed_models(state_dir: Path) -> list[LocalModel]:
    """The models in the state folder, the unusable ones too, by name.

    Raises:
        ModelError: this user may not look into the state folder.
    """
    folder = models_dir(state_dir)
    try:
        if not folder.is_dir():
            return []
        found = [path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")]
    except OSError as error:
        raise ModelError(
            f"{folder} cannot be read ({error.strerror or error}): run this as the user of the daemon, or "
            "give another --state-dir"
        ) from error
    return [LocalModel(path.name, path, model_fault(path)) for path in sorted(found)]


def packaged_models() -> list[LocalModel]:
    """The models carried by Python packages whose name starts with vosk_model."""
    names = {module.name for module in pkgutil.iter_modules() if module.name.startswith(_PACKAGE_PREFIX)}
    models = []
    for name in sorted(names):
        folder = _package_folder(name)
        if folder is not None:
            models.append(LocalModel(f"{PACKAGE_SCHEME}{name}", folder, model_fault(folder)))
    return models


def resolve(spec: str, state_dir: Path) -> Path:
    """The folder of the model that the settings name.

    Raises:
        ModelError: there is none, or it is no model; the message tells what there is.
    """
    if spec.startswith(PACKAGE_SCHEME):
        folder = _resolve_package(spec.removeprefix(PACKAGE_SCHEME))
    elif "/" in spec or spec.startswith("~"):
        folder = model_path(spec)
    else:
        folder = _resolve_installed(spec, state_dir)
    if fault := model_fault(folder):
        raise ModelError(
            f"speech model {spec!r}: {folder} {fault}; expected a folder with am/, conf/ and graph/; "
            "`radiobridge models` lists models to use instead"
        )
    return folder


def _package_folder(package: str) -> Path | None:
    """The model folder in a package, which is not imported for it; None if there is no such package."""
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return None
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def _resolve_package(package: str) -> Path:
    folder = _package_folder(package)
    if folder is not None:
        return folder
    there = [model.spec for model in packaged_models()]
    wanted = f"{PACKAGE_SCHEME}{package}"
    raise ModelError(
        f"speech model {wanted!r}: no Python package {package!r} is installed; models in packages: "
        f"{', '.join(there) or 'none'}{did_you_mean(wanted, there)}; "
        f"try `pip install {package.replace('_', '-')}`"
    )


def _resolve_installed(name: str, state_dir: Path) -> Path:
    there = {model.spec: model.folder for model in installed_models(state_dir)}
    if name in there:
        return there[name]
    near = did_you_mean(name, [*there, *(model.spec for model in packaged_models())])
    raise ModelError(
        f"speech model {name!r} is not in {models_dir(state_dir)}; there: {', '.join(there) or 'none'}"
        f"{near}; try `radiobridge models install {name}`, or give a folder with a / in it"
    )
