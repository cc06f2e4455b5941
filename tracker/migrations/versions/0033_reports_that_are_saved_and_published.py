"""Reports that are saved, and those that were published and stay as they were."""

import sqlalchemy as sa
from alembic import op

from tracker.migrations.guards import guard, unguard

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "published_months",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("outcome_measure_id", sa.Integer(), nullable=False),
        sa.Column("organisation_unit_id", sa.Integer(), nullable=True),
        sa.Column("first_month", sa.Date(), nullable=False),
        sa.Column("last_month", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_published_months_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_unit_id"],
            ["organisation_unit.id"],
            name=op.f("fk_published_months_organisation_unit_id_organisation_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["outcome_measure_id"],
            ["outcome_measure.id"],
            name=op.f("fk_published_months_outcome_measure_id_outcome_measure"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_months")),
    )
    with op.batch_alter_table("published_months", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_published_months_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_published_months_organisation_id_outcome_measure_id"),
            ["organisation_id", "outcome_measure_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_published_months_organisation_unit_id"),
            ["organisation_unit_id"],
            unique=False,
        )

    op.create_table(
        "saved_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("organisation_unit_id", sa.Integer(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column(
            "every",
            sa.Enum("never", "month", "quarter", name="every", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_saved_report_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_unit_id"],
            ["organisation_unit.id"],
            name=op.f("fk_saved_report_organisation_unit_id_organisation_unit"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_report")),
        sa.UniqueConstraint("public_id", name=op.f("uq_saved_report_public_id")),
    )
    with op.batch_alter_table("saved_report", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_saved_report_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_saved_report_organisation_unit_id"),
            ["organisation_unit_id"],
            unique=False,
        )

    op.create_table(
        "published_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("saved_report_id", sa.Integer(), nullable=True),
        sa.Column("organisation_unit_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("first_month", sa.Date(), nullable=False),
        sa.Column("last_month", sa.Date(), nullable=False),
        sa.Column("due_key", sa.String(length=80), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=80), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_published_report_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_unit_id"],
            ["organisation_unit.id"],
            name=op.f("fk_published_report_organisation_unit_id_organisation_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["saved_report_id"],
            ["saved_report.id"],
            name=op.f("fk_published_report_saved_report_id_saved_report"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_report")),
        sa.UniqueConstraint("public_id", name=op.f("uq_published_report_public_id")),
        sa.UniqueConstraint(
            "saved_report_id", "due_key", name=op.f("uq_published_report_saved_report_id_due_key")
        ),
    )
    with op.batch_alter_table("published_report", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_published_report_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_published_report_organisation_unit_id"),
            ["organisation_unit_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_published_report_saved_report_id"), ["saved_report_id"], unique=False
        )

    op.create_table(
        "report_reader",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("saved_report_id", sa.Integer(), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_report_reader_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["saved_report_id"],
            ["saved_report.id"],
            name=op.f("fk_report_reader_saved_report_id_saved_report"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_member_id"],
            ["staff_member.id"],
            name=op.f("fk_report_reader_staff_member_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_reader")),
        sa.UniqueConstraint(
            "saved_report_id",
            "staff_member_id",
            name=op.f("uq_report_reader_saved_report_id_staff_member_id"),
        ),
    )
    with op.batch_alter_table("report_reader", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_report_reader_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_report_reader_saved_report_id"), ["saved_report_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_report_reader_staff_member_id"), ["staff_member_id"], unique=False
        )

    guard("published_report")


def downgrade() -> None:
    unguard("published_report")
    with op.batch_alter_table("report_reader", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_reader_staff_member_id"))
        batch_op.drop_index(batch_op.f("ix_report_reader_saved_report_id"))
        batch_op.drop_index(batch_op.f("ix_report_reader_organisation_id"))

    op.drop_table("report_reader")
    with op.batch_alter_table("published_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_published_report_saved_report_id"))
        batch_op.drop_index(batch_op.f("ix_published_report_organisation_unit_id"))
        batch_op.drop_index(batch_op.f("ix_published_report_organisation_id"))

    op.drop_table("published_report")
    with op.batch_alter_table("saved_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_saved_report_organisation_unit_id"))
        batch_op.drop_index(batch_op.f("ix_saved_report_organisation_id"))

    op.drop_table("saved_report")
    with op.batch_alter_table("published_months", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_published_months_organisation_unit_id"))
        batch_op.drop_index(batch_op.f("ix_published_months_organisation_id_outcome_measure_id"))
        batch_op.drop_index(batch_op.f("ix_published_months_organisation_id"))

    op.drop_table("published_months")
