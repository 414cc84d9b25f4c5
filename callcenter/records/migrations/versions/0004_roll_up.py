"""Days that are over are kept added up, and summaries say more of themselves to be found by.

Summaries of before lack the new columns, so every call is folded once more by the worker; the old
release goes on writing rows without them meanwhile.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0004", "0003"

INSTANT = sa.DateTime(timezone=True)
TABLES = {
    "roll_up": (
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("scope", sa.String(16), primary_key=True),
        sa.Column("at", sa.String(5), primary_key=True),
        sa.Column("center", sa.String(20), primary_key=True),
        sa.Column("queue", sa.String(40), primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    ),
    "rolled_day": (
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("rules", sa.String(80), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
    ),
    "changed_day": (
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("day", sa.String(10), nullable=False),
    ),
}
INDEXES = {
    "roll_up_of_days": ("roll_up", ["scope", "day"]),
    "changed_day_of_day": ("changed_day", ["day"]),
    "call_summary_of_day": ("call_summary", ["day", "last_day"]),
    "call_summary_folded": ("call_summary", ["folded_at"]),
}
COLUMNS: dict[str, Any] = {
    "last_day": sa.String(10),
    "queue": sa.String(40),
    "booked_at": INSTANT,
    "caller_id": sa.String(32),
    "reached": sa.Boolean(),
    "folded_at": INSTANT,
}


def upgrade() -> None:
    for name, columns in TABLES.items():
        op.create_table(name, *columns)
    for name, kind in COLUMNS.items():
        op.add_column("call_summary", sa.Column(name, kind))
    op.drop_index("call_summary_of_day", "call_summary")
    for name, (table, indexed) in INDEXES.items():
        op.create_index(name, table, indexed)
    call = sa.table("call", sa.column("unsettled", sa.Boolean))
    op.execute(call.update().values(unsettled=True))


def downgrade() -> None:
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table)
    op.create_index("call_summary_of_day", "call_summary", ["day", "center"])
    with op.batch_alter_table("call_summary") as summary:
        for name in COLUMNS:
            summary.drop_column(name)
    for name in TABLES:
        op.drop_table(name)
