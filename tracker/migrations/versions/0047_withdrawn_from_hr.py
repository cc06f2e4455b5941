"""What HR was told, and is asked to take away again.

Revision ID: 0047
Revises: 0046
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("hr_export_line") as table:
        table.add_column(sa.Column("past_verification_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            "fk_hr_export_line_past_verification_id_verification",
            "verification",
            ["past_verification_id"],
            ["id"],
        )
        table.create_index(op.f("ix_hr_export_line_past_verification_id"), ["past_verification_id"])


def downgrade() -> None:
    with op.batch_alter_table("hr_export_line") as table:
        table.drop_index(op.f("ix_hr_export_line_past_verification_id"))
        table.drop_constraint(
            "fk_hr_export_line_past_verification_id_verification", type_="foreignkey"
        )
        table.drop_column("past_verification_id")
