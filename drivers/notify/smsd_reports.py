"""Delivery reports, as gammu-smsd puts them into its inbox: a number and one word.

They do not say which message they are about: it is the oldest to that number that has not all its reports.
"""

from __future__ import annotations

import re
import time

from drivers.notify.smsd_config import Spool
from drivers.notify.smsd_files import TAKEN, IncomingFiles, OutgoingFile, incoming, outgoing, set_aside
from radiobridge.ports import Delivered, Failed, News

_DELIVERED, _FAILED = "Delivered", "Failed"
_WORDS = (_DELIVERED, _FAILED, "Pending", "Unknown")
"""Source: gammu, GSM_DecodeSMSStatusReportData."""
_REPORTED_S = 3 * 86_400.0
"""A network gives a message up after about two days."""
_PARTS = re.compile(r"^UDH = (?:050003..|060804....)([0-9A-F]{2})", re.MULTILINE)
"""How many parts a long message has; each has a report of its own. Source: 3GPP TS 23.040, 9.2.3.24.1 and .8.

Parts cannot be counted: the daemon writes those that it sent into the file once more."""
_COUNTED = "~"
"""Stands at the end of a file's name for each report that came for it."""


class Reports:
    """Those in the inbox, and the messages that wait for one."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    def read(self, message: IncomingFiles, text: str) -> list[News] | None:
        """What a report says, nothing where it says nothing new; None where it is none. Raises OSError."""
        if not self._spool.reports or text not in _WORDS:
            return None
        if any(file.number == message.sender for file in outgoing(self._spool.sent)):
            return []  # the message itself is taken over first; then this comes again
        sent = self._waiting(message.sender)
        if sent is None:
            return None
        path, _, id_ = sent
        if text == _FAILED:
            return [Failed(id_, "the network could not deliver it to the telephone", for_good=True)]
        if text == _DELIVERED:
            parts = _PARTS.search(path.read_text(encoding="utf-8", errors="replace"))
            if path.name.count(_COUNTED) + 1 >= (int(parts[1], 16) if parts else 1):
                return [Delivered(id_)]
            path.rename(f"{path}{_COUNTED}")
        set_aside(message.files)
        return []

    def done(self, id_: str) -> None:
        """What was reported of the message is known: it waits for no more. Raises OSError."""
        for file in outgoing(self._spool.sent / TAKEN):
            if file.id != id_:
                continue
            for message in incoming(self._spool.inbox):
                if message.sender == file.number and message.text() in (_DELIVERED, _FAILED):
                    set_aside(message.files)
                    break
            file.path.unlink(missing_ok=True)

    def _waiting(self, number: str) -> OutgoingFile | None:
        """The oldest message to the number that waits for a report."""
        since = time.time() - _REPORTED_S
        waiting = (file for file in outgoing(self._spool.sent / TAKEN) if file.number == number)
        return next((file for file in waiting if file.path.stat().st_mtime > since), None)
