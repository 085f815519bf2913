"""The public list of Vosk models, and fetching what it names.

The list gives the size and the MD5 of every archive; nothing is used that differs from it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urljoin

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from radiobridge.errors import ModelError
from radiobridge.speech.models import language_tag

if TYPE_CHECKING:
    import requests

log = logging.getLogger(__name__)

LIST_URL = "https://alphacephei.com/vosk/models/model-list.json"
"""Source: the list that Vosk's own Python package reads (vosk/__init__.py, MODEL_LIST_URL)."""

_MOST_LIST_BYTES = 4 << 20
_CHUNK_BYTES = 1 << 16
_CONNECT_S = 10
_SILENCE_S = 60
"""A server that sends nothing for so long is given up."""

Progress: TypeAlias = Callable[[int, int], None]
"""Is told how many bytes are there, of how many."""


class ListedModel(BaseModel):
    """A model of the public list; `size` is its archive's, in bytes."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")
    url: str = Field(min_length=1)
    md5: str = Field(pattern=r"^[0-9a-fA-F]{32}$")
    size: int = Field(gt=0)
    lang: str = ""
    lang_text: str = ""
    type: str = ""
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
    for chunk in _chunks(list_url):
        text += chunk
        if len(text) > _MOST_LIST_BYTES:
            raise ModelError(f"{list_url} is too long for a list of models; check the address")
    try:
        entries = json.loads(text)
    except ValueError as error:
        raise ModelError(f"{list_url} is no list of models ({error}); check the address") from error
    if not isinstance(entries, list):
        raise ModelError(f"{list_url} is no list of models (it holds no JSON array); check the address")
    models = []
    for entry in entries:
        try:
            model = ListedModel.model_validate(entry)
        except ValidationError as error:
            reasons = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            log.warning("%s: an entry is left out: %s", list_url, reasons)
        else:
            models.append(model.model_copy(update={"url": urljoin(list_url, model.url)}))
    return models


def fetch(model: ListedModel, target: Path, progress: Progress) -> None:
    """The archive of a listed model lies at `target` and is what the list says.

    Raises:
        ModelError: it cannot be fetched, or it differs in size or checksum.
        OSError: the disk does not take it.
    """
    digest = hashlib.md5(usedforsecurity=False)
    got_bytes = 0
    with target.open("xb") as file:
        for chunk in _chunks(model.url):
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


def _chunks(url: str) -> Iterator[bytes]:
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
    except requests.RequestException as error:
        raise ModelError(
            f"{url} cannot be fetched ({_reason(error)}); check the network, or fetch the model's zip "
            "elsewhere and give `radiobridge models install` its path"
        ) from error


def _reason(error: requests.RequestException) -> str:
    """Why a request failed, without the layers of wrapping around it."""
    if error.response is not None:
        return f"{error.response.status_code} {error.response.reason}"
    innermost = getattr(error.args[0] if error.args else error, "reason", None) or error
    return re.sub(r"^\w+\([^)]*\): ", "", str(innermost))
