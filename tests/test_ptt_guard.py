"""The guard as the station starts and dismisses it; what it does when the daemon dies is in tests/system."""

from __future__ import annotations

import subprocess
import time

import pytest

from radiobridge import ptt_guard
from radiobridge.events import Condition, Health
from radiobridge.ptt_guard import PttGuard
from radiobridge.ptt_release import ChannelRadio
from radiobridge.settings import ChannelSettings

_GATE = ChannelRadio("gate", "hamlib", {"port": 1})
_PATIENCE_S = 20.0


class Started:
    """The guards that were started."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.all: list[subprocess.Popen[bytes]] = []
        started = ptt_guard._started

        def kept(radios: list[ChannelRadio]) -> subprocess.Popen[bytes]:
            self.all.append(started(radios))
            return self.all[-1]

        monkeypatch.setattr(ptt_guard, "_started", kept)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    return Started(monkeypatch)


def test_a_guard_that_is_dismissed_ends_at_once(started: Started) -> None:
    began = time.monotonic()
    with PttGuard([_GATE], lambda _: None):
        assert started.all[0].poll() is None
    assert started.all[0].wait(_PATIENCE_S) == 0
    assert time.monotonic() - began < 2


def test_a_guard_stays_where_a_radio_did_not_come_back(started: Started) -> None:
    with PttGuard([_GATE], lambda _: None) as guard:
        guard.ptt_may_be_on()
    process = started.all[0]
    assert process.stdin
    assert not process.stdin.closed
    assert process.poll() is None
    process.kill()
    process.wait(_PATIENCE_S)
    process.stdin.close()


def test_a_guard_that_cannot_be_started_is_told_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def refused(radios: object) -> subprocess.Popen[bytes]:
        tries.append(radios)
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(ptt_guard, "_started", refused)
    health: list[Health] = []
    with PttGuard([_GATE], health.append):
        deadline = time.monotonic() + _PATIENCE_S
        while len(tries) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.01)
    assert health[0].condition is Condition.DEGRADED
    assert "it cannot be started: Cannot allocate memory" in health[0].why


def test_only_radios_that_do_not_release_by_themselves_are_guarded(started: Started) -> None:
    radios = ["vox", "none", {"driver": "serial_lines", "port": "/dev/ttyS9"}, {"driver": "hamlib"}]
    channels = [
        ChannelSettings.model_validate({"name": f"c{n}", "radio": radio}) for n, radio in enumerate(radios)
    ]
    with ptt_guard.ptt_guard([*channels[:3], ChannelSettings(name="ear")], lambda _: None):
        assert started.all == []
    guard = ptt_guard.ptt_guard(channels, lambda _: None)
    assert [radio.channel for radio in guard._radios] == ["c3"]
