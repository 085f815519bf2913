"""Radios that are released without the daemon, as `radiobridge ptt-off` and the guard do it."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from radiobridge import ptt_release
from radiobridge.errors import DeviceLost, SettingsError
from radiobridge.ports import loading
from radiobridge.ptt_release import ChannelRadio, radios_in, release_all
from tests.fake_radio import FakeRadio, installed


@pytest.fixture(autouse=True)
def _fake_radios(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "entry_points", installed)


def fake(name: str) -> ChannelRadio:
    """A channel of this name whose radio is keyed."""
    FakeRadio.says[name] = False
    FakeRadio.keyed[name] = True
    return ChannelRadio(name, "fake", {"radio": name})


def test_all_radios_are_released_and_one_that_fails_holds_up_no_other() -> None:
    radios = [fake("release-1"), fake("release-2"), fake("release-3")]
    FakeRadio.says["release-2"] = DeviceLost("unplugged")
    results = release_all(radios)
    assert [r.channel for r in results] == ["release-1", "release-2", "release-3"]
    assert [r.why for r in results] == ["", "unplugged", ""]
    assert not FakeRadio.keyed["release-1"]
    assert not FakeRadio.keyed["release-3"]


def test_a_port_that_the_dying_daemon_still_holds_is_tried_again() -> None:
    radio = fake("release-held")
    FakeRadio.says["release-held"] = DeviceLost("in use by radiobridge")

    def let_go() -> None:
        FakeRadio.says["release-held"] = False

    threading.Timer(0.3, let_go).start()
    (released,) = release_all([radio], patience_s=10)
    assert released.why == ""
    assert not FakeRadio.keyed["release-held"]


def test_a_driver_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ptt_release, "RELEASE_S", 0.3)
    hangs = threading.Event()
    monkeypatch.setattr(FakeRadio, "set_ptt", lambda self, on: hangs.wait())
    began = time.monotonic()
    (released,) = release_all([fake("release-hangs")])
    hangs.set()
    assert released.why == "no answer for 0.3 s"
    assert time.monotonic() - began < 5


def test_a_drivers_own_fault_and_one_that_is_not_there_are_told() -> None:
    broken = fake("release-broken")
    FakeRadio.says["release-broken"] = RuntimeError("a bug")
    results = release_all([broken, ChannelRadio("gate", "hamlb", {}), ChannelRadio("yard", "vox", {"x": 1})])
    assert results[0].why == "fault in its driver: RuntimeError('a bug')"
    assert "did you mean 'hamlib'" in results[1].why
    assert "Extra inputs are not permitted" in results[2].why
    assert not any(r.by_itself for r in results)


def test_what_else_is_wrong_in_the_settings_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "radiobridge.toml"
    path.write_text(
        "colour = 1\n[[code]]\nkeys = 3\n"
        '[[channel]]\nname = "gate"\nradio = { driver = "hamlib", port = 4532 }\n'
        '[[channel]]\nname = "ear"\n[[channel]]\nname = "yard"\nradio = "vox"\nspech = "en"\n'
    )
    assert radios_in(path) == [
        ChannelRadio("gate", "hamlib", {"port": 4532}),
        ChannelRadio("yard", "vox", {}),
    ]


@pytest.mark.parametrize(
    "text", ["channel = 1", "[channel]\nname = 'gate'\nradio = 'vox'", "[[channel]]\nradio = 3"]
)
def test_channels_that_are_none_have_no_radios(tmp_path: Path, text: str) -> None:
    path = tmp_path / "radiobridge.toml"
    path.write_text(text)
    assert radios_in(path) == []


@pytest.mark.parametrize(
    ("content", "why"), [(b"[[channel]", "not TOML"), (b"\xff", "not TOML"), (None, "No such")]
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None, why: str) -> None:
    path = tmp_path / "radiobridge.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=why):
        radios_in(path)
