"""A virtual sound card: a private PulseAudio whose null sink is heard by ALSA and so by PortAudio.

It needs no sound hardware, no kernel module and no rights. It can be unplugged (the sound server dies)
and frozen (the sound server hangs), which is what happens to real cards and servers.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from radiobridge.events import Samples

PACKAGES = "apt install pulseaudio pulseaudio-utils libasound2-plugins libportaudio2 portaudio19-dev"
RATE_HZ = 48_000
NAME = "radio"
"""The card's name as PortAudio lists it."""
_START_S = 20


class VirtualCable:
    """One running sound server with one card; `channels` are those of the card."""

    def __init__(self, folder: Path, channels: int) -> None:
        self.folder = folder
        self.channels = channels
        self._socket = folder / "socket"
        self.environment = {
            "ALSA_CONFIG_PATH": str(folder / "alsa.conf"),
            "PULSE_SERVER": f"unix:{self._socket}",
        }
        self._write_alsa_config()
        self._server = self._started_server()

    def _write_alsa_config(self) -> None:
        server = f'server "unix:{self._socket}"'
        (self.folder / "alsa.conf").write_text(
            f"""</usr/share/alsa/alsa.conf>
            pcm.{NAME} {{
                type asym
                playback.pcm {{ type pulse {server} device {NAME} }}
                capture.pcm {{ type pulse {server} device {NAME}.monitor }}
                hint {{ show on description "virtual radio" }}
            }}
            pcm.!default {NAME}
            """
        )

    def _started_server(self) -> subprocess.Popen[bytes]:
        # norewinds: the sound is bit-exact from its first sample, and capture starts promptly. The socket
        # comes last, so that a client never meets a server without its card.
        (self.folder / "server.pa").write_text(
            f"load-module module-null-sink sink_name={NAME} rate={RATE_HZ} channels={self.channels}"
            " format=s16le norewinds=1\n"
            f"load-module module-native-protocol-unix auth-anonymous=1 socket={self._socket}\n"
        )
        own = {key: str(self.folder) for key in ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME")}
        # It dies with the test run, however that ends.
        command = ["setpriv", "--pdeathsig", "KILL", "pulseaudio", "-n", "-F", str(self.folder / "server.pa")]
        command += ["--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disable-shm=yes"]
        command += ["--realtime=no", "--high-priority=no", f"--log-target=file:{self.folder / 'log'}"]
        server = subprocess.Popen(
            command,
            env={
                **os.environ,
                **own,
                "PULSE_RUNTIME_PATH": str(self.folder),
                "DBUS_SESSION_BUS_ADDRESS": "none",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        give_up = time.monotonic() + _START_S
        while not self._socket.exists():
            if server.poll() is not None or time.monotonic() > give_up:
                server.kill()
                server.wait()
                log = self.folder / "log"
                pytest.fail(f"pulseaudio did not start: {log.read_text() if log.exists() else 'no log'}")
            time.sleep(0.01)
        return server

    @contextmanager
    def heard_here(self) -> Iterator[None]:
        """This process hears the card too: ALSA reads its settings anew when PortAudio is initialised."""
        with pytest.MonkeyPatch.context() as patch:
            for key, value in self.environment.items():
                patch.setenv(key, value)
            yield

    def play(self, sound: Samples) -> None:
        """What `sound` (float32, mono, or one column a channel, at RATE_HZ) says has gone into the card."""
        self.begin(sound).wait()

    def begin(self, sound: Samples) -> subprocess.Popen[bytes]:
        """The sound is being played; the player ends by itself."""
        channels = 1 if sound.ndim == 1 else sound.shape[1]
        file = self.folder / f"{time.monotonic_ns()}.raw"
        file.write_bytes((sound * 32768).round().clip(-32768, 32767).astype("<i2").tobytes())
        command = ["pacat", "--playback", f"--device={NAME}", "--raw", "--format=s16le", f"--rate={RATE_HZ}"]
        return subprocess.Popen(
            [*command, f"--channels={channels}", "--no-remix", str(file)],
            env={**os.environ, **self.environment},
            stderr=subprocess.DEVNULL,
        )

    def unplug(self) -> None:
        """The card is gone, in the middle of whatever it was doing."""
        self._server.kill()
        self._server.wait()
        self._socket.unlink(missing_ok=True)

    def plug_in(self) -> None:
        """The card is back under its name."""
        self._server = self._started_server()

    def suspend(self) -> None:
        """The card delivers nothing; the server lives and answers."""
        command = ["pactl", "suspend-sink", NAME, "1"]
        subprocess.run(command, env={**os.environ, **self.environment}, check=True)

    def freeze(self) -> None:
        """The sound server hangs: it neither delivers nor answers nor closes.

        For streams of another process alone: PortAudio's thread loops for ever, and floods stderr, when a
        server that froze dies with a stream open.
        """
        self._server.send_signal(signal.SIGSTOP)


@contextmanager
def virtual_cable(channels: int = 1) -> Iterator[VirtualCable]:
    """A card for a while; processes that are to hear it need its `environment`."""
    if missing := [tool for tool in ("pulseaudio", "pacat", "setpriv") if shutil.which(tool) is None]:
        pytest.fail(f"{', '.join(missing)} is not installed: {PACKAGES}")
    # Not pytest's folder: the path of a Unix socket may have 107 characters at most.
    with tempfile.TemporaryDirectory(prefix="cable") as folder:
        cable = VirtualCable(Path(folder), channels)
        try:
            yield cable
        finally:
            cable.unplug()


@pytest.fixture
def cable() -> Iterator[VirtualCable]:
    """A card that this process hears."""
    with virtual_cable() as card, card.heard_here():
        yield card
