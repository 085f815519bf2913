"""Who called an incident in, and whose traces were erased.

The callers of incidents that are there already come from the journal: it is read from its beginning again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """The columns and tables are there."""
    op.add_column("incidents", sa.Column("caller_name", sa.Text, nullable=False, server_default=""))
    op.add_column("incidents", sa.Column("caller_unit", sa.Text))
    op.add_column("incidents", sa.Column("callin", sa.Text))
    op.create_table(
        "erasures",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("station", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("recordings", sa.Integer, nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
    )
    op.create_table(
        "erased",
        sa.Column("erasure", sa.Text, sa.ForeignKey("erasures.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("salt", sa.Text, nullable=False),
    )
    op.execute("DELETE FROM journals")
