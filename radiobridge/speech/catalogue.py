"""The public list of Vosk models, and fetching what it names.

The list gives the size and the MD5 of every archive; nothing is used that differs from it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urljoin

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from radiobridge.errors import ModelError
from radiobridge.speech.models import NAME_PATTERN, language_tag

log = logging.getLogger(__name__)

LIST_URL = "https://alphacephei.com/vosk/models/model-list.json"
"""Source: the list that Vosk's own Python package reads (vosk/__init__.py, MODEL_LIST_URL)."""

_MOST_LIST_BYTES = 4 << 20
_CHUNK_BYTES = 1 << 16
_CONNECT_S = 10
_SILENCE_S = 60
"""A server that sends nothing for so long is given up."""

_PRINTABLE = r"^\P{Cc}*$"
"""Without the control characters that would steer a terminal."""

Progress: TypeAlias = Callable[[int, int], None]
"""Is told how many bytes are there, of how many."""


class ListedModel(BaseModel):
    """A model of the public list; `size` is its archive's, in bytes."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(pattern=f"^{NAME_PATTERN}$")
    url: str = Field(min_length=1, pattern=_PRINTABLE)
    md5: str = Field(pattern=r"^[0-9a-fA-F]{32}$")
    size: int = Field(gt=0)
    lang: str = Field(default="", pattern=_PRINTABLE)
    lang_text: str = Field(default="", pattern=_PRINTABLE)
    type: str = Field(default="", pattern=_PRINTABLE)
    obsolete: bool = False

    @property
    def language(self) -> str:
        """The tag of its language (`zh`, `en-us`)."""
        return language_tag(self.lang)


def listed_models(list_url: str = LIST_URL) -> list[ListedModel]:
    """The models of the list, obsolete ones too.

    Raises:
        ModelError: the list cannot be fetched, or it is none.
    """
    text = bytearray()
    with closing(_chunks(list_url)) as chunks:
        for chunk in chunks:
            text += chunk
            if len(text) > _MOST_LIST_BYTES:
                raise ModelError(f"{list_url} is too long for a list of models; check the address")
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{list_url} is no list of models ({error}); check the address") from error
    if not isinstance(entries, list):
        raise ModelError(f"{list_url} is no list of models (it holds no JSON array); check the address")
    models = (_listed_model(entry, number, list_url) for number, entry in enumerate(entries, 1))
    return [model for model in models if model is not None]


def _listed_model(entry: Any, number: int, list_url: str) -> ListedModel | None:
    """The model of an entry, with its whole address; None, with a warning, if it cannot be used."""
    try:
        model = ListedModel.model_validate(entry)
        return model.model_copy(update={"url": urljoin(list_url, model.url)})
    except ValidationError as error:
        reasons = "; ".join(": ".join((*map(str, e["loc"]), e["msg"])) for e in error.errors())
    except ValueError as error:  # the two addresses do not join
        reasons = f"url: {error}"
    name = repr(entry["name"])[:80] if isinstance(entry, dict) and "name" in entry else "without a name"
    log.warning("%s: entry %d (%s) is left out: %s", list_url, number, name, reasons)
    return None


def fetch(model: ListedModel, target: Path, progress: Progress) -> None:
    """The archive of a listed model lies at `target` and is what the list says.

    Raises:
        ModelError: it cannot be fetched, or it differs in size or checksum.
        OSError: the disk does not take it.
    """
    digest = hashlib.md5(usedforsecurity=False)
    got_bytes = 0
    with target.open("xb") as file, closing(_chunks(model.url)) as chunks:
        for chunk in chunks:
            got_bytes += len(chunk)
            if got_bytes > model.size:
                raise ModelError(f"{model.url} is longer than the {model.size} bytes listed; not installed")
            digest.update(chunk)
            file.write(chunk)
            progress(got_bytes, model.size)
    if got_bytes != model.size:
        raise ModelError(f"{model.url} ended after {got_bytes} of {model.size} bytes: try again")
    if digest.hexdigest() != model.md5.lower():
        raise ModelError(
            f"{model.url} has MD5 {digest.hexdigest()}, the list says {model.md5.lower()}: damaged on "
            "its way or another file; try again, and if that does not help tell the owner of the list"
        )


def _chunks(url: str) -> Generator[bytes]:
    import requests

    with (
        _as_model_error(url),
        requests.get(
            url,
            stream=True,
            timeout=(_CONNECT_S, _SILENCE_S),
            headers={"Accept-Encoding": "identity"},
        ) as answer,
    ):
        answer.raise_for_status()
        yield from answer.iter_content(_CHUNK_BYTES)


@contextmanager
def _as_model_error(url: str) -> Iterator[None]:
    import requests

    try:
        yield
    except (requests.RequestException, ValueError) as error:  # ValueError: some addresses that are none
        raise ModelError(
            f"{url} cannot be fetched ({_reason(error)}); check the network, or fetch the model's zip "
            "elsewhere and give `radiobridge models install` its path"
        ) from error


def _reason(error: Exception) -> str:
    """Why a request failed, without the layers of wrapping around it; printable whatever was answered."""
    response = getattr(error, "response", None)
    if response is not None:
        text = f"{response.status_code} {response.reason}"
    else:
        wrapped = error.args[0] if error.args else error
        innermost = getattr(wrapped, "reason", None) or wrapped
        if isinstance(innermost, Exception) and innermost.args:
            innermost = innermost.args[-1]  # 'Connection aborted.' and its like stand before the cause
        text = re.sub(r"^\w+\([^)]*\): ", "", str(innermost or error))
    return "".join(letter if letter.isprintable() else "?" for letter in text)
