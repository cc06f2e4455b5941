"""The keyed hash of whoever saw an alert is half as long: millions of them are kept."""
# ruff: noqa: S608 - our own names alone

from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("alert_event", "alert_staff_month"):
        op.execute(
            f"UPDATE {table} SET staff_pseudonym = substr(staff_pseudonym, 1, 16) "
            "WHERE length(staff_pseudonym) = 32 AND staff_pseudonym NOT LIKE 'gone-%'"
        )


def downgrade() -> None:
    """A hash has no way back: the log brought once more says the longer ones."""
