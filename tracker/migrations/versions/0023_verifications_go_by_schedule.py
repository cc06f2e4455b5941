"""What was verified goes when a leaver's record goes, and not before."""

from tracker.migrations.guards import guard, unguard

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLES = ("verification", "verification_step")


def upgrade() -> None:
    for table in TABLES:
        unguard(table)
        guard(table)


def downgrade() -> None:
    """Leave the guards as they are: they refuse all that the older ones did, but a disposal."""
