"""A model is installed whole or not at all, wherever it comes from and whatever goes wrong."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from radiobridge.errors import ModelError
from radiobridge.speech.installing import install
from radiobridge.speech.models import installed_models, models_dir, resolve
from tests.speech.model_site import (
    MODEL,
    NO_SERVER,
    PARTS,
    as_nobody,
    entry,
    left_in,
    link,
    model_folder,
    model_site,
    model_zip,
    packed,
    public_folder,
    site,
)


def refusal(what: str, state_dir: Path, list_url: str = NO_SERVER) -> str:
    """The reason for a refusal that left the models' folder as it was."""
    before = snapshot(models_dir(state_dir))
    with pytest.raises(ModelError) as refused:
        install(what, state_dir, list_url)
    assert snapshot(models_dir(state_dir)) == before
    return str(refused.value)


def snapshot(folder: Path) -> dict[Path, bytes]:
    """Every file and folder with what it holds."""
    return {path: path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}


def unsound(state_dir: Path) -> Path:
    """A folder of the model's name that a copy by hand left incomplete."""
    return model_folder(models_dir(state_dir) / MODEL, {"README": b"half"})


@contextmanager
def small_disk() -> Iterator[Path]:
    """A file system of 256 kB."""
    with public_folder() as folder:
        mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
            pytest.skip("a full disk needs the right to mount one")
        try:
            yield folder
        finally:
            subprocess.run(["umount", str(folder)], check=True)


def test_a_listed_model_is_installed_by_its_name(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    size = len(model_zip())
    with model_site() as (url, asked):
        came = install(MODEL, tmp_path, url, lambda got, of: told.append((got, of)))
    assert came.is_new
    assert came.model.folder == resolve(MODEL, tmp_path) == models_dir(tmp_path) / MODEL
    assert {name: (came.model.folder / name).read_bytes() for name in PARTS} == PARTS
    assert told == [(size, size)]
    assert asked == ["/models/model-list.json", f"/models/{MODEL}.zip"]
    assert left_in(tmp_path) == [MODEL]


def test_an_installed_model_is_not_fetched_again(tmp_path: Path) -> None:
    with model_site() as (url, asked):
        install(MODEL, tmp_path, url)
        asked.clear()
        came = install(MODEL, tmp_path, url)
    assert not came.is_new
    assert came.model.folder == resolve(MODEL, tmp_path)
    assert asked == []


def test_an_unsound_folder_of_that_name_is_replaced(tmp_path: Path) -> None:
    folder = unsound(tmp_path)
    with model_site() as (url, _):
        assert install(MODEL, tmp_path, url).is_new
    assert not (folder / "README").exists()
    assert left_in(tmp_path) == [MODEL]


@pytest.mark.parametrize("make", [Path.touch, lambda path: path.symlink_to("nowhere")])
def test_a_file_or_dangling_link_of_that_name_is_replaced(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    models_dir(tmp_path).mkdir()
    make(models_dir(tmp_path) / MODEL)
    with model_site() as (url, _):
        assert install(MODEL, tmp_path, url).is_new
    assert installed_models(tmp_path)[0].fault == ""


@pytest.mark.parametrize(
    ("differs", "why"),
    [
        ({"md5": "0" * 32}, "the list says 000"),
        ({"size": 1}, "is longer than the 1 bytes"),
        ({"size": 99_999}, "of 99999 bytes: try again"),
        ({"url": "gone.zip"}, "404 Not Found"),
        ({"url": NO_SERVER}, "Connection refused"),
        ({"cut_bytes": 9}, "IncompleteRead"),
    ],
)
def test_a_failed_fetch_leaves_nothing_and_keeps_what_was_there(
    tmp_path: Path, differs: dict[str, object], why: str
) -> None:
    unsound(tmp_path)
    with model_site(**differs) as (url, _):  # type: ignore[arg-type]
        assert why in refusal(MODEL, tmp_path, url)


def test_an_archive_that_is_refused_is_named_after_the_model(tmp_path: Path) -> None:
    with model_site(model_zip(more={"../evil": b""})) as (url, _):
        assert f"{MODEL}.zip is refused: the name '../evil'" in refusal(MODEL, tmp_path, url)


def test_a_listed_archive_that_holds_no_model_is_not_installed(tmp_path: Path) -> None:
    with model_site(packed({f"{MODEL}/final.ext.raw": b""})) as (url, _):
        why = refusal(MODEL, tmp_path, url)
    assert (
        why
        == f"{MODEL} is no Vosk model: it lacks am/final.mdl; expected am/, conf/ and graph/; not installed"
    )


def test_a_model_has_the_name_of_the_list_whatever_its_archive_calls_it(tmp_path: Path) -> None:
    with model_site(model_zip("model")) as (url, _):
        assert install(MODEL, tmp_path, url).model.spec == MODEL
    assert left_in(tmp_path) == [MODEL]


def test_a_near_miss_of_a_name_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with model_site() as (url, asked):
        why = refusal("vosk-model-small-xy-0.1", tmp_path, url)
    assert f"no model 'vosk-model-small-xy-0.1' in {url}; did you mean {MODEL!r}?" in why
    assert asked == ["/models/model-list.json"]


def test_a_name_like_no_other_is_answered_with_where_to_look(tmp_path: Path) -> None:
    with model_site() as (url, _):
        why = refusal("zebra", tmp_path, url)
    assert "did you mean" not in why
    assert "`radiobridge models` lists them" in why


def test_a_broken_entry_does_not_keep_others_from_being_installed(tmp_path: Path) -> None:
    with model_site(others=("junk", entry("../evil"))) as (url, _):
        assert install(MODEL, tmp_path, url).is_new


def test_a_list_out_of_reach_is_said_with_the_way_without_it(tmp_path: Path) -> None:
    why = refusal(MODEL, tmp_path)
    assert "Connection refused" in why
    assert "give `radiobridge models install` its path" in why


def test_a_page_that_is_no_list_is_said(tmp_path: Path) -> None:
    with site({"/list": b"<html>"}) as (url, _):
        assert f"{url}/list is no list of models" in refusal(MODEL, tmp_path, f"{url}/list")


@pytest.mark.parametrize("name", ["any name.zip", "m.ZIP"])
def test_a_zip_on_this_machine_is_installed_under_the_name_of_its_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(model_zip())
    came = install(str(tmp_path / name), tmp_path, NO_SERVER)
    assert (came.is_new, came.model.spec) == (True, MODEL)
    assert left_in(tmp_path) == [MODEL]
    assert (tmp_path / name).exists()


def test_a_zip_in_the_working_folder_needs_no_slash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "m.zip").write_bytes(model_zip())
    monkeypatch.chdir(tmp_path)
    assert install("m.zip", tmp_path / "state", NO_SERVER).is_new


def test_a_folder_is_copied_and_stays(tmp_path: Path, hollow_model: Path) -> None:
    state = tmp_path / "state"
    came = install(str(hollow_model), state, NO_SERVER)
    assert (came.is_new, came.model.spec, left_in(state)) == (True, MODEL, [MODEL])
    assert [path.read_bytes() for path in sorted(hollow_model.rglob("*.*"))] == [
        path.read_bytes() for path in sorted(came.model.folder.rglob("*.*"))
    ]


def test_a_model_in_the_working_folder_needs_no_slash(
    tmp_path: Path, hollow_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(hollow_model.parent)
    assert install(MODEL, tmp_path / "state", NO_SERVER).is_new


def test_a_folder_in_the_working_folder_that_is_no_model_does_not_hide_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(unsound(tmp_path).parent)
    with model_site() as (url, _):
        assert install(MODEL, tmp_path, url).is_new


def test_a_model_that_is_linked_has_its_own_name(tmp_path: Path, hollow_model: Path) -> None:
    (tmp_path / "current").symlink_to(hollow_model)
    assert install(str(tmp_path / "current"), tmp_path / "state").model.spec == MODEL


def test_an_installed_model_can_be_named_by_its_path_too(tmp_path: Path) -> None:
    folder = model_folder(models_dir(tmp_path) / MODEL)
    assert not install(str(folder), tmp_path).is_new


def test_a_model_of_a_read_only_disc_can_be_installed_by_an_ordinary_user() -> None:
    with public_folder() as folder:
        disc, state = model_folder(folder / "disc" / MODEL), folder / "state"
        state.mkdir()
        state.chmod(0o777)
        parts = [disc, *disc.rglob("*")]
        for path in parts:
            path.chmod(0o555 if path.is_dir() else 0o444)
        with as_nobody():
            came = install(str(disc), state)
            (came.model.folder / "graph" / "new").touch()
        assert left_in(state) == [MODEL]
        for path in parts:
            path.chmod(0o755)


def test_a_folder_that_is_no_model_says_what_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "empty is no Vosk model: it lacks am/final.mdl" in refusal(f"{tmp_path}/empty", tmp_path)


def test_a_folder_around_a_model_points_to_it(tmp_path: Path, hollow_model: Path) -> None:
    assert f"did you mean {MODEL} in it?" in refusal(str(hollow_model.parent), tmp_path / "state")


@pytest.mark.parametrize(
    "what", ["/none", "/none/m.zip", "none.zip", "none/model", "no such model", "-", "화재"]
)
def test_a_path_where_nothing_is_says_what_was_expected(tmp_path: Path, what: str) -> None:
    assert refusal(what, tmp_path) == f"{what} is no file and no folder; expected a model's zip or folder"


def test_the_home_of_a_user_who_has_none_is_explained(tmp_path: Path) -> None:
    assert "~no-such-user has no home folder" in refusal("~no-such-user/m.zip", tmp_path)


@pytest.mark.parametrize("name", [".hidden", "two words", "화재", "python:x", "-rf", "a" * 129])
def test_a_folder_with_an_odd_name_is_to_be_renamed(tmp_path: Path, name: str) -> None:
    model_folder(tmp_path / name)
    assert f"{name!r} is no name for a model" in refusal(str(tmp_path / name), tmp_path / "state")


@pytest.mark.parametrize("name", [".hidden", "two words", "화재"])
def test_an_archive_with_an_odd_name_at_its_top_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "m.zip").write_bytes(model_zip(name))
    assert f"{name!r} is no name for a model" in refusal(f"{tmp_path}/m.zip", tmp_path)


@pytest.mark.parametrize(
    "archive", [b"not a zip", model_zip(more={"../evil": b""}), model_zip(more={link(f"{MODEL}/l"): b"/"})]
)
def test_an_unsafe_or_broken_zip_leaves_nothing(tmp_path: Path, archive: bytes) -> None:
    (tmp_path / "m.zip").write_bytes(archive)
    assert "m.zip is " in refusal(f"{tmp_path}/m.zip", tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"m.zip", "models"}


def test_a_model_around_the_state_folder_is_not_copied_into_itself(hollow_model: Path) -> None:
    assert "that it would be copied to" in refusal(str(hollow_model), hollow_model / "state")


def test_a_link_in_a_folder_that_leads_nowhere_is_named(tmp_path: Path, hollow_model: Path) -> None:
    (hollow_model / "ivector").symlink_to("nowhere")
    why = refusal(str(hollow_model), tmp_path / "state")
    assert f"No such file or directory: {hollow_model}/ivector" in why


def test_what_a_killed_install_left_is_cleaned(tmp_path: Path, hollow_model: Path) -> None:
    model_folder(models_dir(tmp_path) / ".incoming-killed" / MODEL)
    install(str(hollow_model), tmp_path)
    assert left_in(tmp_path) == [MODEL]


def test_a_second_install_at_the_same_time_is_refused(tmp_path: Path, hollow_model: Path) -> None:
    refused: list[str] = []

    def install_another(_got: int, _of: int) -> None:
        with pytest.raises(ModelError) as error:
            install(str(hollow_model), tmp_path)
        refused.append(str(error.value))

    with model_site() as (url, _):
        assert install(MODEL, tmp_path, url, install_another).is_new
    assert refused == [f"another install is at work in {models_dir(tmp_path)}: wait for its end"]


def test_an_install_that_is_interrupted_leaves_nothing(tmp_path: Path) -> None:
    def interrupt(_got: int, _of: int) -> None:
        raise KeyboardInterrupt

    with model_site() as (url, _):
        with pytest.raises(KeyboardInterrupt):
            install(MODEL, tmp_path, url, interrupt)
        assert left_in(tmp_path) == []
        assert install(MODEL, tmp_path, url).is_new


@pytest.mark.parametrize("source", ["list", "zip", "folder"])
def test_a_full_disk_is_said_and_nothing_is_left_on_it(tmp_path: Path, source: str) -> None:
    big = os.urandom(1 << 20)
    archive = model_zip(more={f"{MODEL}/graph/words.txt": big})
    (tmp_path / "m.zip").write_bytes(archive)
    (model_folder(tmp_path / MODEL) / "graph" / "words.txt").write_bytes(big)
    what = {"list": MODEL, "zip": f"{tmp_path}/m.zip", "folder": f"{tmp_path}/{MODEL}"}[source]
    with small_disk() as disk, model_site(archive) as (url, _):
        why = refusal(what, disk, url)
        assert left_in(disk) == []
    assert f"cannot be written to {disk}/models (No space left on device" in why
    assert "): make room" in why


def test_a_folder_that_may_not_be_written_is_said() -> None:
    with public_folder() as folder:
        models_dir(folder).mkdir()
        models_dir(folder).chmod(0o555)
        with as_nobody():
            why = refusal(MODEL, folder)
        models_dir(folder).chmod(0o755)
    assert f"cannot be written to {folder}/models (Permission denied: {folder}/models/.incoming-" in why
    assert "run this as the user of the daemon" in why


def test_a_state_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "state").touch()
    assert f"(Not a directory: {tmp_path}/state/models)" in refusal(MODEL, tmp_path / "state")
