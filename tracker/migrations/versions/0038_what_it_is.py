"""What somebody said it is on a practice screen, and the role profile of their work."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("practice_answer", sa.Column("slip", sa.String(length=20), nullable=True))
    with op.batch_alter_table("practice_form") as batch_op:
        batch_op.add_column(sa.Column("role_profile_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_practice_form_role_profile_id_role_profile"),
            "role_profile",
            ["role_profile_id"],
            ["id"],
        )
        batch_op.create_index(batch_op.f("ix_practice_form_role_profile_id"), ["role_profile_id"])


def downgrade() -> None:
    with op.batch_alter_table("practice_form") as batch_op:
        batch_op.drop_index(batch_op.f("ix_practice_form_role_profile_id"))
        batch_op.drop_constraint(
            batch_op.f("fk_practice_form_role_profile_id_role_profile"), type_="foreignkey"
        )
        batch_op.drop_column("role_profile_id")
    op.drop_column("practice_answer", "slip")
