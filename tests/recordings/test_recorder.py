import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests
import soundfile

from radiobridge.events import Condition, Digit, TransmissionAudio, TransmissionEnded, TransmissionStarted
from radiobridge.receive.chain import ReceiveChain
from radiobridge.recordings import backlog as backlog_module
from radiobridge.recordings import recorder as recorder_module
from radiobridge.recordings import writer as writer_module
from radiobridge.recordings.files import write_all
from radiobridge.recordings.recorder import Recorder
from radiobridge.settings import RecordingSettings, SignalSettings, SquelchSettings
from tests.builders import in_blocks, keyed
from tests.recordings.builders import (
    AT,
    RATE_HZ,
    HealthLog,
    as_pcm,
    blocks,
    ended,
    files_in,
    heard_in,
    info_of,
    key,
    record,
    sound_of,
    started,
    ulid,
    until,
)


@pytest.fixture(autouse=True)
def _short_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_module, "_ROUND_S", 0.01)


@contextmanager
def recording(folder: Path, health: HealthLog | None = None, **settings: Any) -> Iterator[Recorder]:
    with Recorder(RecordingSettings(**settings), folder, "duty-room", emit=health or HealthLog()) as recorder:
        yield recorder


class SlowDisk:
    """Takes nothing until it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked, self.takes = threading.Event(), threading.Event()

        def slow_write(descriptor: int, data: bytes, offset: int) -> None:
            self.asked.set()
            assert self.takes.wait(20)
            write_all(descriptor, data, offset)

        monkeypatch.setattr("radiobridge.recordings.spool.write_all", slow_write)


def test_the_path_is_known_when_the_transmission_begins(tmp_path: Path) -> None:
    with recording(tmp_path) as recorder:
        begun = started("police")
        path = record(recorder, begun, 1.0, key("*", "police"), key("7", "police"))
        assert path == tmp_path / "police" / "2026-11-25" / f"20261125T150500.123Z-{begun.id}.flac"
        until(path.exists)
        assert np.array_equal(heard_in(path), as_pcm(sound_of(begun.id, 1)))
        info = info_of(path)
    assert (info.station, info.channel, info.id, info.keys) == ("duty-room", "police", begun.id, "*7")
    assert info.started.timestamp() == pytest.approx(AT, abs=0.001)


def test_sound_is_on_disk_while_the_transmission_goes_on(tmp_path: Path) -> None:
    with recording(tmp_path) as recorder:
        begun = started()
        recorder.start(begun)
        for block in blocks(begun, sound_of(begun.id, 1)):
            recorder.feed(block)
        until(lambda: sum(file.stat().st_size for file in files_in(tmp_path, ".part")) > 2 * RATE_HZ)
        assert files_in(tmp_path, ".flac") == []
        recorder.finish(ended(begun, 1))
        until(lambda: files_in(tmp_path, ".flac"))


def test_32_channels_at_once_are_each_recorded_whole(tmp_path: Path) -> None:
    begun = [started(f"channel-{number}") for number in range(32)]
    seconds = 3.0
    with recording(tmp_path) as recorder:
        paths = [Path(recorder.start(one)) for one in begun]
        for row in zip(*(blocks(one, sound_of(one.id, seconds)) for one in begun), strict=True):
            for block in row:
                recorder.feed(block)
        for number, one in enumerate(begun):
            recorder.note(key(str(number % 10), one.channel))
            recorder.finish(ended(one, seconds))
        assert recorder.close(20)
    for number, (path, one) in enumerate(zip(paths, begun, strict=True)):
        assert np.array_equal(heard_in(path), as_pcm(sound_of(one.id, seconds)))
        assert info_of(path).keys == str(number % 10)
    assert len(files_in(tmp_path)) == 32


def test_channels_may_have_any_name(tmp_path: Path) -> None:
    names = [".", "..", "-rf", "警察", "경비실", "CON", "a\\b", "🚓" * 64, "%2E"]
    with recording(tmp_path) as recorder:
        paths = [record(recorder, started(name), 0.2) for name in names]
        assert recorder.close(20)
    assert len(set(paths)) == len(names)
    assert [info_of(path).channel for path in paths] == names


def test_a_transmission_that_was_cut_says_so(tmp_path: Path) -> None:
    with recording(tmp_path) as recorder:
        first = record(recorder, started(), 0.5, cut=True)
        second = record(recorder, started(at=AT + 0.5), 0.5)
        assert recorder.close(20)
    assert [info_of(path).cut for path in (first, second)] == [True, False]


def test_what_belongs_to_no_open_transmission_is_ignored(tmp_path: Path) -> None:
    with recording(tmp_path) as recorder:
        begun, other = started(), started()
        recorder.note(key("1"))
        recorder.start(begun)
        for block in blocks(other, sound_of(other.id, 0.1)):
            recorder.feed(block)
        assert recorder.finish(ended(other, 0.1)) == ""
        for block in blocks(begun, sound_of(begun.id, 0.1)):
            recorder.feed(block)
        path = Path(recorder.finish(ended(begun, 0.1)))
        assert recorder.finish(ended(begun, 0.1)) == ""
        assert recorder.close(20)
    assert files_in(tmp_path) == [path]
    assert info_of(path).keys == ""


def test_a_slow_disk_holds_nobody_up_and_what_it_does_not_take_is_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog_module, "MOST_BYTES", 200_000)
    disk, health = SlowDisk(monkeypatch), HealthLog()
    with recording(tmp_path, health) as recorder:
        begun = started()
        said = sound_of(begun.id, 10)
        path = Path(recorder.start(begun))
        slowest_s = 0.0
        for block in blocks(begun, said):
            before = time.monotonic()
            recorder.feed(block)
            slowest_s = max(slowest_s, time.monotonic() - before)
        assert slowest_s < 1
        assert health.last().condition is Condition.DEGRADED
        assert "the disk does not keep up" in health.last().why
        assert recorder.start(started("yard")) == ""
        assert recorder.finish(ended(begun, 10)) == str(path)
        disk.takes.set()
        until(path.exists)
    sound, expected = heard_in(path), as_pcm(said)
    taken = int(np.flatnonzero(sound)[-1]) + 1
    assert 0 < taken < len(said)
    assert np.array_equal(sound[:taken], expected[:taken])
    assert len(sound) == len(said)
    assert info_of(path).left_out_s == pytest.approx(10 - taken / RATE_HZ, abs=0.001)


def test_after_a_slow_spell_all_is_recorded_and_well_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog_module, "MOST_BYTES", 200_000)
    monkeypatch.setattr("radiobridge.recordings.health._LEFT_OUT_S", 0.0)
    disk, health = SlowDisk(monkeypatch), HealthLog()
    with recording(tmp_path, health) as recorder:
        begun = started()
        said = blocks(begun, sound_of(begun.id, 10))
        path = Path(recorder.start(begun))
        for _ in range(400):
            recorder.feed(next(said))
        disk.takes.set()
        until(lambda: not recorder._backlog._bytes)
        for block in said:
            recorder.feed(block)
        recorder.finish(ended(begun, 10))
        until(path.exists)
        until(lambda: health.last().condition is Condition.OK)
    sound, expected = heard_in(path), as_pcm(sound_of(begun.id, 10))
    assert np.array_equal(sound[400 * 320 :], expected[400 * 320 :])
    assert 0 < info_of(path).left_out_s < 8


def test_a_disk_that_stops_recording_gives_no_path_and_later_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "RETRY_S", 0.02)
    health = HealthLog()
    (tmp_path / "recordings").touch()
    with recording(tmp_path / "recordings", health) as recorder:
        until(lambda: health.events and health.last().condition is Condition.FAILED)
        assert recorder.start(started()) == ""
        (tmp_path / "recordings").unlink()
        until(lambda: health.last().condition is Condition.OK)
        until(record(recorder, started(), 0.2).exists)


def test_the_end_of_the_bridge_finishes_what_has_ended(tmp_path: Path) -> None:
    with recording(tmp_path) as recorder:
        begun = started("yard")
        open_path = Path(recorder.start(begun))
        for block in blocks(begun, sound_of(begun.id, 0.5)):
            recorder.feed(block)
        paths = [record(recorder, started(f"channel-{n}"), 1) for n in range(8)]
        assert recorder.close(20)
    assert all(path.exists() for path in paths)
    assert files_in(tmp_path, ".part") == [open_path.with_suffix(".part")]
    with recording(tmp_path):
        until(open_path.exists)
    assert info_of(open_path).interrupted


def test_a_disk_that_hangs_does_not_hold_up_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = SlowDisk(monkeypatch)
    with recording(tmp_path) as recorder:
        path = record(recorder, started(), 0.5)
        assert disk.asked.wait(20)
        assert not recorder.close(0.05)
        disk.takes.set()
        assert recorder.close(20)
    with recording(tmp_path):
        until(path.exists)


def test_a_disk_that_hangs_is_told_while_there_is_room_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "_HUNG_S", 0.0)
    disk, health = SlowDisk(monkeypatch), HealthLog()
    with recording(tmp_path, health) as recorder:
        begun = started()
        recorder.start(begun)
        sound = blocks(begun, sound_of(begun.id, 0.5))
        recorder.feed(next(sound))
        assert disk.asked.wait(20)
        for block in sound:
            recorder.feed(block)
        assert health.last().condition is Condition.DEGRADED
        assert "does not answer" in health.last().why
        disk.takes.set()
        path = Path(recorder.finish(ended(begun, 0.5)))
        until(path.exists)
    assert np.array_equal(heard_in(path), as_pcm(sound_of(begun.id, 0.5)))


def test_what_was_keyed_is_known_and_can_be_heard_again(tmp_path: Path) -> None:
    with recording(tmp_path) as recorder:
        chain = ReceiveChain("gate", SquelchSettings(), SignalSettings(), ulid)
        events = [e for block in in_blocks(keyed("*103#"), 320, at=AT) for e in chain.feed(block)]
        for event in [*events, *chain.finish()]:
            match event:
                case TransmissionStarted():
                    path = Path(recorder.start(event))
                case TransmissionAudio():
                    recorder.feed(event)
                case TransmissionEnded():
                    recorder.finish(event)
                case _:
                    recorder.note(event)
        assert recorder.close(20)
    assert info_of(path).keys == "*103#"
    sound, _ = soundfile.read(path, dtype="float32")
    again = ReceiveChain("again", SquelchSettings(), SignalSettings(), ulid)
    events = [e for block in in_blocks(sound, 320) for e in again.feed(block)] + again.finish()
    assert "".join(event.key for event in events if isinstance(event, Digit)) == "*103#"


def test_a_fault_is_told_and_the_next_transmission_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    health = HealthLog()

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    with recording(tmp_path, health) as recorder:
        with monkeypatch.context() as patch:
            patch.setattr(writer_module, "write_flac", fails)
            lost = record(recorder, started(), 0.2)
            until(lambda: health.events and "ZeroDivisionError" in health.last().why)
        assert health.last().condition is Condition.DEGRADED
        until(record(recorder, started("yard"), 0.2).exists)
    assert not lost.exists()
    assert lost.with_suffix(".part").exists()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which a web server shows the folder."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def test_where_the_folder_is_served_a_recording_has_an_address(tmp_path: Path) -> None:
    with served(tmp_path) as address, recording(tmp_path, url=address) as recorder:
        for channel in ("gate", "警察", "50%&a=b?c"):
            path = record(recorder, started(channel), 0.2)
            until(path.exists)
            url = recorder.url_of(str(path))
            assert url is not None
            assert requests.get(url, timeout=10).content == path.read_bytes()


def test_elsewhere_it_has_none(tmp_path: Path) -> None:
    with recording(tmp_path) as recorder:
        assert recorder.url_of(recorder.start(started())) is None


def test_a_signal_is_noted_in_the_recording_of_its_channel(tmp_path: Path) -> None:
    with recording(tmp_path) as recorder:
        one, other = started("gate"), started("yard")
        paths = []
        for begun in (one, other):
            paths.append(Path(recorder.start(begun)))
            for block in blocks(begun, sound_of(begun.id, 0.1)):
                recorder.feed(block)
        for digit in (key("1", "gate"), key("2", "yard"), key("3", "gate")):
            assert isinstance(digit, Digit)
            recorder.note(digit)
        for begun in (one, other):
            recorder.finish(ended(begun, 0.1))
        assert recorder.close(20)
    assert [info_of(path).keys for path in paths] == ["13", "2"]


def test_the_folder_is_absolute_in_what_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with recording(Path("here")) as recorder:
        path = record(recorder, started(), 0.1)
        assert path.is_absolute()
        assert recorder.close(20)
    assert [folder.name for folder in tmp_path.iterdir()] == ["here"]
    assert path.exists()
