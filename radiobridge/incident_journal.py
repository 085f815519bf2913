"""The journal of incidents: every step in one SQLite file, appended and never changed.

A step is on the disk itself before anybody is told of it. Where the disk takes none, that is a health event,
the steps wait in memory, and everything else goes on: nobody waits for help because of a full disk.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from pydantic import TypeAdapter, ValidationError

from radiobridge.errors import RadiobridgeError
from radiobridge.events import Condition, Health, Incident, Step, StepKind, incidents_of
from radiobridge.file_thread import FileThread
from radiobridge.sqlite_file import SqliteFile

log = logging.getLogger(__name__)

PART = "incidents"
_VERSION = 1
_TABLES = """
CREATE TABLE steps (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, incident TEXT NOT NULL,
    at REAL NOT NULL, step BLOB NOT NULL, alert_topic TEXT, alert BLOB);
CREATE INDEX by_incident ON steps (incident, seq);
CREATE TRIGGER steps_stay BEFORE UPDATE ON steps BEGIN SELECT RAISE(ABORT, 'steps are never changed'); END;
CREATE TABLE incidents (id TEXT PRIMARY KEY, is_over INTEGER NOT NULL, at REAL NOT NULL);
"""
"""`incidents` follows from `steps`, and is there to find the ones that are not over."""
_PUT = """INSERT OR IGNORE INTO steps (id, incident, at, step, alert_topic, alert)
    VALUES (?, ?, ?, ?, ?, ?)"""
_FOLLOW = """INSERT INTO incidents (id, is_over, at) VALUES (:id, coalesce(:is_over, 0), :at)
    ON CONFLICT (id) DO UPDATE SET is_over = coalesce(:is_over, is_over), at = max(at, :at)"""
_LIVE = """SELECT step FROM steps WHERE incident IN
    (SELECT id FROM incidents WHERE NOT is_over OR at > ?) ORDER BY seq"""
_LAST = "SELECT step, alert_topic, alert FROM steps WHERE at > ? ORDER BY seq"
_CHANGED = """SELECT step, alert_topic, alert FROM steps WHERE incident IN
    (SELECT incident FROM steps WHERE seq > ?) ORDER BY seq"""
_STEP = TypeAdapter(Step)
_ENDS = {
    StepKind.CLOSED: True,
    StepKind.FALSE_ALARM: True,
    StepKind.DUPLICATE: True,
    StepKind.REOPENED: False,
}
"""Whether an incident is over after such a step; others leave it as it is."""
_RETRY_S = 5.0
_MOST_WAITING = 100_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A step, and the message of the alert that made it: both are there, or neither is."""

    step: Step
    alert_topic: str | None = None
    alert: bytes | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """How far somebody has read the journal: the number of its last step, and the id of that step."""

    seq: int = 0
    step: str = ""


class JournalUnusable(RadiobridgeError):
    """The file cannot be read or written: say so, and go on from memory."""


class JournalFile:
    """The file; every method raises JournalUnusable where it cannot be used."""

    def __init__(self, file: Path) -> None:
        self._file = SqliteFile(
            file,
            _TABLES,
            _VERSION,
            unusable=JournalUnusable,
            what_to_do="check its owner and that its disk has room; move it away only if it is damaged: it "
            "holds all incidents",
        )

    def append(self, entries: Sequence[Entry]) -> None:
        """The steps are on the disk; one that is there already stays as it is."""
        with self._file.writing(survives_power_cut=True) as db:
            for entry in entries:
                step = entry.step
                body = _STEP.dump_json(step)
                db.execute(_PUT, (step.id, step.incident, step.at, body, entry.alert_topic, entry.alert))
                db.execute(_FOLLOW, {"id": step.incident, "is_over": _ENDS.get(step.kind), "at": step.at})

    def live(self, since: float) -> list[Incident]:
        """The incidents that are not over, and those in which something happened since (UTC seconds)."""
        with self._file.reading() as db:
            rows = db.execute(_LIVE, (since,)).fetchall() if db else []
        return incidents_of(self._step(row[0]) for row in rows)

    def last(self, since: float) -> list[Entry]:
        """What was appended since, in its order."""
        with self._file.reading() as db:
            rows = db.execute(_LAST, (since,)).fetchall() if db else []
        return [Entry(self._step(step), topic, alert) for step, topic, alert in rows]

    def changed(self, mark: Mark) -> tuple[list[Entry], Mark]:
        """All steps of the incidents in which something happened after `mark`, and the mark after them.

        In a journal that does not have the step of `mark` in its place, which is another one, that is all.
        """
        with self._file.reading() as db:
            if db is None:
                return [], mark
            known = db.execute("SELECT id FROM steps WHERE seq = ?", (mark.seq,)).fetchone()
            since = mark.seq if known == (mark.step,) else 0
            # The mark comes first: a step that is appended meanwhile is read now, and once more.
            last = db.execute("SELECT seq, id FROM steps ORDER BY seq DESC LIMIT 1").fetchone()
            rows = db.execute(_CHANGED, (since,)).fetchall()
        entries = [Entry(self._step(step), topic, alert) for step, topic, alert in rows]
        return entries, Mark(*last) if last else Mark()

    def _step(self, body: bytes) -> Step:
        try:
            return _STEP.validate_json(body)
        except ValidationError as error:
            raise JournalUnusable(f"{self._file.file}: a step cannot be read: {error}") from error


class IncidentJournal(FileThread):
    """The file behind a thread of its own; `async with IncidentJournal(...) as journal`.

    `clock`: UTC seconds. `timer`: seconds that only rise.
    """

    def __init__(
        self,
        file: Path,
        *,
        on_health: Callable[[Health], None],
        clock: Callable[[], float] = time.time,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._file = JournalFile(file)
        self._on_health = on_health
        self._clock = clock
        self._timer = timer
        super().__init__(PART)
        self._waiting: list[Entry] = []
        self._writing = asyncio.Lock()
        self._retry_at = 0.0

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._waiting:
            await self._write()
        if self._waiting:
            log.error("%d steps of incidents could not be written and are gone", len(self._waiting))
        await super().__aexit__(kind, error, trace)

    async def read(self, live_since: float, last_since: float) -> tuple[list[Incident], list[Entry]]:
        """The incidents that count, and what was appended last; none where the file cannot be read."""
        try:
            live = await self._in_thread(lambda: self._file.live(live_since))
            last = await self._in_thread(lambda: self._file.last(last_since))
        except JournalUnusable as error:
            self._tell(error, "incidents from before the restart are not known")
            return [], []
        return live, last

    async def append(self, *entries: Entry) -> None:
        """The steps are on disk, or they wait in memory and the health says why."""
        self._waiting += entries
        if self._timer() >= self._retry_at:
            await self._write()

    async def tick(self) -> None:
        """What waits is tried again; to be called every few seconds."""
        if self._waiting and self._timer() >= self._retry_at:
            await self._write()

    async def _write(self) -> None:
        """All that waits is written at once: what came while another wrote is with it."""
        async with self._writing:
            entries, self._waiting = self._waiting, []
            if not entries:
                return
            try:
                await self._in_thread(lambda: self._file.append(entries))
            except JournalUnusable as error:
                self._waiting = [*entries, *self._waiting][-_MOST_WAITING:]
                self._retry_at = self._timer() + _RETRY_S
                self._tell(error, f"{len(self._waiting)} steps of incidents are in memory alone")
            else:
                self._retry_at = 0.0
                self._on_health(Health(PART, self._clock(), Condition.OK))

    def _tell(self, error: JournalUnusable, what: str) -> None:
        self._on_health(Health(PART, self._clock(), Condition.FAILED, f"{what}: {error}"))
