"""Incidents, check-ins and a history of one station, in short."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from radiobridge.events import IncidentState, Step, Who
from radiobridge.history.records import IncidentRecord
from radiobridge.history.store import History
from radiobridge.incident_journal import Entry, JournalFile
from tests.dispatch.incidents.builders import AT, new_id

STATION = "duty-room"


def incident(at: float = AT, *, closed_after: float | None = 600.0, **fields: Any) -> IncidentRecord:
    """A fire at post 03 that was closed; times of other steps as seconds `<step>_after` its opening."""
    times = {
        name.replace("_after", "_at"): at + fields.pop(name)
        for name in list(fields)
        if name.endswith("_after")
    }
    made = IncidentRecord(
        id=new_id(),
        number=7,
        type="fire",
        post="03",
        channel="gate",
        severity="Severe",
        status="Actual",
        state=IncidentState.OPEN if closed_after is None else IncidentState.CLOSED,
        calls=1,
        opened_at=at,
        closed_at=None if closed_after is None else at + closed_after,
    )
    return replace(made, **times, **fields)


def history_in(folder: Path, station: str = STATION) -> History:
    return History(url_in(folder), station)


def url_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'history.db'}"


def journal_in(folder: Path, *steps: Step, alert: bytes | None = None) -> JournalFile:
    """The journal of a state folder with these steps appended; `alert`: the message of each that opens."""
    journal = JournalFile(folder / "incidents.db")
    journal.append([Entry(step, "alert", alert) if step.opening and alert else Entry(step) for step in steps])
    return journal


LI = Who("Sergeant Li", unit="1234", channel="police", by="mdc1200")
"""Somebody who may want to be erased."""
