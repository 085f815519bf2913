"""Who is let in: which codes were used, and who is locked out, in one SQLite file.

A decision is on the disk itself before it is carried out: a crash burns a code, and never allows one twice.
The file is read anew for each decision, so that `radiobridge otp unlock` counts at once. Where it cannot be
read or written nobody is let in, and health says so: starting anew would make every used code good again.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from radiobridge.dispatch.access.admission import AccessState, Decision, Lock, NotAdmitted, admit
from radiobridge.errors import RadiobridgeError
from radiobridge.events import ActionAsked, Condition, Health
from radiobridge.file_thread import FileThread
from radiobridge.settings import AccessSettings, OperatorSettings
from radiobridge.sqlite_file import SqliteFile

PART = "access"
_VERSION = 1
_TABLES = """
CREATE TABLE counters (operator TEXT PRIMARY KEY, counter INTEGER NOT NULL, ahead INTEGER);
CREATE TABLE locks (who TEXT PRIMARY KEY, lock TEXT NOT NULL);
"""


class AccessUnusable(RadiobridgeError):
    """The file cannot be read or written: let nobody in."""


class AccessFile:
    """The file; every method raises AccessUnusable where it cannot be used."""

    def __init__(self, file: Path) -> None:
        self._file = SqliteFile(
            file,
            _TABLES,
            _VERSION,
            unusable=AccessUnusable,
            what_to_do="check its owner and its disk; if it is moved away, give every operator a new secret: "
            "codes that were used would be good again",
        )

    def decide(self, decide: Callable[[AccessState], Decision]) -> Decision:
        """What `decide` makes of what is known; all that it changes is on the disk."""
        with self._file.writing(survives_power_cut=True) as db:
            before = _read(db)
            decision = decide(before)
            _write(db, before, decision.state)
        return decision

    def state(self) -> AccessState:
        """What is known."""
        with self._file.reading() as db:
            return _read(db) if db else AccessState()

    def unlock(self, who: str) -> bool:
        """`unit 12` or `channel police` is locked no more; False where it was not."""
        with self._file.writing(survives_power_cut=True) as db:
            return db.execute("DELETE FROM locks WHERE who = ?", (who,)).rowcount > 0


def _read(db: sqlite3.Connection) -> AccessState:
    counters = db.execute("SELECT operator, counter, ahead FROM counters").fetchall()
    locks = db.execute("SELECT who, lock FROM locks").fetchall()
    return AccessState(
        counters={operator: counter for operator, counter, _ in counters},
        ahead={operator: ahead for operator, _, ahead in counters if ahead is not None},
        locks={who: Lock(**json.loads(lock)) for who, lock in locks},
    )


def _write(db: sqlite3.Connection, before: AccessState, after: AccessState) -> None:
    for operator in after.counters.keys() | after.ahead.keys():
        row = (operator, after.counters.get(operator, 0), after.ahead.get(operator))
        db.execute("INSERT OR REPLACE INTO counters VALUES (?, ?, ?)", row)
    for who in before.locks.keys() - after.locks.keys():
        db.execute("DELETE FROM locks WHERE who = ?", (who,))
    for who, lock in after.locks.items():
        db.execute("INSERT OR REPLACE INTO locks VALUES (?, ?)", (who, json.dumps(asdict(lock))))


@dataclass(frozen=True, slots=True)
class Admission:
    """Who was let in; '' where nobody was asked for, or `why` not."""

    name: str = ""
    why: NotAdmitted | None = None


class Access(FileThread):
    """The file behind a thread of its own; `async with Access(...) as access`. `clock`: UTC seconds."""

    def __init__(
        self,
        file: Path,
        settings: AccessSettings,
        operators: Sequence[OperatorSettings],
        *,
        on_health: Callable[[Health], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._file = AccessFile(file)
        self._on_health = on_health
        self._clock = clock
        super().__init__(PART)
        self.reload(settings, operators)

    def reload(self, settings: AccessSettings, operators: Sequence[OperatorSettings]) -> None:
        """Operators and limits are these from the next code on."""
        self._settings, self._operators = settings, tuple(operators)

    async def admit(self, asked: ActionAsked) -> Admission:
        """Whether whoever asked is let in; what was keyed for it is used up."""
        if asked.needs is None:
            return Admission()
        settings, operators, now = self._settings, self._operators, self._clock()

        def decide(state: AccessState) -> Decision:
            return admit(asked, operators, settings, state, now)

        try:
            decision = await self._in_thread(lambda: self._file.decide(decide))
        except AccessUnusable as error:
            why = f"nobody is let in by PIN or code: {error}"
            self._on_health(Health(PART, now, Condition.FAILED, why))
            return Admission(why=NotAdmitted.NO_STATE)
        self._on_health(Health(PART, now, Condition.OK))
        return Admission(decision.operator.name if decision.operator else "", decision.why)
