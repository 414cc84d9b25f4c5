"""second_step: see the tables."""

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
