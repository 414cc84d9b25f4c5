"""What was estimated for those who wait, places that are kept, and numbers that call many times.
Adds only, so the release before goes on; it keeps no place."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0008", "0007"

INSTANT = sa.DateTime(timezone=True)
COLUMNS: dict[str, Any] = {
    "estimate_s": sa.Integer,
    "resumes": sa.String(128),
    "since_at": INSTANT,
    "placed_at": INSTANT,
    "crowd": sa.String(128),
    "gave_up_at": INSTANT,
    "stepped_out": sa.Integer,
    "promised_at": INSTANT,
}
INDEX = "caller_of_number_at"


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.add_column("call", sa.Column(name, kind))
    op.create_index(INDEX, "caller", ["number_index", "at"])


def downgrade() -> None:
    op.drop_index(INDEX, "caller")
    for name in COLUMNS:
        op.drop_column("call", name)
