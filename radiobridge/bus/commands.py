"""What others ask of the station over the bus: checked against the models before anything is done."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from radiobridge.bus.command_messages import Command, Receipt
from radiobridge.bus.messages import COMMANDS, AcceptedCommand
from radiobridge.errors import CommandRefused

_COMMANDS = {command.topic.removeprefix("command/"): command for command in COMMANDS}

Model = TypeVar("Model", bound=BaseModel)


def parse_command(verb: str, payload: bytes) -> AcceptedCommand:
    """The command that came on `command/<verb>`.

    Raises:
        CommandRefused: an unknown verb, or a payload that the command's schema does not allow.
    """
    if verb not in _COMMANDS:
        raise CommandRefused(f"no command {verb!r}; there are: {', '.join(_COMMANDS)}")
    return _parsed(_COMMANDS[verb], payload)


def ref_of(payload: bytes) -> str | None:
    """The `ref` of a command, whatever else is in it; None where there is none that is allowed."""
    try:
        return Command.model_validate_json(payload).ref
    except ValidationError:
        return None


def parse_receipt(payload: bytes) -> Receipt:
    """The receipt that came on `receipt/<receiver>`.

    Raises:
        CommandRefused: the payload is not a receipt.
    """
    return _parsed(Receipt, payload)


def _parsed(model: type[Model], payload: bytes) -> Model:
    try:
        return model.model_validate_json(payload)
    except ValidationError as error:
        what = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or 'payload'}: {e['msg'].removeprefix('Value error, ')}"
            for e in error.errors(include_url=False)
        )
        raise CommandRefused(what) from error
