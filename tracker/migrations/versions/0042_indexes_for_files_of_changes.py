"""Indexes by the days that a file of changes asks for; none that another one covers."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

LEFT = sa.text("left_on IS NOT NULL")
COVERED = ("assignment", "reporting_line", "staff_member")


def upgrade() -> None:
    op.create_index(
        "ix_assignment_organisation_id_effective_from",
        "assignment",
        ["organisation_id", "effective_from"],
    )
    op.create_index(
        "ix_staff_member_organisation_id_hired_on", "staff_member", ["organisation_id", "hired_on"]
    )
    op.create_index(
        "ix_staff_member_left_on",
        "staff_member",
        ["left_on"],
        postgresql_where=LEFT,
        sqlite_where=LEFT,
    )
    for table in COVERED:
        op.drop_index(f"ix_{table}_organisation_id", table)


def downgrade() -> None:
    for table in COVERED:
        op.create_index(f"ix_{table}_organisation_id", table, ["organisation_id"])
    op.drop_index("ix_staff_member_left_on", "staff_member")
    op.drop_index("ix_staff_member_organisation_id_hired_on", "staff_member")
    op.drop_index("ix_assignment_organisation_id_effective_from", "assignment")
