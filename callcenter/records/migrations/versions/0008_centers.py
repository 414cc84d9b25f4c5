"""Centers. Adds only, so the release before goes on."""

revision, down_revision = "0008", "0007"


def upgrade() -> None:
    """Adds nothing."""


def downgrade() -> None:
    """Removes nothing."""
