"""Models in small, their zips, and a web site that offers them as Vosk's public list does."""

from __future__ import annotations

import hashlib
import io
import json
import os
import stat
import tempfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from radiobridge.speech.models import models_dir

MODEL = "vosk-model-small-xx-0.1"
PARTS = {
    "am/final.mdl": b"hollow",
    "conf/mfcc.conf": b"--sample-frequency=16000\n",
    "conf/model.conf": b"",
    "graph/HCLr.fst": b"hollow",
    "graph/Gr.fst": b"hollow",
}
NOBODY = 65534
NO_SERVER = "http://127.0.0.1:1/model-list.json"
"""Port 1 is tcpmux's, which nobody runs."""


def model_folder(folder: Path, parts: Mapping[str, bytes] = PARTS) -> Path:
    """What `model_fault` takes for a model (the engine does not)."""
    for name, content in parts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def packed(members: Mapping[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip with these members, whatever their names are."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return file.getvalue()


def model_zip(
    name: str = MODEL,
    more: Mapping[str | zipfile.ZipInfo, bytes] | None = None,
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """A model's archive, with `more` members in front of the right ones."""
    return packed({**(more or {}), **{f"{name}/{part}": c for part, c in PARTS.items()}}, method)


def link(name: str, kind: int = stat.S_IFLNK) -> zipfile.ZipInfo:
    """A member that is a symbolic link, or another `kind` of file."""
    member = zipfile.ZipInfo(name)
    member.create_system = 3
    member.external_attr = (kind | 0o777) << 16
    return member


def entry(name: str = MODEL, archive: bytes = b"", **fields: Any) -> dict[str, Any]:
    """An entry of the list, in its own words (`obsolete` is a string there)."""
    return {
        "lang": "xx",
        "lang_text": "Testish",
        "md5": hashlib.md5(archive).hexdigest(),
        "name": name,
        "obsolete": "false",
        "size": len(archive) or 1,
        "size_text": f"{len(archive)}B",
        "type": "small",
        "url": f"{name}.zip",
        "version": "0.1",
    } | fields


@contextmanager
def site(pages: Mapping[str, bytes], cut_bytes: int = 0) -> Iterator[tuple[str, list[str]]]:
    """The address of a server with these pages, and the paths that it was asked for.

    `cut_bytes` are missing at the end of every zip although its length is announced with them.
    """
    asked: list[str] = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            page = pages.get(self.path)
            if page is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page[: len(page) - cut_bytes] if self.path.endswith(".zip") else page)

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def model_site(
    archive: bytes | None = None, cut_bytes: int = 0, others: tuple[Any, ...] = (), **fields: Any
) -> Iterator[tuple[str, list[str]]]:
    """The address of a list with one model (and `others`), and the paths that the server was asked for.

    `fields` are what the list says differently of the model.
    """
    archive = model_zip() if archive is None else archive
    entries = [*others, entry(archive=archive, **fields)]
    pages = {"/models/model-list.json": json.dumps(entries).encode(), f"/models/{MODEL}.zip": archive}
    with site(pages, cut_bytes) as (url, asked):
        yield f"{url}/models/model-list.json", asked


def left_in(state_dir: Path) -> list[str]:
    """The names of all that lies in the models' folder, hidden or not."""
    place = models_dir(state_dir)
    return sorted(path.name for path in place.iterdir()) if place.exists() else []


@contextmanager
def public_folder() -> Iterator[Path]:
    """A new folder that every user of this machine may enter, which pytest's own are not."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@contextmanager
def as_nobody() -> Iterator[None]:
    """The rights of an ordinary user, also where the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
