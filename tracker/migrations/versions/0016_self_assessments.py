"""A self-assessment of its own: levels beside confidence, where somebody worked, when it ended."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


FOREIGN_KEY = "fk_self_assessment_organisation_unit_id_organisation_unit"


def upgrade() -> None:
    # Columns are added, not tables made anew: the answers point here, and keep their triggers.
    op.execute(
        "ALTER TABLE self_assessment ADD COLUMN organisation_unit_id INTEGER "
        f"CONSTRAINT {FOREIGN_KEY} REFERENCES organisation_unit (id)"
    )
    op.create_index(
        op.f("ix_self_assessment_organisation_unit_id"), "self_assessment", ["organisation_unit_id"]
    )
    op.add_column(
        "self_assessment", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("self_assessment_answer", sa.Column("current_level", sa.Integer(), nullable=True))
    op.add_column("self_assessment_answer", sa.Column("needed_level", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("self_assessment_answer", "needed_level")
    op.drop_column("self_assessment_answer", "current_level")
    op.drop_column("self_assessment", "ended_at")
    op.drop_index(op.f("ix_self_assessment_organisation_unit_id"), "self_assessment")
    with op.batch_alter_table("self_assessment", schema=None) as batch_op:
        batch_op.drop_constraint(FOREIGN_KEY, type_="foreignkey")
        batch_op.drop_column("organisation_unit_id")
