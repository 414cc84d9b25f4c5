"""A second step after the password, recovery codes, and limits on how many people somebody may
look up. Adds only, so the release before goes on; it asks nobody for a second step."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"

INSTANT = sa.DateTime(timezone=True)

TABLES: dict[str, tuple[sa.Column[Any], ...]] = {
    "recovery_code": (
        sa.Column("code_index", sa.String(44), primary_key=True),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
    ),
    "look_up": (
        sa.Column("user_id", sa.String(36), primary_key=True),
        sa.Column("subject", sa.String(140), primary_key=True),
        sa.Column("what", sa.String(10), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    ),
    "alarm": (
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(140), nullable=False),
        sa.Column("seen_at", INSTANT),
        sa.Column("seen_by", sa.String(80), nullable=False),
    ),
}
INDEXES = {
    "recovery_code_of_user": ("recovery_code", ["user_id"]),
    "look_up_of_user": ("look_up", ["user_id", "what", "at"]),
    "alarm_open": ("alarm", ["seen_at", "at"]),
    "alarm_of_subject": ("alarm", ["subject", "kind", "at"]),
}


def upgrade() -> None:
    with op.batch_alter_table("user") as user:
        user.add_column(sa.Column("second_secret", sa.Text))
        user.add_column(sa.Column("second_since", INSTANT))
        user.add_column(sa.Column("second_turn", sa.BigInteger))
    with op.batch_alter_table("session") as session:
        session.add_column(sa.Column("second_step_at", INSTANT))
    for name, columns in TABLES.items():
        op.create_table(name, *columns)
    for name, (table, indexed) in INDEXES.items():
        op.create_index(name, table, indexed)


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)
    with op.batch_alter_table("session") as session:
        session.drop_column("second_step_at")
    with op.batch_alter_table("user") as user:
        for name in ("second_turn", "second_since", "second_secret"):
            user.drop_column(name)
