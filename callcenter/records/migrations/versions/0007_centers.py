"""How each center stands. Adds only, so the release before goes on; it knows no such state, and
its worker offers calls at every center."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0007", "0006"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "center",
        sa.Column("code", sa.String(20), primary_key=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("by", sa.String(36), nullable=False),
        sa.Column("why", sa.String(40), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("dark_at", INSTANT),
        sa.Column("back_at", INSTANT),
    )


def downgrade() -> None:
    op.drop_table("center")
