"""From a TOML file, and the CSV files that it names, to `Settings`, or to a list of every mistake in them.

The text is parsed by the standard library, rows of CSV files join its tables, their shape is checked by
pydantic, and the caller's check looks at what spans several. A mistake always says what would have been
right.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from radiobridge.errors import Mistake, SettingsError
from radiobridge.near import did_you_mean
from radiobridge.settings.lines import Lines, Place
from radiobridge.settings.models import Settings
from radiobridge.settings.sources import ROSTER_COLUMNS, Finding, Sources


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A settings file that can be used: its path, where its keys stand, and what it says."""

    path: Path
    sources: Sources
    settings: Settings

    def remarks(self, findings: list[Finding]) -> list[Mistake]:
        """`findings` and what is to be said of the files themselves, with files and lines."""
        return self.sources.in_order([*findings, *self.sources.remarks])


Check: TypeAlias = Callable[[Settings, frozenset[str]], list[Finding]]
"""Looks at what spans tables; the last argument names top-level tables that had mistakes of their own."""


def load_settings(path: Path, check: Check) -> SettingsFile:
    """The settings in the file at `path`, which `check` has also seen.

    Raises:
        SettingsError: with every mistake, in the order of the file.
    """
    text = _text(path)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([_syntax(path, error)]) from error
    sources = Sources(path, Lines(text), table)
    try:
        settings = Settings.model_validate(table)
    except ValidationError as error:
        findings = _all_explained(error, table)
        findings += _in_the_sound_part(table, findings, check, sources.broken)
        told = [finding for finding in findings if not sources.is_said(finding)]
        raise SettingsError(sources.in_order(told, sources.mistakes)) from error
    findings = [f for f in check(settings, sources.broken) if not sources.is_said(f)]
    if findings or sources.mistakes:
        raise SettingsError(sources.in_order(findings, sources.mistakes))
    return SettingsFile(path, sources, settings)


def _in_the_sound_part(
    table: dict[str, Any], findings: list[Finding], check: Check, incomplete: frozenset[str]
) -> list[Finding]:
    """What `check` finds in the tables without mistakes, so that all mistakes are told at once."""
    table = _without_wrong_keys(table, findings)
    broken = _broken(table)
    sound: dict[str, Any] = {}
    kept: dict[str, list[int]] = {}
    for name, value in table.items():
        if isinstance(value, list):
            kept[name] = [i for i in range(len(value)) if (name, i) not in broken and (name,) not in broken]
            sound[name] = [value[i] for i in kept[name]]
        elif (name,) not in broken:
            sound[name] = value
    try:
        settings = Settings.model_validate(sound)
    except ValidationError:
        return []

    def original(place: Place) -> Place:
        if len(place) > 1 and isinstance(place[1], int):
            return (place[0], kept[str(place[0])][place[1]], *place[2:])
        return place

    names = incomplete.union(str(place[0]) for place in broken if place)
    found = [
        Finding(original(f.place), f.expected, original(f.other) if f.other else None)
        for f in check(settings, names)
    ]
    said = {f.place for f in findings}
    return [f for f in found if f.place not in said]


def _without_wrong_keys(table: dict[str, Any], findings: list[Finding]) -> dict[str, Any]:
    """The table whose posts and units lack what is wrong in them: their ids are known all the same."""
    left = {**table, **{name: [*table[name]] for name in ROSTER_COLUMNS if isinstance(table.get(name), list)}}
    for finding in findings:
        match finding.place:
            case (str(name), int(index), str(key), *_) if name in ROSTER_COLUMNS and isinstance(
                row := left[name][index], dict
            ):
                left[name][index] = {each: value for each, value in row.items() if each != key}
    return left


def _broken(table: dict[str, Any]) -> set[Place]:
    """The rows and tables that have a wrong shape."""
    try:
        Settings.model_validate(table)
    except ValidationError as error:
        places = [_real_place(e["loc"], table) for e in error.errors(include_url=False)]
        return {place[:2] if len(place) > 1 and isinstance(place[1], int) else place[:1] for place in places}
    return set()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise SettingsError(
            [Mistake(str(path), None, "", "no such file; copy config/radiobridge.toml and edit it")]
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SettingsError([Mistake(str(path), line, "", "not UTF-8 text; save it as UTF-8")]) from error
    except OSError as error:
        raise SettingsError([Mistake(str(path), None, "", f"cannot be read: {error.strerror}")]) from error


def _syntax(path: Path, error: tomllib.TOMLDecodeError) -> Mistake:
    message, _, place = str(error).partition(" (at ")
    digits = "".join(c if c.isdigit() else " " for c in place).split()
    hint = " (texts need quotes, tables stand in [brackets])"
    return Mistake(str(path), int(digits[0]) if digits else None, "", f"not TOML: {message}{hint}")


def _all_explained(error: ValidationError, table: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with the shape of the tables."""
    errors = error.errors(include_url=False)
    # A list whose only item is wrong counts as too short besides, which helps nobody.
    around = {e["loc"][:depth] for e in errors for depth in range(len(e["loc"]))}
    return [_explained(e, table) for e in errors if e["type"] != "too_short" or e["loc"] not in around]


def _explained(error: ErrorDetails, table: Mapping[str, Any]) -> Finding:
    place = _real_place(error["loc"], table)
    if error["type"] == "extra_forbidden":
        return Finding(place, unknown_key(str(place[-1]), _keys_at(Settings, place[:-1])))
    if error["type"] == "missing":
        return Finding(place, "is missing; it must be given")
    message = error["msg"].removeprefix("Value error, ")
    shown = error["input"]
    if error["type"] == "value_error" or isinstance(shown, dict | list):
        return Finding(place, message)
    return Finding(place, f"{message[0].lower()}{message[1:]}, not {shown!r}")


def _real_place(loc: tuple[int | str, ...], table: Any) -> Place:
    """`loc` without the names that pydantic adds for validators and map keys."""
    place: list[int | str] = []
    for part in loc:
        if part == "[key]":
            continue
        if isinstance(part, str) and not isinstance(table, dict):
            continue
        place.append(part)
        try:
            table = table[part]
        except (KeyError, IndexError, TypeError):
            table = {}
    return tuple(place)


def unknown_key(name: str, known: Iterable[str]) -> str:
    """What to say of the key `name` where only `known` ones may stand."""
    names = sorted(known)
    return f"unknown key{did_you_mean(name, names)} (there are: {', '.join(names)})"


def _keys_at(model: type[BaseModel], place: Place) -> set[str]:
    """The keys of the table at `place` below `model`."""
    names = [part for part in place if isinstance(part, str)]
    for name in names:
        field = model.model_fields.get(name)
        inner = next(_models_in(field.annotation), None) if field else None
        if inner is None:
            continue
        model = inner
    return set(model.model_fields)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
