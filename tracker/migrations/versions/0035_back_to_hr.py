"""What was handed to HR, each fact once, and whether it came back."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hr_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff_member.id"]),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("public_id"),
    )
    op.create_index(op.f("ix_hr_export_by_id"), "hr_export", ["by_id"])
    op.create_index(op.f("ix_hr_export_organisation_id"), "hr_export", ["organisation_id"])

    op.create_table(
        "hr_export_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("hr_export_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("appraisal_id", sa.Integer(), nullable=True),
        sa.Column("verification_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("hr_name_key", sa.String(300), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("hr_row_key", sa.String(80), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["appraisal_id"], ["appraisal.id"]),
        sa.ForeignKeyConstraint(["hr_export_id"], ["hr_export.id"]),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["staff_member_id"], ["staff_member.id"]),
        sa.ForeignKeyConstraint(["verification_id"], ["verification.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("appraisal_id"),
        sa.UniqueConstraint("verification_id"),
    )
    op.create_index(op.f("ix_hr_export_line_hr_export_id"), "hr_export_line", ["hr_export_id"])
    op.create_index(
        op.f("ix_hr_export_line_organisation_id"), "hr_export_line", ["organisation_id"]
    )
    op.create_index(
        op.f("ix_hr_export_line_organisation_id_state"),
        "hr_export_line",
        ["organisation_id", "state"],
    )
    op.create_index(
        op.f("ix_hr_export_line_staff_member_id"), "hr_export_line", ["staff_member_id"]
    )


def downgrade() -> None:

    op.drop_table("hr_export_line")

    op.drop_table("hr_export")
