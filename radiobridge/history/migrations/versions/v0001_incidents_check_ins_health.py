"""Incidents with those who came, check-ins, faults, and how far each journal was read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """The tables are there."""
    op.create_table(
        "journals",
        sa.Column("station", sa.Text, primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
    )
    op.create_table(
        "incidents",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("station", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("post", sa.Text),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("severity", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.Column("opened_at", sa.Double, nullable=False),
        sa.Column("acknowledged_at", sa.Double),
        sa.Column("coming_at", sa.Double),
        sa.Column("arrived_at", sa.Double),
        sa.Column("closed_at", sa.Double),
    )
    op.create_index("incidents_by_time", "incidents", ["station", "opened_at"])
    op.create_table(
        "responders",
        sa.Column("incident", sa.Text, sa.ForeignKey("incidents.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("unit", sa.Text),
        sa.Column("coming_at", sa.Double),
        sa.Column("arrived_at", sa.Double),
    )
    op.create_table(
        "check_ins",
        sa.Column("station", sa.Text, primary_key=True),
        sa.Column("post", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("due_at", sa.Double, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("at", sa.Double),
    )
    op.create_index("check_ins_by_time", "check_ins", ["station", "due_at"])
    op.create_table(
        "health",
        sa.Column("station", sa.Text, primary_key=True),
        sa.Column("part", sa.Text, primary_key=True),
        sa.Column("from_at", sa.Double, primary_key=True),
        sa.Column("condition", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("to_at", sa.Double),
    )
    op.create_index("health_by_time", "health", ["station", "from_at"])
