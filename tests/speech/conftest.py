"""The real Korean model, loaded once, and a model's folder that looks right but holds nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from radiobridge.speech.models import resolve
from radiobridge.speech.recogniser import SpeechModel
from tests.speech.builders import KOREAN
from tests.speech.model_site import MODEL, model_folder


@pytest.fixture(scope="session")
def korean(tmp_path_factory: pytest.TempPathFactory) -> SpeechModel:
    return SpeechModel.load(resolve(KOREAN, tmp_path_factory.mktemp("state")), "ko")


@pytest.fixture
def hollow_model(tmp_path: Path) -> Path:
    return model_folder(tmp_path / MODEL)
