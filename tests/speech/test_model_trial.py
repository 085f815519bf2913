"""Models are tried in a process of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from radiobridge.errors import ModelError
from radiobridge.speech.memory import needed_bytes
from radiobridge.speech.model_trial import tried
from radiobridge.speech.models import LocalModel, licence_of, resolve
from tests.speech.builders import KOREAN
from tests.speech.model_site import model_folder


def test_a_good_model_tells_what_it_takes(tmp_path: Path) -> None:
    folder = resolve(KOREAN, tmp_path)
    trial = tried(folder, "ko")
    assert trial.takes_grammar
    assert trial.words > 100_000
    assert trial.load_s > 0
    # The estimate that the choice of a model rests on is not far off.
    assert 0.5 < needed_bytes(folder) / 1e6 / trial.resident_mb < 2
    assert trial.heard_in_silence == ""


def test_a_hollow_model_is_bad(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "hollow")
    (folder / "graph" / "words.txt").write_text("fire 1\n", encoding="utf-8")
    with pytest.raises(ModelError, match="damaged"):
        tried(folder, "xx")


def test_a_model_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="had not loaded after 0 s: use a smaller model"):
        tried(resolve(KOREAN, tmp_path), "ko", timeout_s=0.01)


@pytest.mark.parametrize(
    ("file", "text", "licence"),
    [
        (
            "README",
            "Small model\nLicensed under the Apache License, Version 2.0.",
            "Apache License, Version 2.0",
        ),
        ("README.md", "License: Apache 2.0", "Apache 2.0"),
        ("LICENSE", "CC-BY-NC-SA 4.0", "CC-BY-NC-SA 4.0"),
        ("COPYING", "AGPLv3", "AGPLv3"),
        ("README", "Small model for submitted calls", ""),
    ],
)
def test_the_licence_is_the_one_that_the_model_names(
    tmp_path: Path, file: str, text: str, licence: str
) -> None:
    folder = model_folder(tmp_path / "model")
    (folder / file).write_text(text, encoding="utf-8")
    assert licence_of(LocalModel("model", folder)) == licence
