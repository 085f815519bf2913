"""A real gammu-smsd with gammu's dummy modem, whose network is a folder."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

_RC = """
[gammu]
model = dummy
connection = none
device = {folder}/modem
[smsd]
service = files
logfile = {folder}/log
debuglevel = 1
commtimeout = 1
receivefrequency = 1
inboxformat = {inbox_format}
deliveryreport = {reports}
inboxpath = {folder}/inbox/
outboxpath = {folder}/outbox/
sentsmspath = {folder}/sent/
errorsmspath = {folder}/error/
"""


def wait_until(fact: Callable[[], object], timeout_s: float = 15) -> None:
    end = time.monotonic() + timeout_s
    while not fact():
        assert time.monotonic() < end, "it does not come true"
        time.sleep(0.05)


class Smsd:
    """`with` starts the daemon; `config` is its settings file, there from the beginning."""

    def __init__(
        self,
        folder: Path,
        *,
        reports: str = "sms",
        inbox_format: str = "unicode",
        locale: str = "C.UTF-8",
    ) -> None:
        self.folder = folder
        self.config = folder / "smsdrc"
        for name in ("inbox", "outbox", "sent", "error", "modem/sms/1"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self.config.write_text(_RC.format(folder=folder, reports=reports, inbox_format=inbox_format))
        self._locale = locale
        self._count = 0

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            ["gammu-smsd", "-c", str(self.config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": self._locale, "PATH": "/usr/bin:/bin"},
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(10)

    def names(self, folder: str) -> list[str]:
        return sorted(path.name for path in (self.folder / folder).iterdir() if path.is_file())

    def sent_texts(self) -> list[str]:
        """What went out, message by message, as gammu's files say it."""
        texts = []
        for path in sorted((self.folder / "sent").rglob("OUT*")):
            parts: dict[str, str] = {}
            for part in path.read_text(encoding="utf-8", errors="replace").split("[SMSBackup")[1:]:
                rows = dict(line.partition(" = ")[::2] for line in part.splitlines())
                parts[rows.get("UDH", "")] = "".join(rows[key] for key in rows if key.startswith("Text"))
            texts.append(bytes.fromhex("".join(parts[udh] for udh in sorted(parts))).decode("utf-16-be"))
        return texts

    def receives(self, sender: str, text: str, *, udh: str = "", pdu: str = "Deliver") -> None:
        """The network brings a message to the modem."""
        self._count += 1
        code = text.encode("utf-16-be").hex().upper()
        rows = [f"Text{n:02d} = {code[at : at + 200]}" for n, at in enumerate(range(0, len(code), 200))]
        lines = [
            "[SMSBackup000]",
            f"PDU = {pdu}",
            f"DateTime = 20261127T1011{self._count:02d}Z",
            "State = UnRead",
            f'Number = "{sender}"',
            *([f"UDH = {udh}"] if udh else []),
            *rows,
            "Coding = Unicode_No_Compression",
            "Folder = 1",
            f"Length = {len(code) // 4}",
            "Class = -1",
        ]
        made = self.folder / "message"
        made.write_text("; \n\n" + "\n".join(lines) + "\n")
        made.rename(self.folder / "modem/sms/1" / str(self._count))
