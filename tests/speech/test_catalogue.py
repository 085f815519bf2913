"""The public list: what is taken from it, what is left out, and what is said when it cannot be had."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from radiobridge.errors import ModelError
from radiobridge.speech.catalogue import ListedModel, fetch, listed_models
from tests.speech.model_site import MODEL, NO_SERVER, entry, model_site, model_zip, site


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """The address of a server that sends these bytes, HTTP or not, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer_one() -> None:
            caller, _ = server.accept()
            with caller:
                caller.recv(1 << 16)
                caller.sendall(answer)

        thread = threading.Thread(target=answer_one)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/list.json"
        thread.join()


def listed_from(page: bytes) -> list[ListedModel]:
    with site({"/list.json": page}) as (url, _):
        return listed_models(f"{url}/list.json")


def listed_of(*entries: Any) -> list[ListedModel]:
    return listed_from(json.dumps(entries).encode())


def why_not(url: str) -> str:
    with pytest.raises(ModelError) as refused:
        listed_models(url)
    message = str(refused.value)
    assert url in message
    assert message.isprintable()
    return message


def fetched(folder: Path, archive: bytes, cut_bytes: int = 0, **fields: Any) -> list[tuple[int, int]]:
    """What was told of the progress until the archive lay in the folder as the list says."""
    told: list[tuple[int, int]] = []
    with model_site(archive, cut_bytes, **fields) as (url, _):
        (model,) = listed_models(url)
        fetch(model, folder / "model.zip", lambda got, of: told.append((got, of)))
    return told


def test_an_entry_gives_what_the_list_says() -> None:
    (model,) = listed_of(entry(lang="cn", lang_text="Chinese", size=5, obsolete="true"))
    assert (model.name, model.size, model.lang_text, model.type) == (MODEL, 5, "Chinese", "small")
    assert model.obsolete
    assert not listed_of(entry(obsolete="false"))[0].obsolete


@pytest.mark.parametrize(("listed", "tag"), [("cn", "zh"), ("ua", "uk"), ("en-us", "en-us"), ("ko", "ko")])
def test_a_language_has_its_tag_and_not_the_country(listed: str, tag: str) -> None:
    assert listed_of(entry(lang=listed))[0].language == tag


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("m.zip", "/a/m.zip"),
        ("../m.zip", "/m.zip"),
        ("/b/m.zip", "/b/m.zip"),
        ("http://other.example/m.zip", "http://other.example/m.zip"),
    ],
)
def test_an_address_is_relative_to_the_list(written: str, meant: str) -> None:
    with site({"/a/list.json": json.dumps([entry(url=written)]).encode()}) as (url, _):
        (model,) = listed_models(f"{url}/a/list.json")
        assert model.url == (meant if "//" in meant else url + meant)


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ("text", "(without a name) is left out: Input should be a valid dictionary"),
        ({"name": "only"}, "('only') is left out: url: Field required; md5: Field required"),
        (entry("../evil"), "('../evil') is left out: name: String should match"),
        (entry(".hidden"), "name: String should match"),
        (entry("a" * 129), "name: String should match"),
        (entry(f"{MODEL}\n"), "name: String should match"),
        (entry(md5="none"), "md5: String should match"),
        (entry(size=0), "size: Input should be greater than 0"),
        (entry(size="1.5 MB"), "size: Input should be a valid integer"),
        (entry(url=""), "url: String should have at least 1"),
        (entry(url="http://["), "url: Invalid IPv6 URL"),
        (entry(lang_text="\x1b[2J"), "lang_text: String should match"),
    ],
)
def test_a_broken_entry_is_left_out_with_a_warning(
    caplog: pytest.LogCaptureFixture, broken: Any, why: str
) -> None:
    assert [model.name for model in listed_of(broken, entry())] == [MODEL]
    (warning,) = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert "/list.json: entry 1 " in warning.getMessage()
    assert why in warning.getMessage()


def test_an_empty_list_has_no_models() -> None:
    assert listed_of() == []


@pytest.mark.parametrize("page", [b"<html>login</html>", b"", b"\xff\xfe\x00", b"[" * 100_000])
def test_what_is_no_json_is_no_list(page: bytes) -> None:
    with site({"/list.json": page}) as (url, _):
        assert "is no list of models" in why_not(f"{url}/list.json")


@pytest.mark.parametrize("page", [b"{}", b"null", b'"list"', b"1"])
def test_what_is_no_array_is_no_list(page: bytes) -> None:
    with site({"/list.json": page}) as (url, _):
        assert "it holds no JSON array" in why_not(f"{url}/list.json")


def test_a_list_without_end_is_given_up() -> None:
    with site({"/list.json": b" " * (5 << 20)}) as (url, _):
        assert "is too long for a list" in why_not(f"{url}/list.json")


def test_a_list_that_is_not_there_says_404_and_the_way_without_it() -> None:
    with site({}) as (url, _):
        why = why_not(f"{url}/list.json")
    assert "(404 Not Found)" in why
    assert "fetch the model's zip elsewhere" in why


def test_a_server_that_is_not_there_says_so_without_wrapping() -> None:
    assert "(Failed to establish a new connection: [Errno 111] Connection refused)" in why_not(NO_SERVER)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"", "Remote end closed connection without response"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[]",
            "(IncompleteRead(2 bytes read, 7 more expected))",
        ),
        (b"HTTP/1.1 503 \x1b[2JBusy\r\n\r\n", "(503 ?[2JBusy)"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://[\r\n\r\n", "(Invalid IPv6 URL)"),
        (b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n", "No connection adapters"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nxxx", "incorrect header check"),
    ],
)
def test_a_faulty_answer_is_explained(answer: bytes, why: str) -> None:
    with answering(answer) as url:
        assert why in why_not(url)


@pytest.mark.parametrize(
    "url", ["models.json", "file:///etc/passwd", "http://", "http://[::1", "http://a..b/", "http://a:99999/"]
)
def test_an_address_that_is_none_is_explained(url: str) -> None:
    assert "cannot be fetched (" in why_not(url)


def test_a_fetched_archive_is_the_one_listed_and_its_progress_was_told(tmp_path: Path) -> None:
    archive = bytes(100_000)
    told = fetched(tmp_path, archive)
    assert (tmp_path / "model.zip").read_bytes() == archive
    assert told == [(65536, 100_000), (100_000, 100_000)]


def test_a_checksum_in_capitals_is_the_same(tmp_path: Path) -> None:
    archive = model_zip()
    assert fetched(tmp_path, archive, md5=entry(archive=archive)["md5"].upper())


def test_another_checksum_is_refused_and_both_are_named(tmp_path: Path) -> None:
    archive = model_zip()
    with pytest.raises(ModelError, match=f"has MD5 {entry(archive=archive)['md5']}, the list says 0{{32}}"):
        fetched(tmp_path, archive, md5="0" * 32)


def test_an_archive_longer_than_listed_is_given_up_early(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is longer than the 1000 bytes listed"):
        fetched(tmp_path, bytes(1 << 20), size=1000)
    assert (tmp_path / "model.zip").stat().st_size <= 1000


def test_an_archive_shorter_than_listed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="ended after 500 of 1000 bytes: try again"):
        fetched(tmp_path, bytes(500), size=1000)


def test_a_transfer_that_breaks_off_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"IncompleteRead\(400 bytes read, 100 more expected\)"):
        fetched(tmp_path, bytes(500), cut_bytes=100)


def test_a_listed_archive_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"/models/gone\.zip cannot be fetched \(404 Not Found\)"):
        fetched(tmp_path, model_zip(), url="gone.zip")
