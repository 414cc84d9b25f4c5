"""After the call. Adds only, so the release before goes on."""

revision, down_revision = "0009", "0008"


def upgrade() -> None:
    """Adds nothing."""


def downgrade() -> None:
    """Removes nothing."""
