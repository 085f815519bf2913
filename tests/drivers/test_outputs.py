"""What the outputs into files and into the network do on their own."""

import errno
import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pydantic import ValidationError

from radiobridge.errors import DeviceLost
from radiobridge.ports import load_audio_input, load_audio_output
from tests.drivers.output_rigs import FileOutputRig, UdpOutputRig, wait_silent
from tests.drivers.sounds import joined, key_two, read_until, s16le, wait_until, without_silence

BE_KILLED = """
import os, signal, sys
from radiobridge.ports import load_audio_output
from tests.drivers.sounds import key_two
driver = load_audio_output("file")
sink = driver(driver.Settings(path=sys.argv[1], pace="fast"))
sink.open()
sink.write(key_two(16000, 1))
os.kill(os.getpid(), signal.SIGKILL)
"""
"""Writes one second into the file, and is killed."""


@pytest.fixture
def udp(tmp_path: Path) -> Iterator[UdpOutputRig]:
    with ExitStack() as stack:
        yield UdpOutputRig(tmp_path, stack)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[FileOutputRig]:
    with ExitStack() as stack:
        yield FileOutputRig(tmp_path, stack)


def _arrived(udp: UdpOutputRig, frames: int) -> list[bytes]:
    wait_until(lambda: len(udp.heard()) >= frames, "not all has arrived")
    return udp.datagrams


def test_datagrams_hold_20_ms_each_and_the_rest_of_it_at_the_end(udp: UdpOutputRig) -> None:
    sent = key_two(16_000, 0.25)
    udp.opened().write(sent)
    assert [len(datagram) for datagram in _arrived(udp, len(sent))] == [640] * 12 + [320]


def test_a_datagram_is_never_longer_than_an_ethernet_frame(udp: UdpOutputRig) -> None:
    sent = key_two(48_000)
    udp.opened(rate_hz=48_000).write(sent)
    assert max(len(datagram) for datagram in _arrived(udp, len(sent))) == 1440


def test_datagrams_come_in_real_time(udp: UdpOutputRig) -> None:
    driver = udp.opened()
    driver.write(np.full(16_000, 0.5, np.float32))
    # What is under way has not been sent yet.
    assert len(udp.heard()) <= 16_000 - driver.pending_s() * 16_000 + 2 * 320


def test_what_exceeds_full_scale_is_clipped(udp: UdpOutputRig) -> None:
    udp.opened().write(np.array([1.5, -1.5], np.float32))
    assert _arrived(udp, 2) == [s16le(np.array([32767 / 32768, -1], np.float32))]


def test_another_bridge_hears_it(udp: UdpOutputRig) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kind = load_audio_input("udp")
    sent = key_two(48_000)
    with kind(kind.Settings.model_validate({"port": port})) as ear:
        udp.opened(port=port, rate_hz=48_000).write(sent)
        blocks = read_until(ear, lambda sound: len(without_silence(sound)) >= len(sent))
    assert np.array_equal(without_silence(joined(blocks)), sent)
    assert sum(block.lost_frames for block in blocks) == 0


def test_a_receiver_that_is_away_is_no_fault(udp: UdpOutputRig) -> None:
    driver = udp.opened()
    udp.break_it()
    for _ in range(3):
        driver.write(key_two(16_000, 0.1))
        wait_silent(driver)


@pytest.mark.parametrize("address", ["shack..lan", "x" * 64])
def test_an_address_that_can_be_no_name_is_named(udp: UdpOutputRig, address: str) -> None:
    with pytest.raises(DeviceLost, match=f"UDP to {address} port .* cannot be sent to"):
        udp.opened(host=address)
    source = load_audio_input("udp")
    with pytest.raises(DeviceLost, match=f"UDP {address} port .* cannot be listened on"):
        source(source.Settings.model_validate({"bind": address})).open()


def test_an_address_that_cannot_be_sent_to_is_told_at_the_opening(udp: UdpOutputRig) -> None:
    # Sending to every machine is refused to who has not asked for it.
    with pytest.raises(DeviceLost, match=r"UDP to 255\.255\.255\.255 port \d+ cannot be sent to"):
        udp.opened(host="255.255.255.255")


def test_a_network_that_dies_is_told_at_the_next_call(
    udp: UdpOutputRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object) -> None:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    driver = udp.opened()
    monkeypatch.setattr(socket.socket, "sendto", unreachable)
    with pytest.raises(DeviceLost, match=r"died: .*unreachable"):
        driver.write(np.zeros(16_000, np.float32))
    with pytest.raises(DeviceLost, match=r"died: .*unreachable"):
        driver.pending_s()


@pytest.mark.parametrize("ending", ["wav", "flac"])
def test_a_file_holds_what_was_written_and_no_pause(file: FileOutputRig, ending: str) -> None:
    sent = key_two(16_000)
    path = file.folder / f"a.{ending}"
    with file.made(path=str(path)) as driver:
        for _ in range(2):
            driver.write(sent)
            wait_silent(driver)
    assert np.array_equal(soundfile.read(path, dtype="float32")[0], np.concatenate([sent, sent]))


def test_at_a_fast_pace_a_minute_is_written_at_once(file: FileOutputRig) -> None:
    driver = file.opened(pace="fast")
    driver.write(key_two(16_000, 60))
    assert driver.pending_s() == 0
    assert len(file.heard()) == 60 * 16_000
    driver.discard()
    assert len(file.heard()) == 60 * 16_000


# FLAC lacks what does not fill a block of 4096 frames.
@pytest.mark.parametrize(("ending", "least_frames"), [("wav", 16_000), ("flac", 16_000 - 4096)])
def test_a_file_can_be_read_after_a_kill(tmp_path: Path, ending: str, least_frames: int) -> None:
    path = tmp_path / f"a.{ending}"
    subprocess.run([sys.executable, "-c", BE_KILLED, str(path)], check=False)
    heard, rate_hz = soundfile.read(path, dtype="float32")
    assert rate_hz == 16_000
    assert least_frames <= len(heard) <= 16_000
    assert np.array_equal(heard, key_two(16_000, 1)[: len(heard)])
    # Not every player looks past a header that claims no sound.
    assert soundfile.info(path).frames == len(heard)
    if ending == "wav":
        assert int.from_bytes(path.read_bytes()[40:44], "little") == 2 * len(heard)


@pytest.mark.parametrize("ending", ["wav", "flac"])
def test_a_full_disk_is_told(file: FileOutputRig, ending: str) -> None:
    path = file.folder / f"a.{ending}"
    driver = file.opened(path=str(path), pace="fast")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    noise = np.random.default_rng(1).uniform(-1, 1, 10 * 16_000).astype(np.float32)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(DeviceLost, match=r"cannot be written: .*disk full"):
            driver.write(noise)
        driver.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_file_that_cannot_be_written_says_why(file: FileOutputRig) -> None:
    (file.folder / "folder.wav").mkdir()
    with pytest.raises(DeviceLost, match="Is a directory"):
        file.made(path=str(file.folder / "folder.wav")).open()


def test_a_file_of_another_kind_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"must end with \.wav or \.flac"):
        load_audio_output("file").Settings.model_validate({"path": "a.mp3"})
