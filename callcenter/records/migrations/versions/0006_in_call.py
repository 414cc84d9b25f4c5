"""What happens in a call: hold and mute, and which of several commands of a kind comes last. Adds
only, so the release before goes on; it does none of it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0006", "0005"

INSTANT = sa.DateTime(timezone=True)
OFFER: dict[str, Any] = {
    "hold_asked": sa.Integer,
    "hold_told": sa.Integer,
    "held_at": INSTANT,
    "unheld_at": INSTANT,
    "mute_asked": sa.Integer,
    "mute_told": sa.Integer,
}


def upgrade() -> None:
    for name, kind in OFFER.items():
        op.add_column("offer", sa.Column(name, kind))
    op.add_column("outbox", sa.Column("turn", sa.Integer))


def downgrade() -> None:
    op.drop_column("outbox", "turn")
    for name in OFFER:
        op.drop_column("offer", name)
