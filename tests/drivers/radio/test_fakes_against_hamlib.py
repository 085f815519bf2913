"""The fake radios, asked by Hamlib: it understands of them what our drivers do."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.drivers.radio.fake_pty import FakePort, FakeRadio
from tests.drivers.radio.fake_radios import FakeIcom, FakeKenwood, FakeYaesu5


@pytest.mark.parametrize(
    ("fake", "model", "s9", "baud"),
    [(FakeIcom, 3073, 120, 19200), (FakeKenwood, 2031, 15, 9600), (FakeYaesu5, 1020, 9, 4800)],
    ids=["IC-7300", "TS-590S", "FT-817"],
)
def test_hamlib_keys_and_reads_them(
    tmp_path: Path, fake: Callable[[], FakeRadio], model: int, s9: int, baud: int
) -> None:
    assert shutil.which("rigctl"), "install the Debian package libhamlib-utils"
    radio = fake()
    radio.keyed, radio.meter = False, s9
    port = FakePort(tmp_path, radio)
    # It asks at the start for what the fakes do not know, and waits a second or two for each answer.
    patience = "--set-conf=timeout=200"
    asking = ["rigctl", "-m", str(model), "-r", str(port.path), "-s", str(baud), patience]
    asked = ["T", "1", "t", "T", "0", "t", "f", "l", "STRENGTH"]
    try:
        told = subprocess.run([*asking, *asked], capture_output=True, check=False, timeout=60)
    finally:
        port.unplug()
    assert told.stdout.decode("ascii").split() == ["1", "0", "145500000", "0"]
    assert not radio.keyed
