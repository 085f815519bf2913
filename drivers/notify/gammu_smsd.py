"""SMS through gammu-smsd, a program of its own that knows the modems: we share its folders with it.

`gammu-smsd-inject` makes the file of a message in a folder of ours, and a rename puts it into the outbox,
under a name that holds the notice's id. So the file is there whole or not at all, and the same notice is
never sent twice, whichever process dies when. What becomes of it is seen by the folder that it moves to.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from drivers.notify.smsd_config import Spool, read_spool
from drivers.notify.smsd_files import (
    NUMBER,
    TAKEN,
    IncomingFiles,
    files_of,
    incoming,
    line,
    notices_in,
    set_aside,
    sync,
)
from drivers.notify.smsd_inject import PROGRAM, message_file
from drivers.notify.smsd_reports import Reports
from radiobridge.errors import DeviceLost, MissingPart, NoticeRefused
from radiobridge.events import Notice
from radiobridge.ports import Delivered, DriverSettings, Failed, News, Notifier, Received, Sent

_STAGING = ".radiobridge-"
_STAGING_S = 3600.0
"""What is older was left by a process that died."""
_SETTLED_S = 2.0
"""The parts of a long message are written one after the other."""
_MOST_MISSED = 1
"""How often a file may be in no folder: it may have been on its way from one to the other."""


class GammuSmsdSettings(DriverSettings):
    """`config`: gammu-smsd's own settings, which name its folders.

    `stalled_s`: nothing left the outbox for so long: the daemon or the modem is gone.
    """

    config: Path = Path("/etc/gammu-smsdrc")
    stalled_s: float = Field(180, ge=1, le=3600)


class GammuSmsd(Notifier):
    """The modem of one gammu-smsd."""

    Settings: ClassVar[type[DriverSettings]] = GammuSmsdSettings
    settings: GammuSmsdSettings
    longest_text: ClassVar[int] = 335
    """Five parts of 67 characters (UCS-2): each part takes a modem some five seconds."""
    most_in_line: ClassVar[int] = 3

    def __init__(self, settings: GammuSmsdSettings) -> None:
        super().__init__(settings)
        self._spool: Spool | None = None
        self._in_line: set[str] = set()
        self._moved_at = 0.0
        self._unreadable = ""
        self._handed: dict[str, int] = {}
        """Ids in the outbox, as far as we know, and how often in a row they were missed there."""

    @property
    def name(self) -> str:
        """The program and its settings."""
        return f"gammu-smsd with {self.settings.config}"

    def address_fault(self, address: str) -> str:
        """Digits only, a + before them."""
        if NUMBER.fullmatch(address):
            return ""
        return f"{address!r} is no telephone number: 3 to 15 digits, with + before a country code"

    def open(self) -> None:
        """The folders are there and may be written. Raises DeviceLost or MissingPart."""
        self.close()
        if shutil.which(PROGRAM) is None:
            raise MissingPart(f"{PROGRAM} is not installed; try: apt install gammu-smsd")
        spool = read_spool(self.settings.config.expanduser())
        try:
            for folder in (spool.inbox, spool.sent, spool.error):
                (folder / TAKEN).mkdir(exist_ok=True)
            for left in spool.outbox.glob(f"{_STAGING}*"):
                if time.time() - left.stat().st_mtime > _STAGING_S:
                    shutil.rmtree(left, ignore_errors=True)
        except OSError as error:
            raise _lost(error) from error
        self._in_line, self._moved_at = set(), time.monotonic()
        self._spool = spool

    def close(self) -> None:
        """Nothing is held."""
        self._spool = None

    def send(self, notice: Notice) -> bool:
        """Its file is in the outbox; True: it was sent before. Raises DeviceLost or NoticeRefused."""
        if fault := self.address_fault(notice.address):
            raise NoticeRefused(fault)
        spool = self._opened
        if stalled := self._stalled():
            raise DeviceLost(stalled)
        try:
            if files_of(spool.sent / TAKEN, notice.id):
                return True
            if not any(files_of(folder, notice.id) for folder in (spool.outbox, spool.sent, spool.error)):
                self._put(notice, spool)
        except OSError as error:
            raise _lost(error) from error
        self._handed[notice.id] = 0
        return False

    def poll(self) -> list[News]:
        """What moved to sent/ and error/, and what came into inbox/. Raises DeviceLost."""
        spool = self._opened
        try:
            # In the order in which a file moves, so that none is missed on its way.
            self._watch_line(spool)
            there = notices_in(spool.outbox)
            sent = notices_in(spool.sent)
            failed = notices_in(spool.error)
            self._count_missed({*there, *sent, *failed})
            return [
                *(Sent(id_) for id_ in sent),
                *(Failed(id_, _why_error(spool)) for id_ in failed),
                *self._vanished(spool),
                *self._incoming(spool),
            ]
        except OSError as error:
            raise _lost(error) from error

    def taken_over(self, news: News) -> None:
        """Its files are in the folder `taken` beside them, or gone. Raises DeviceLost."""
        spool = self._opened
        if not isinstance(news, Received):
            self._handed.pop(news.id, None)
        try:
            match news:
                case Sent(id_):
                    set_aside(files_of(spool.sent, id_))
                case Failed(id_, for_good=False):
                    for path in files_of(spool.error, id_):
                        path.unlink(missing_ok=True)
                case Delivered(id_) | Failed(id_):
                    Reports(spool).done(id_)
                case Received(ref):
                    messages = [each for each in incoming(spool.inbox) if each.ref == ref]
                    set_aside([file for each in messages for file in each.files])
        except OSError as error:
            raise _lost(error) from error

    def withdraw(self, id_: str) -> bool:
        """Whether its file was in the outbox and is gone; the first in line may be on the air, and stays."""
        outbox = self._opened.outbox
        try:
            first = line(outbox)[:1]
            mine = [path for path in files_of(outbox, id_) if path.name not in first]
            for path in mine:
                path.unlink()
        except OSError as error:
            raise _lost(error) from error
        if mine:
            self._handed.pop(id_, None)
        return bool(mine)

    @property
    def concern(self) -> str:
        """The daemon or the modem is gone, or a file cannot be read."""
        return self._stalled() or self._unreadable

    @property
    def _opened(self) -> Spool:
        if self._spool is None:
            raise DeviceLost("gammu-smsd's folders are not open")
        return self._spool

    def _put(self, notice: Notice, spool: Spool) -> None:
        at = time.strftime("%Y%m%d_%H%M%S", time.gmtime(notice.at))
        text = f"{notice.title}\n{notice.text}" if notice.title else notice.text
        with tempfile.TemporaryDirectory(prefix=_STAGING, dir=spool.outbox) as folder:
            made = message_file(Path(folder), notice.address, text, with_report=spool.reports)
            # The daemon may run as another user; it reads the file, and notes in it what it has sent.
            with suppress(PermissionError):
                os.chown(made, -1, spool.outbox.stat().st_gid)
            made.chmod(0o660)
            sync(made)
            made.rename(spool.outbox / f"OUTC{at}_00_{notice.address}_{notice.id}.smsbackup")
        sync(spool.outbox)

    def _watch_line(self, spool: Spool) -> None:
        waiting = {*line(spool.outbox)}
        if not waiting or self._in_line - waiting:
            self._moved_at = time.monotonic()
        self._in_line = waiting

    def _count_missed(self, there: set[str]) -> None:
        self._handed = {id_: 0 if id_ in there else missed + 1 for id_, missed in self._handed.items()}

    def _vanished(self, spool: Spool) -> Iterator[News]:
        """What somebody took out of the outbox is to be sent again."""
        for id_, missed in self._handed.items():
            if missed > _MOST_MISSED:
                yield Failed(id_, f"its file is gone from {spool.outbox}")

    def _stalled(self) -> str:
        silent_s = time.monotonic() - self._moved_at
        if not self._in_line or silent_s < self.settings.stalled_s:
            return ""
        return (
            f"{len(self._in_line)} SMS in {self._opened.outbox} do not leave: the modem or its daemon is "
            "gone; try: systemctl status gammu-smsd, then the modem's cable and its SIM"
        )

    def _incoming(self, spool: Spool) -> Iterator[News]:
        """What came in and is whole; delivery reports as what they report."""
        self._unreadable = ""
        reports = Reports(spool)
        for message in incoming(spool.inbox):
            if abs(time.time() - message.at) < _SETTLED_S:
                continue
            try:
                text = message.text()
            except OSError as error:
                self._unreadable = (
                    f"{message.files[0]} cannot be read: {error.strerror}; let gammu-smsd run as user gammu "
                    "(docs/notify.md)"
                )
            else:
                yield from self._read(message, text, reports)

    @staticmethod
    def _read(message: IncomingFiles, text: str, reports: Reports) -> list[News]:
        report = reports.read(message, text)
        return [Received(message.ref, message.at, message.sender, text)] if report is None else report


def _why_error(spool: Spool) -> str:
    return (
        f"the modem did not send it ({spool.error}); try: systemctl status gammu-smsd, and see whether "
        "the SIM has credit and the modem a network"
    )


def _lost(error: OSError) -> DeviceLost:
    return DeviceLost(f"{error.filename}: {error.strerror}; see docs/notify.md")
