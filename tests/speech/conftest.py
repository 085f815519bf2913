"""The real Korean model, loaded once, and a model's folder that looks right but holds nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from radiobridge.speech.models import resolve
from radiobridge.speech.recogniser import SpeechModel
from tests.speech.builders import KOREAN


@pytest.fixture(scope="session")
def korean(tmp_path_factory: pytest.TempPathFactory) -> SpeechModel:
    return SpeechModel.load(resolve(KOREAN, tmp_path_factory.mktemp("state")), "ko")


@pytest.fixture
def hollow_model(tmp_path: Path) -> Path:
    folder = tmp_path / "vosk-model-small-xx-0.1"
    for name in ("am/final.mdl", "conf/mfcc.conf", "conf/model.conf", "graph/HCLr.fst", "graph/Gr.fst"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"hollow")
    return folder
