"""Waiting. Adds only, so the release before goes on."""

revision, down_revision = "0007", "0006"


def upgrade() -> None:
    """Adds nothing."""


def downgrade() -> None:
    """Removes nothing."""
