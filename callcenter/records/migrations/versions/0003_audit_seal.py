"""The access log becomes a chain. Beside the log, so the release before this one writes on as it
did; what it wrote is sealed when the first worker of this release looks."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003", "0002"


def upgrade() -> None:
    op.create_table(
        "audit_seal",
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("audit_id", sa.String(36), nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("audit_seal_of_row", "audit_seal", ["audit_id"], unique=True)


def downgrade() -> None:
    op.drop_table("audit_seal")
