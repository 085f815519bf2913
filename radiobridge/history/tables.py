"""The tables as they are after the last migration. All times are UTC seconds."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, ForeignKey, Index, Integer, MetaData, Table, Text

tables = MetaData()

journals = Table(
    "journals",
    tables,
    Column("station", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("step", Text, nullable=False),
)
"""How far the journal of a station was taken over: the number of its last step, and that step's id."""

incidents = Table(
    "incidents",
    tables,
    Column("id", Text, primary_key=True),
    Column("station", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("post", Text),
    Column("channel", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("opened_at", Double, nullable=False),
    Column("acknowledged_at", Double),
    Column("coming_at", Double),
    Column("arrived_at", Double),
    Column("closed_at", Double),
    Column("caller_name", Text, nullable=False, server_default=""),
    Column("caller_unit", Text),
    Column("callin", Text),
    Index("incidents_by_time", "station", "opened_at"),
)
responders = Table(
    "responders",
    tables,
    Column("incident", Text, ForeignKey("incidents.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("unit", Text),
    Column("coming_at", Double),
    Column("arrived_at", Double),
)
"""Who came to an incident, in the order in which they said so."""

check_ins = Table(
    "check_ins",
    tables,
    Column("station", Text, primary_key=True),
    Column("post", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("due_at", Double, primary_key=True),
    Column("state", Text, nullable=False),
    Column("at", Double),
    Index("check_ins_by_time", "station", "due_at"),
)
health = Table(
    "health",
    tables,
    Column("station", Text, primary_key=True),
    Column("part", Text, primary_key=True),
    Column("from_at", Double, primary_key=True),
    Column("condition", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("to_at", Double),
    Index("health_by_time", "station", "from_at"),
)
"""Times in which a part was degraded or failed; without `to_at` it still is."""

erasures = Table(
    "erasures",
    tables,
    Column("id", Text, primary_key=True),
    Column("station", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("recordings", Integer, nullable=False),
    Column("entries", Integer, nullable=False),
)
"""When somebody's traces were erased, and how many."""

erased = Table(
    "erased",
    tables,
    Column("erasure", Text, ForeignKey("erasures.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("salt", Text, nullable=False),
)
"""By what he was known, as a salted digest: so that the journal does not bring him back."""
