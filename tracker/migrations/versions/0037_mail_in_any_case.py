"""People are found by mail in any case through an index."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_staff_member_mail", "staff_member", ["organisation_id", sa.text("lower(email)")]
    )


def downgrade() -> None:
    op.drop_index("ix_staff_member_mail", "staff_member")
