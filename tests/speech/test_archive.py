"""A model's zip is unpacked whole or refused with the reason; nothing is written outside of its folder."""

from __future__ import annotations

import random
import stat
import warnings
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from radiobridge.errors import ModelError
from radiobridge.speech.archive import unpack
from radiobridge.speech.models import model_fault
from tests.speech.model_site import MODEL, PARTS, as_nobody, link, model_zip, packed, public_folder

MB = 1 << 20


def unpacked(folder: Path, archive: bytes) -> Path:
    """Where the archive was unpacked; the one folder that may have anything new in it is folder/into."""
    file, into = folder / "model.zip", folder / "into"
    into.mkdir()
    file.write_bytes(archive)
    return unpack(file, into)


def refusal(folder: Path, archive: bytes) -> str:
    """The reason for a refusal, which came before anything was written."""
    with pytest.raises(ModelError) as refused:
        unpacked(folder, archive)
    assert written(folder) == []
    return str(refused.value)


def written(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.name not in {"model.zip", "into"}]


def with_flag(archive: bytes, flag: int) -> bytes:
    """The archive with a general purpose bit set for its first member, here and in the directory."""
    changed = bytearray(archive)
    changed[archive.index(b"PK\x03\x04") + 6] |= flag
    changed[archive.index(b"PK\x01\x02") + 8] |= flag
    return bytes(changed)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_models_archive_is_unpacked_as_it_was_packed(tmp_path: Path, method: int) -> None:
    folder = unpacked(tmp_path, model_zip(method=method))
    assert folder == tmp_path / "into" / MODEL
    assert not model_fault(folder)
    assert {name: (folder / name).read_bytes() for name in PARTS} == PARTS


def test_entries_for_folders_are_taken_too(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, model_zip(more={f"{MODEL}/": b"", f"{MODEL}/ivector/": b""}))
    assert (folder / "ivector").is_dir()


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        f"{MODEL}/../../evil",
        "/tmp/evil",
        "//evil",
        f"{MODEL}\\..\\..\\evil",
        "C:\\evil",
        "./",
        ".",
    ],
)
def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    assert f"{name!r} leads out" in refusal(tmp_path, model_zip(more={name: b"evil"}))


def test_a_name_that_is_none_is_refused(tmp_path: Path) -> None:
    archive = model_zip(more={"nul": b""}).replace(b"nul", b"\0ul")
    assert "the name ''" in refusal(tmp_path, archive)


def test_a_name_longer_than_disks_take_is_refused(tmp_path: Path) -> None:
    assert "longer than 255 bytes" in refusal(tmp_path, model_zip(more={f"{MODEL}/{'화' * 90}": b""}))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_a_link_or_device_is_refused(tmp_path: Path, kind: int) -> None:
    reason = refusal(tmp_path, model_zip(more={link(f"{MODEL}/odd", kind): b"/etc/passwd"}))
    assert "no plain file" in reason
    assert f"{MODEL}/odd" in reason


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_rare_packing_is_refused(tmp_path: Path, method: int) -> None:
    assert "rare packing" in refusal(tmp_path, model_zip(method=method))


def test_an_encrypted_archive_is_refused_with_a_way_out(tmp_path: Path) -> None:
    reason = refusal(tmp_path, with_flag(model_zip(), 0x1))
    assert "is encrypted; unpack it yourself" in reason


def test_an_archive_that_grows_beyond_reason_is_refused(tmp_path: Path) -> None:
    archive = model_zip(more={f"{MODEL}/big": bytes(30 * MB)})
    assert len(archive) < MB
    assert "would grow to 31 MB" in refusal(tmp_path, archive)


def test_an_archive_that_hides_its_growth_gives_no_more_than_it_claims(tmp_path: Path) -> None:
    archive = bytearray(packed({f"{MODEL}/big": bytes(30 * MB)}))
    for head, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = archive.index(head) + offset
        archive[start : start + 4] = (1000).to_bytes(4, "little")
    with pytest.raises(ModelError, match="not a sound zip"):
        unpacked(tmp_path, bytes(archive))
    assert sum(path.stat().st_size for path in written(tmp_path) if path.is_file()) <= 1000


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    reason = refusal(tmp_path, packed({f"{MODEL}/{number}": b"" for number in range(1001)}))
    assert "it holds 1001 files" in reason


@pytest.mark.parametrize("again", ["am/final.mdl", "./am//final.mdl"])
def test_a_name_that_comes_twice_is_refused(tmp_path: Path, again: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the writer warns of what it is asked to do here
        archive = model_zip(more={zipfile.ZipInfo(f"{MODEL}/{again}"): b"other"})
    assert f"'{MODEL}/am/final.mdl' twice" in refusal(tmp_path, archive)


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    assert f"'{MODEL}/am' is a file where" in refusal(tmp_path, model_zip(more={f"{MODEL}/am": b""}))


def test_a_second_folder_at_the_top_is_refused_and_named(tmp_path: Path) -> None:
    assert "'__MACOSX', 'vosk-" in refusal(tmp_path, model_zip(more={"__MACOSX/am/final.mdl": b""}))


def test_a_file_beside_the_top_folder_is_refused(tmp_path: Path) -> None:
    assert "'README' is a file where" in refusal(tmp_path, model_zip(more={"README": b""}))


def test_an_empty_archive_is_refused(tmp_path: Path) -> None:
    assert "one folder at its top, this one has none" in refusal(tmp_path, packed({}))


@pytest.mark.parametrize("archive", [b"", b"not a zip", model_zip()[:-30], model_zip()[200:]])
def test_what_is_no_whole_zip_says_so(tmp_path: Path, archive: bytes) -> None:
    with pytest.raises(ModelError, match=r"model\.zip is not a sound zip archive \(.+\): fetch it again"):
        unpacked(tmp_path, archive)


def test_a_name_in_no_encoding_is_no_sound_zip(tmp_path: Path) -> None:
    archive = model_zip(more={f"{MODEL}/화": b""}).replace("화".encode(), b"\xff\xff\xff")
    with pytest.raises(ModelError, match=r"not a sound zip archive .*can't decode"):
        unpacked(tmp_path, archive)


def test_a_changed_byte_of_a_file_is_found(tmp_path: Path) -> None:
    archive = model_zip(method=zipfile.ZIP_STORED).replace(b"hollow", b"hallow", 1)
    with pytest.raises(ModelError, match="Bad CRC-32"):
        unpacked(tmp_path, archive)


def test_no_damage_gives_any_other_error_or_a_file_outside(tmp_path: Path) -> None:
    rng = random.Random(1)
    sound = model_zip()
    for number in range(600):
        folder = tmp_path / str(number)
        folder.mkdir()
        archive = bytearray(sound)
        for _ in range(rng.choice((1, 2, 4))):
            archive[rng.randrange(len(archive))] = rng.choice((0, 255, rng.randrange(256)))
        with suppress(ModelError):
            unpacked(folder, bytes(archive))
        assert {path.name for path in folder.iterdir()} == {"model.zip", "into"}
    assert len(list(tmp_path.iterdir())) == 600


def test_an_archive_that_may_not_be_read_is_named() -> None:
    with public_folder() as folder:
        archive = folder / "secret.zip"
        archive.write_bytes(model_zip())
        archive.chmod(0)
        with as_nobody(), pytest.raises(ModelError, match=r"secret\.zip cannot be read: Permission denied"):
            unpack(archive, folder)
