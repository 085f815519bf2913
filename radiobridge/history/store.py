"""The history of one station, opened: what happened goes in, what a report asks for comes out."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import asdict
from types import TracebackType
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, func, insert, or_, select, update
from ulid import ULID

from radiobridge.events import Condition, Health, IncidentState
from radiobridge.history.database import Database
from radiobridge.history.erasure import Digest, Person, without
from radiobridge.history.projection import incident_records
from radiobridge.history.records import (
    CheckInRecord,
    CheckInState,
    Fault,
    IncidentRecord,
    ResponderRecord,
)
from radiobridge.history.tables import check_ins, erased, erasures, health, incidents, journals, responders
from radiobridge.incident_journal import JournalFile, Mark


class History:
    """The history of `station` at `url`; `with History(...) as history`. Blocks: not for an event loop.

    Every method raises HistoryUnusable where the database cannot be used. Raises MissingPart: its driver is
    not installed.
    """

    def __init__(self, url: str, station: str) -> None:
        self._database = Database(url)
        self._station = station

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def take_over(self, journal: JournalFile) -> int:
        """What is new in the journal is here too; in how many incidents there was something new.

        Raises:
            JournalUnusable: the journal cannot be read.
        """
        with self._writing() as db:
            row = db.execute(
                select(journals.c.seq, journals.c.step).where(journals.c.station == self._station)
            ).first()
            entries, mark = journal.changed(Mark(*row) if row else Mark())
            records = incident_records(entries)
            digests = self._digests(db)
            self._put(db, [without(record, digests)[0] for record in records])
            db.execute(delete(journals).where(journals.c.station == self._station))
            db.execute(insert(journals).values(station=self._station, seq=mark.seq, step=mark.step))
        return len(records)

    def check_in(self, *records: CheckInRecord) -> None:
        """What became of check-ins; all are written, or none."""
        if not records:
            return
        rows = [_storable({"station": self._station} | asdict(record)) for record in records]
        key = [
            check_ins.c[name] == bindparam(f"the_{name}") for name in ("station", "post", "kind", "due_at")
        ]
        with self._writing() as db:
            db.execute(
                delete(check_ins).where(*key), [{f"the_{k}": v for k, v in row.items()} for row in rows]
            )
            # Of two with one key in the same call the last counts, as in two calls.
            unique = {(row["post"], row["kind"], row["due_at"]): row for row in rows}
            db.execute(insert(check_ins), list(unique.values()))

    def health(self, event: Health) -> None:
        """The part is in this condition from now on; the same condition again changes nothing."""
        mine = (health.c.station == self._station, health.c.part == event.part, health.c.to_at.is_(None))
        with self._writing() as db:
            now = db.execute(select(health.c.condition, health.c.from_at).where(*mine)).first()
            if now and now.condition == event.condition:
                return
            # A clock that was set back ends no fault before it began.
            at = max(event.at, now.from_at) if now else event.at
            db.execute(update(health).where(*mine).values(to_at=at))
            if event.condition is Condition.OK:
                return
            again = (
                health.c.station == self._station,
                health.c.part == event.part,
                health.c.from_at == at,
            )
            db.execute(delete(health).where(*again))
            row = {"station": self._station, "part": event.part, "from_at": at}
            more = {"condition": event.condition, "why": event.why}
            db.execute(insert(health).values(**_storable(row | more)))

    def started(self, at: float) -> None:
        """The station starts: faults from before it end now, and every part tells anew how it is."""
        with self._writing() as db:
            open_ = (health.c.station == self._station, health.c.to_at.is_(None))
            db.execute(update(health).where(*open_, health.c.from_at <= at).values(to_at=at))

    def incidents(self, start: float, end: float) -> list[IncidentRecord]:
        """The incidents that were opened from `start` on and before `end`, drills among them."""
        mine = (
            incidents.c.station == self._station,
            incidents.c.opened_at >= start,
            incidents.c.opened_at < end,
        )
        with self._database.transaction() as db:
            return self._incidents(db, *mine)

    def check_ins(self, start: float, end: float) -> list[CheckInRecord]:
        """The check-ins that were due from `start` on and before `end`."""
        mine = (
            check_ins.c.station == self._station,
            check_ins.c.due_at >= start,
            check_ins.c.due_at < end,
        )
        with self._database.transaction() as db:
            rows = db.execute(select(check_ins).where(*mine).order_by(check_ins.c.due_at, check_ins.c.post))
            return [CheckInRecord(r.post, r.kind, r.due_at, CheckInState(r.state), r.at) for r in rows]

    def faults(self, start: float, end: float) -> list[Fault]:
        """The faults that lasted at some time from `start` to `end`, whole."""
        mine = (
            health.c.station == self._station,
            health.c.from_at < end,
            or_(health.c.to_at.is_(None), health.c.to_at > start, health.c.from_at >= start),
        )
        with self._database.transaction() as db:
            rows = db.execute(select(health).where(*mine).order_by(health.c.from_at, health.c.part))
            return [Fault(r.part, Condition(r.condition), r.from_at, r.to_at, r.why) for r in rows]

    def begins(self) -> float | None:
        """The time of the first thing in it; None where there is nothing."""
        columns = (
            (incidents.c.station, incidents.c.opened_at),
            (check_ins.c.station, check_ins.c.due_at),
            (health.c.station, health.c.from_at),
        )
        with self._database.transaction() as db:
            firsts = [
                db.scalar(select(func.min(time)).where(station == self._station)) for station, time in columns
            ]
        return min((first for first in firsts if first is not None), default=None)

    def forget(self, before: float) -> int:
        """Nothing is left that was over before then; how many entries were removed. What goes on stays."""
        old = (
            delete(incidents).where(
                incidents.c.station == self._station,
                incidents.c.opened_at < before,
                incidents.c.closed_at < before,
            ),
            delete(check_ins).where(check_ins.c.station == self._station, check_ins.c.due_at < before),
            delete(health).where(health.c.station == self._station, health.c.to_at < before),
        )
        with self._writing() as db:
            return sum(db.execute(statement).rowcount for statement in old)

    def callins_of(self, person: Person) -> set[str]:
        """The call-ins with which he opened incidents."""
        mine = (
            incidents.c.station == self._station,
            incidents.c.callin.is_not(None),
            or_(incidents.c.caller_unit.in_(person.units), incidents.c.caller_name.in_(person.names)),
        )
        with self._database.transaction() as db:
            return set(db.scalars(select(incidents.c.callin).where(*mine))) - {None}

    def entries_of(self, person: Person, at: float) -> int:
        """In how many entries up to `at` he is named."""
        digests = [Digest.of(kind, value, at) for kind, value in person.known_by()]
        with self._database.transaction() as db:
            return sum(without(record, digests)[1] for record in self._incidents(db))

    def erase(self, person: Person, at: float, recordings: int) -> int:
        """He is named no more in entries up to `at`, how many there were; that it was done is noted.

        `recordings`: how many of his recordings were removed, for the note.
        """
        digests = [Digest.of(kind, value, at) for kind, value in person.known_by()]
        note = str(ULID.from_timestamp(at))
        with self._writing() as db:
            found = [without(record, digests) for record in self._incidents(db)]
            entries = sum(count for _, count in found)
            self._put(db, [record for record, count in found if count])
            db.execute(
                insert(erasures).values(
                    id=note, station=self._station, at=at, recordings=recordings, entries=entries
                )
            )
            for digest in digests:
                row = {"kind": digest.kind, "digest": digest.digest, "salt": digest.salt}
                db.execute(insert(erased).values(erasure=note, **row))
        return entries

    def _writing(self) -> AbstractContextManager[Connection]:
        return self._database.transaction(alone_in=f"history of {self._station}")

    def _incidents(self, db: Connection, *which: ColumnElement[bool]) -> list[IncidentRecord]:
        mine = (incidents.c.station == self._station, *which)
        found = db.execute(
            select(incidents).where(*mine).order_by(incidents.c.opened_at, incidents.c.id)
        ).all()
        came = db.execute(
            select(responders)
            .join(incidents, incidents.c.id == responders.c.incident)
            .where(*mine)
            .order_by(responders.c.incident, responders.c.place)
        )
        by_incident: dict[str, list[ResponderRecord]] = {}
        for each in came:
            record = ResponderRecord(each.name, each.unit, each.coming_at, each.arrived_at)
            by_incident.setdefault(each.incident, []).append(record)
        return [_incident(row, by_incident.get(row.id, [])) for row in found]

    def _put(self, db: Connection, records: Iterable[IncidentRecord]) -> None:
        """The incidents are as in `records`, whatever they were."""
        for record in records:
            row = {"station": self._station} | asdict(record)
            came = row.pop("responders")
            db.execute(delete(incidents).where(incidents.c.id == record.id))
            db.execute(insert(incidents).values(**_storable(row)))
            for place, each in enumerate(came):
                db.execute(insert(responders).values(incident=record.id, place=place, **_storable(each)))

    def _digests(self, db: Connection) -> list[Digest]:
        rows = db.execute(
            select(erased.c.kind, erased.c.digest, erased.c.salt, erasures.c.at)
            .join(erasures, erasures.c.id == erased.c.erasure)
            .where(erasures.c.station == self._station)
        )
        return [Digest(row.kind, row.digest, row.salt, row.at) for row in rows]


def _storable(row: dict[str, Any]) -> dict[str, Any]:
    """The row without NUL characters: PostgreSQL takes none, and a name from the bus may have some."""
    return {key: value.replace("\0", "") if isinstance(value, str) else value for key, value in row.items()}


def _incident(row: Row[Any], came: list[ResponderRecord]) -> IncidentRecord:
    fields = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name for it
    fields["state"] = IncidentState(fields["state"])
    del fields["station"]
    return IncidentRecord(**fields, responders=tuple(came))
