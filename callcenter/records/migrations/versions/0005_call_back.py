"""Requests for a call back, and what is counted of statuses asked for by keypad. Adds only, so the
release before goes on; it takes up no requests."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0005", "0004"

INSTANT = sa.DateTime(timezone=True)
TABLES = {
    "call_back": (
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("call_id", sa.String(128)),
        sa.Column("turn", sa.Integer),
        sa.Column("asked_at", INSTANT),
        sa.Column("window", sa.String(20)),
        sa.Column("due_at", INSTANT),
        sa.Column("language", sa.String(2)),
        sa.Column("ticket_id", sa.String(36)),
    ),
    "keypad_try": (
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("nik_index", sa.String(44), nullable=False),
        sa.Column("caller_index", sa.String(44)),
        sa.Column("verified", sa.Boolean, nullable=False),
    ),
}
INDEXES = {
    "call_back_of_ticket": ("call_back", ["ticket_id", "asked_at"]),
    "keypad_try_of_nik": ("keypad_try", ["nik_index", "at"]),
    "keypad_try_of_caller": ("keypad_try", ["caller_index", "at"]),
    "ticket_waiting": ("ticket", ["outcome", "channel", "center"]),
}


def upgrade() -> None:
    for name, columns in TABLES.items():
        op.create_table(name, *columns)
    for name, (table, indexed) in INDEXES.items():
        op.create_index(name, table, indexed)


def downgrade() -> None:
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table)
    for name in TABLES:
        op.drop_table(name)
