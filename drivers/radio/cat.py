"""Radios that are asked over a serial line (CAT): what all of them have in common, whatever they speak.

A radio's own file says how a question looks and what an answer is. Here PTT is read back, and a question that
a radio never answers is told from a radio that no longer does.
"""

from __future__ import annotations

import logging
import time
from abc import abstractmethod
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from typing import ClassVar, TypeVar

from pydantic import Field

from drivers.radio.cat_line import AGAIN_S, PAUSE_S, CatLine, Refused, Silent
from drivers.radio.port import open_port
from radiobridge.errors import DeviceLost
from radiobridge.ports import ANSWER_S, DriverSettings, Radio

log = logging.getLogger(__name__)

T = TypeVar("T")

_CALL_S = ANSWER_S - 0.2
"""All of a call; a write and the last read may end a little later."""
_RELEASE_S = 0.5
"""For the release of PTT while the station shuts down."""


class CatSettings(DriverSettings):
    """Which port, how fast, and which of its lines are up."""

    port: str = Field(min_length=1)
    """A path, a name of /dev/serial/by-id, or a URL (socket://, rfc2217://)."""
    baud: int = Field(9600, ge=300, le=4_000_000)
    """Bits per second, as the radio's menu says. Cures a radio that never answers."""
    carrier: bool = True
    """False: the radio is never asked whether it receives a carrier."""
    rts: bool = False
    """True: RTS is up while the port is open. Cures a radio that never answers because it waits for it, or
    because its cable is fed by it."""
    dtr: bool = False
    """True: the same for DTR."""


class CatRadio(Radio):
    """One radio on one port.

    For driver authors: `_key`, `_transmits` and what else begins with `_` asks once, within the time that
    `line` has, and raises `Refused` or `Silent`; what the radio has no word for is None.
    """

    Settings: ClassVar[type[DriverSettings]] = CatSettings
    settings: CatSettings
    stop_bits: ClassVar[int] = 1

    def __init__(self, settings: CatSettings) -> None:
        super().__init__(settings)
        self._line: CatLine | None = None
        self._on = False
        """Whether the transmitter may be on because it was told so here."""
        self._heard: set[str] = set()
        self._unheard: set[str] = set()

    @property
    def name(self) -> str:
        """The kind of radio and its port."""
        return f"{type(self).__name__} radio on {self.settings.port}"

    @property
    def line(self) -> CatLine:
        """The open line. Raises DeviceLost where it is not."""
        if self._line is None:
            raise DeviceLost(f"{self.name} is not open")
        return self._line

    @property
    def _hint(self) -> str:
        """What to look at when the radio does not answer."""
        return (
            f"is it on, does its menu say {self.settings.baud} baud, is it one that this driver is for, "
            "and is the port its CAT port?"
        )

    def open(self) -> None:
        """The radio answers, its transmitter off."""
        self.close()
        wanted = self.settings
        opened = open_port(
            wanted.port,
            baud=wanted.baud,
            stop_bits=self.stop_bits,
            timeout_s=PAUSE_S,
            rts=wanted.rts,
            dtr=wanted.dtr,
        )
        self._line = CatLine(opened, self.name, self._hint)
        self._heard, self._unheard = set(), set()
        self._line.allow(_CALL_S)
        try:
            self._drive(on=False)
        except BaseException:
            self._drop()
            raise

    def close(self) -> None:
        """PTT is released, where the radio still listens, and the port is free again."""
        if self._line and self._on:
            self._line.allow(_RELEASE_S)
            with suppress(DeviceLost):
                self._drive(on=False)
        self._drop()

    def _drop(self) -> None:
        line, self._line, self._on = self._line, None, False
        if line:
            line.close()

    def set_ptt(self, on: bool) -> None:
        """The radio itself says that it transmits, or does not, where it can say that."""
        self.line.allow(_CALL_S)
        self._drive(on=on)

    def ptt(self) -> bool | None:
        """Whether the radio says that it transmits."""
        self.line.allow(_CALL_S)
        return self._transmits()

    def carrier(self) -> bool | None:
        """Whether it receives a carrier: never while it is keyed here; None where it cannot tell.

        A radio that is not asked for its carrier is still asked something, to know that it is there.
        """
        self.line.allow(_CALL_S)
        if not self._on and self.settings.carrier and (busy := self._told(self._busy)) is not None:
            return busy
        self._transmits()
        return False if self._on else None

    def strength_db(self) -> float | None:
        """The S-meter, in dB over S9."""
        return self._told(self._strength_db)

    def frequency_hz(self) -> int | None:
        """The frequency of the main or first VFO."""
        return self._told(self._frequency_hz)

    def mode(self) -> str | None:
        """The mode as the radio's display has it."""
        return self._told(self._mode)

    @abstractmethod
    def _key(self, *, on: bool) -> None:
        """The radio has been told to transmit, or not to."""

    @abstractmethod
    def _transmits(self) -> bool | None: ...

    @abstractmethod
    def _busy(self) -> bool | None: ...

    @abstractmethod
    def _strength_db(self) -> float | None: ...

    @abstractmethod
    def _frequency_hz(self) -> int | None: ...

    @abstractmethod
    def _mode(self) -> str | None: ...

    def _obeys(self, *, on: bool) -> bool | None:
        """Whether the transmitter is as it was told; None where the radio cannot say."""
        transmits = self._transmits()
        return None if transmits is None else transmits is on

    def _drive(self, *, on: bool) -> None:
        line = self.line
        self._on = self._on or on
        disobeyed = False
        while line.left_s > 0:
            try:
                self._key(on=on)
                disobeyed = self._obeys(on=on) is False
            except Silent:
                # It did answer before; the last question came too late.
                if not disobeyed:
                    raise
                break
            if not disobeyed:
                self._on = on
                return
            time.sleep(AGAIN_S)
        why = (
            "does not transmit though it was told to: does it transmit on this frequency at all?"
            if on
            else "transmits though it was told not to: is the key of its microphone pressed?"
        )
        raise DeviceLost(f"{self.name} {why}")

    def _told(self, ask: Callable[[], T | None]) -> T | None:
        """What the radio answers; None where it refuses, or is there but has never answered this.

        A question that was answered before and no longer is means that the radio is lost. It takes half of a
        call's time; what comes after it has the other half.
        """
        what = ask.__name__
        if what in self._unheard:
            return None
        self.line.allow(_CALL_S / 2)
        try:
            answer = ask()
        except Refused:
            self.line.allow(_CALL_S / 2)
            return None
        except Silent as error:
            if what in self._heard:
                raise
            self.line.allow(_CALL_S / 2)
            self._transmits()
            self._unheard.add(what)
            log.info("it is there, but does not tell this: %s", error)
            return None
        self._heard.add(what)
        return answer


def metered_db(raw: int, scale: tuple[tuple[int, float], ...]) -> float:
    """The strength in dB over S9, straight between the points (reading, dB over S9) of a meter's scale."""
    for (low, low_db), (high, high_db) in pairwise(scale):
        if raw <= high:
            return low_db + (max(raw, low) - low) * (high_db - low_db) / (high - low)
    return scale[-1][1]
