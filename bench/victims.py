"""What bench.durability kills: the outbox and its link alone, and the daemon with sound on its channels."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from contextlib import ExitStack
from pathlib import Path

from bench.air import CODE, CodeSender
from bench.publisher import RECEIPTS, TOPIC
from bench.receiver import NAME, Receiver
from bench.station import ROOT, settings
from tests.brokers import Mosquitto
from tests.system.station import Daemon

_CHANNELS = 16
_PUBLISHED_A_SECOND = 150
_SLOW_S, _SLOW_ON_AIR_S = 0.008, 0.03
_SETTLED_S = 0.5
"""After its start until the daemon surely listens, and from the end of a code until it surely counts."""


class Victim(ABC):
    """A bridge under load with a slow subscriber; `stack` takes everything down."""

    name: str
    between_kills_s: tuple[float, float]
    """How long it lives at least and at most."""

    def __init__(self, folder: Path, broker: Mosquitto, *, receipts: bool, stack: ExitStack) -> None:
        self.folder = folder
        self.broker = broker
        self.receipts = receipts
        self.stack = stack
        self.receiver = stack.enter_context(self.subscriber())

    @abstractmethod
    def subscriber(self) -> Receiver:
        """The slow subscriber."""

    @abstractmethod
    def start(self) -> None:
        """The bridge runs."""

    @abstractmethod
    def kill(self) -> None:
        """The bridge is dead, without a chance to save anything."""

    @abstractmethod
    def stop_load(self) -> None:
        """Nothing new comes; what waits still goes out."""

    @abstractmethod
    def accepted(self) -> set[str]:
        """What the bridge has taken on."""

    @abstractmethod
    def received(self) -> set[str]:
        """What the subscriber has, in the same terms."""

    def missing(self) -> set[str]:
        """What was accepted and has not been received."""
        return self.accepted() - self.received()


class PublisherVictim(Victim):
    """The outbox and the link alone, fed at a rate."""

    name = "outbox"
    between_kills_s = (0.2, 1.5)

    def __init__(self, folder: Path, broker: Mosquitto, *, receipts: bool, stack: ExitStack) -> None:
        super().__init__(folder, broker, receipts=receipts, stack=stack)
        self._accepted: set[str] = set()
        self._starts = 0
        self._rate = float(_PUBLISHED_A_SECOND)

    def subscriber(self) -> Receiver:
        """Takes alerts."""
        receipts = f"{RECEIPTS}/{NAME}" if self.receipts else None
        return Receiver(
            self.broker.port, [TOPIC], lambda p: p.decode().strip(), slow_s=_SLOW_S, receipts=receipts
        )

    def start(self) -> None:
        """A publisher runs; numbers that an earlier one left without an answer are not given again."""
        self._starts += 1
        command = [sys.executable, "-m", "bench.publisher", str(self.folder), self.broker.url]
        command += [str(self._rate), str(self._starts * 1_000_000), *([NAME] if self.receipts else [])]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE)
        self.stack.callback(self._process.kill)
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdout is not None:
            with process.stdout:
                self._accepted.update(line.decode().strip() for line in process.stdout)

    def kill(self) -> None:
        """The publisher is dead."""
        self._process.kill()
        self._process.wait()
        self._reader.join()

    def stop_load(self) -> None:
        """A last publisher empties the outbox; it puts next to nothing of its own."""
        self.kill()
        self._rate = 0.001
        self.start()

    def accepted(self) -> set[str]:
        """The ids that `put` returned for."""
        return set(self._accepted)

    def received(self) -> set[str]:
        """The ids that came."""
        return set(self.receiver.got)


class AirVictim(Victim):
    """The daemon, with codes on all channels."""

    name = "on the air"
    between_kills_s = (1.5, 5.0)

    def __init__(self, folder: Path, broker: Mosquitto, *, receipts: bool, stack: ExitStack) -> None:
        super().__init__(folder, broker, receipts=receipts, stack=stack)
        mqtt = f'receipts = ["{NAME}"]\nreceipt_timeout_s = 5' if receipts else ""
        path, ports = settings(folder, broker.url, CODE, channels=_CHANNELS, mqtt=mqtt)
        self._daemon = Daemon(path, verbose=False)
        self._air = CodeSender(ports)
        self._lives: list[tuple[float, float]] = []
        self._up_at = float("inf")
        stack.enter_context(self._air)
        stack.callback(self._daemon.stop)

    def subscriber(self) -> Receiver:
        """Takes alerts and call-ins."""
        receipts = f"{ROOT}/receipt/{NAME}" if self.receipts else None
        topics = [f"{ROOT}/alert", f"{ROOT}/callin"]
        return Receiver(
            self.broker.port, topics, lambda p: json.loads(p)["id"], slow_s=_SLOW_ON_AIR_S, receipts=receipts
        )

    def start(self) -> None:
        """The daemon listens on all channels."""
        self._daemon.log.unlink(missing_ok=True)
        self._daemon.start()
        self._daemon.wait_log("ready")
        self._daemon.wait_log(f"channel c{_CHANNELS - 1}: listening")
        self._up_at = time.time() + _SETTLED_S

    def kill(self) -> None:
        """The daemon is dead."""
        process = self._daemon.process
        if process is not None:
            self._lives.append((self._up_at, time.time()))
            process.kill()
            process.wait()

    def stop_load(self) -> None:
        """The codes on the air come to their end."""
        self._air.quiet()
        time.sleep(3)

    def accepted(self) -> set[str]:
        """The codes that were wholly on the air in one life of the daemon, half a second before its end."""
        lives = [*self._lives, (self._up_at, float("inf"))]
        return {
            code.keys
            for code in self._air.keyed
            if any(up <= code.began_at and code.ended_at <= down - _SETTLED_S for up, down in lives)
        }

    def received(self) -> set[str]:
        """The codes that came as alerts."""
        messages = [json.loads(payload) for payload in list(self.receiver.payloads.values())]
        return {m["evidence"]["keys"] for m in messages if m["schema"] == "radiobridge.alert/1"}
