"""Who was shown alerts in a month is found by one index that finds a person's too."""
# ruff: noqa: S608 - our own names alone

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

BY_BYTES = sa.String(80).with_variant(sa.String(80, collation="C"), "postgresql")
SAME = (
    "organisation_id, staff_pseudonym, month, organisation_unit_id, has_answered, has_true, "
    "has_audited_override"
)
FLAGS = ("has_answered", "has_true", "has_audited_override")


def upgrade() -> None:
    op.execute(f"CREATE TABLE alert_staff_before AS SELECT {SAME} FROM alert_staff_month")
    op.drop_table("alert_staff_month")
    op.create_table(
        "alert_staff_month",
        sa.Column("organisation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("staff_pseudonym", BY_BYTES, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("organisation_unit_id", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in FLAGS),
        sa.PrimaryKeyConstraint(
            "organisation_id",
            "staff_pseudonym",
            "month",
            "organisation_unit_id",
            name="pk_alert_staff_month",
        ),
    )
    op.execute(
        f"INSERT INTO alert_staff_month ({SAME}) SELECT {SAME} FROM alert_staff_before "
        "ORDER BY month"
    )
    op.drop_table("alert_staff_before")
    op.create_index(
        "ix_alert_staff_month_month", "alert_staff_month", ["month"], postgresql_using="brin"
    )


def downgrade() -> None:
    op.execute(f"CREATE TABLE alert_staff_after AS SELECT {SAME} FROM alert_staff_month")
    op.drop_table("alert_staff_month")
    op.create_table(
        "alert_staff_month",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("organisation_unit_id", sa.Integer(), nullable=False),
        sa.Column("staff_pseudonym", sa.String(80), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in FLAGS),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name="fk_alert_staff_month_organisation_id_organisation",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_alert_staff_month"),
        sa.UniqueConstraint(
            "organisation_id",
            "month",
            "organisation_unit_id",
            "staff_pseudonym",
            name="uq_alert_staff_month_person",
        ),
    )
    op.execute(f"INSERT INTO alert_staff_month ({SAME}) SELECT {SAME} FROM alert_staff_after")
    op.drop_table("alert_staff_after")
    for columns in (["organisation_id"], ["organisation_id", "staff_pseudonym"]):
        name = f"ix_alert_staff_month_{'_'.join(columns)}"
        op.create_index(name, "alert_staff_month", columns)
