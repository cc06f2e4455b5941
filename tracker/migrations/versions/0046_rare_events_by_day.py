"""The days of a trust's own rare events."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

TABLE = "rare_event_day"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("outcome_measure_id", sa.Integer(), nullable=False),
        sa.Column("organisation_unit_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("extracted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_run_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["outcome_measure_id"], ["outcome_measure.id"]),
        sa.ForeignKeyConstraint(["organisation_unit_id"], ["organisation_unit.id"]),
        sa.ForeignKeyConstraint(["import_run_id"], ["import_run.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("outcome_measure_id", "organisation_unit_id", "day"),
    )
    op.create_index(
        "uq_rare_event_day_whole_organisation",
        TABLE,
        ["outcome_measure_id", "day"],
        unique=True,
        sqlite_where=sa.text("organisation_unit_id IS NULL"),
        postgresql_where=sa.text("organisation_unit_id IS NULL"),
    )
    for columns in (
        ["organisation_id"],
        ["organisation_id", "outcome_measure_id", "day"],
        ["outcome_measure_id"],
        ["organisation_unit_id"],
        ["import_run_id"],
    ):
        op.create_index(f"ix_{TABLE}_{'_'.join(columns)}", TABLE, columns)


def downgrade() -> None:
    op.drop_table(TABLE)
