"""The surroundings of the drivers that talk to radios. None of the far sides is real: see each fake."""

from __future__ import annotations

from typing import Any, ClassVar

from drivers.radio import cat, hamlib
from radiobridge.ports import Radio
from tests.drivers.radio.fake_pty import FakePort, FakeRadio, Transport
from tests.drivers.radio.fake_radios import FakeIcom, FakeKenwood, FakeYaesu, FakeYaesu5
from tests.drivers.radio.fake_rigctld import FakeRigctld
from tests.drivers.radio.rig import HASTE_S, RadioRig


class CatRig(RadioRig):
    """A fake radio on a pseudo-terminal."""

    talks = True
    fake: ClassVar[type[FakeRadio]]

    def prepare(self) -> None:
        self.port = FakePort(self.folder, self.fake())
        self.stack.callback(self.port.unplug)

    @property
    def radio(self) -> FakeRadio:
        """The far side."""
        return self.port.radio

    def options(self) -> dict[str, Any]:
        return {"port": str(self.port.path)}

    def missing(self) -> tuple[Radio, str]:
        return self.made(port=str(self.folder / "ttyUSB9")), "ttyUSB9"

    def is_keyed(self) -> bool:
        return self.radio.keyed

    def set_carrier(self, on: bool) -> bool:
        self.radio.carrier = on
        return True

    def unplug(self) -> None:
        self.port.unplug()

    def plug_in(self) -> None:
        self.port.plug_in()

    def silent(self) -> None:
        self.haste()
        self.port.transport = Transport.SILENT

    def garbage(self) -> None:
        self.haste()
        self.port.transport = Transport.GARBAGE

    def haste(self) -> None:
        """The driver waits for no longer than `HASTE_S`."""
        for patience in ("_CALL_S", "_RELEASE_S"):
            self.monkeypatch.setattr(cat, patience, HASTE_S)

    def slow(self) -> None:
        self.port.transport = Transport.BYTEWISE


class IcomRig(CatRig):
    """A fake IC-7300."""

    driver = "icom"
    fake = FakeIcom

    def options(self) -> dict[str, Any]:
        return super().options() | {"address": "IC-7300"}


class KenwoodRig(CatRig):
    """A fake TS-590S."""

    driver = "kenwood"
    fake = FakeKenwood


class YaesuRig(CatRig):
    """A fake FT-991A."""

    driver = "yaesu"
    fake = FakeYaesu


class Yaesu5Rig(CatRig):
    """A fake FT-817."""

    driver = "yaesu5"
    fake = FakeYaesu5


class HamlibRig(RadioRig):
    """A fake rigctld."""

    driver = "hamlib"
    talks = True

    def prepare(self) -> None:
        self.monkeypatch.setattr(hamlib, "_REMEMBERED_S", 0.02)
        self.server = FakeRigctld(remembers_s=0.01)
        self.stack.callback(self.server.stop)

    def options(self) -> dict[str, Any]:
        return {"port": self.server.port}

    def missing(self) -> tuple[Radio, str]:
        return self.made(port=1), "rigctld 127.0.0.1:1 is not there"

    def is_keyed(self) -> bool:
        return self.server.keyed

    def set_carrier(self, on: bool) -> bool:
        self.server.carrier = on
        return True

    def unplug(self) -> None:
        self.server.stop()

    def plug_in(self) -> None:
        self.server.start()

    def silent(self) -> None:
        self.haste()
        self.server.silent = True

    def garbage(self) -> None:
        self.haste()
        self.server.garbage = True

    def haste(self) -> None:
        """The driver waits for no longer than `HASTE_S`."""
        for patience in ("_CALL_S", "_RELEASE_S"):
            self.monkeypatch.setattr(hamlib, patience, HASTE_S)

    def slow(self) -> None:
        self.server.slow = True


CAT_RIGS: dict[str, type[RadioRig]] = {
    rig.driver: rig for rig in (HamlibRig, IcomRig, KenwoodRig, YaesuRig, Yaesu5Rig)
}
