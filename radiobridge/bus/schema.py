"""JSON Schemas and the AsyncAPI document, generated from the message models.

`python -m radiobridge.bus.schema` writes them below config/schema/; with `--check` it writes nothing and
fails when what lies there is not what the models say.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from radiobridge import __version__
from radiobridge.bus.envelope import Message
from radiobridge.bus.messages import ACCEPTED, PUBLISHED
from radiobridge.bus.topics import ROOT

FOLDER = Path("config/schema")
_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of a message as it is on the wire."""
    schema = model.model_json_schema(
        by_alias=True, mode="serialization" if issubclass(model, Message) else "validation"
    )
    return {"$schema": _DRAFT, **schema}


def documents() -> dict[str, str]:
    """Every generated file: its name in config/schema/ and its text."""
    texts = {f"{model.__name__}.json": _text(json_schema(model)) for model in (*PUBLISHED, *ACCEPTED)}
    texts["asyncapi.json"] = _text(asyncapi())
    return texts


def asyncapi() -> dict[str, Any]:
    """The bus as an AsyncAPI 3.0 document. Source: the AsyncAPI 3.0.0 specification."""
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    for model in (*PUBLISHED, *ACCEPTED):
        name = model.__name__
        published = issubclass(model, Message)
        levels = [part[1:-1] for part in model.topic.split("/") if part.startswith("{")]
        channels[name] = {
            "address": f"{ROOT}/{{station}}/{model.topic}",
            "messages": {name: {"$ref": f"#/components/messages/{name}"}},
            "parameters": {level: {} for level in ("station", *levels)},
        }
        operations[f"{'publish' if published else 'take'}{name}"] = {
            "action": "send" if published else "receive",
            "channel": {"$ref": f"#/channels/{name}"},
            "summary": (model.__doc__ or "").strip().splitlines()[0],
            "bindings": {"mqtt": _binding(model)},
        }
        messages[name] = {
            "name": name,
            "contentType": "application/json",
            "payload": {"$ref": f"./{name}.json"},
        }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "radiobridge bus",
            "version": __version__,
            "description": "Alerts, call-ins and the state of a radiobridge station on MQTT.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages},
    }


def _binding(model: type[BaseModel]) -> dict[str, Any]:
    if issubclass(model, Message):
        return {"qos": model.qos, "retain": model.retained, "bindingVersion": "0.2.0"}
    return {"qos": 1, "bindingVersion": "0.2.0"}


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def stale(folder: Path) -> list[str]:
    """The names of files below `folder` that are missing, old, or no longer made."""
    wanted = documents()
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


def main(arguments: list[str]) -> int:
    """The files are written, or with `--check` compared; the exit code says whether they are right."""
    if arguments == ["--check"]:
        names = stale(FOLDER)
        if names:
            sys.stderr.write(
                f"{FOLDER}: stale: {', '.join(names)}; run python -m radiobridge.bus.schema and commit\n"
            )
        return 1 if names else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.json"):
        path.unlink()
    for name, text in documents().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
