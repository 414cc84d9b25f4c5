"""What happens in a call. Adds only, so the release before goes on."""

revision, down_revision = "0006", "0005"


def upgrade() -> None:
    """Adds nothing."""


def downgrade() -> None:
    """Removes nothing."""
