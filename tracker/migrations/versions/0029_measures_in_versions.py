"""Measures in versions, settings of charts, comparisons that are registered before looking."""

import sqlalchemy as sa
from alembic import op

from tracker.migrations.guards import guard, unguard
from tracker.models.base import new_public_id

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


GUARDED = ("chart_setting", "measure_version", "registered_comparison")
#: what each built-in measure is drawn as
CHART_KINDS = {
    "pp": ("alert_recognition", "alert_override", "harm_share"),
    "up": ("use_related_incidents", "incident_reporting", "technical_incidents"),
}
MEASURE = sa.table(
    "outcome_measure",
    sa.column("key"),
    sa.column("chart_kind"),
    sa.column("target"),
    sa.column("is_built_in", sa.Boolean()),
)


def upgrade() -> None:
    _make_tables()
    _change_tables()
    for table in GUARDED:
        guard(table)
    for kind, keys in CHART_KINDS.items():
        _set(keys, chart_kind=kind)
    _set(("training_completion",), target=90)


def _set(keys: tuple[str, ...], **values: object) -> None:
    op.execute(
        sa.update(MEASURE).where(MEASURE.c.key.in_(keys), MEASURE.c.is_built_in).values(**values)
    )


def _fill(table: str) -> None:
    """Give each row the name that it has in addresses."""
    rows = sa.table(table, sa.column("id"), sa.column("public_id"))
    db = op.get_bind()
    for row_id in db.scalars(sa.select(rows.c.id)).all():
        db.execute(sa.update(rows).where(rows.c.id == row_id).values(public_id=new_public_id()))
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.alter_column("public_id", existing_type=sa.String(length=20), nullable=False)
        batch_op.create_unique_constraint(batch_op.f(f"uq_{table}_public_id"), ["public_id"])


def _make_tables() -> None:
    op.create_table(
        "chart_setting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("outcome_measure_id", sa.Integer(), nullable=False),
        sa.Column("chart_kind", sa.String(length=80), nullable=False),
        sa.Column("shift_length", sa.Integer(), nullable=False),
        sa.Column("trend_length", sa.Integer(), nullable=False),
        sa.Column("two_in_three", sa.String(length=80), nullable=False),
        sa.Column("is_screened", sa.Boolean(), nullable=False),
        sa.Column("baseline_points", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["staff_member.id"], name=op.f("fk_chart_setting_author_id_staff_member")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_chart_setting_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["outcome_measure_id"],
            ["outcome_measure.id"],
            name=op.f("fk_chart_setting_outcome_measure_id_outcome_measure"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chart_setting")),
    )
    with op.batch_alter_table("chart_setting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chart_setting_author_id"), ["author_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_chart_setting_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_chart_setting_organisation_id_outcome_measure_id"),
            ["organisation_id", "outcome_measure_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_chart_setting_outcome_measure_id"), ["outcome_measure_id"], unique=False
        )

    op.create_table(
        "measure_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("outcome_measure_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_month", sa.Date(), nullable=True),
        sa.Column("is_break", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["staff_member.id"],
            name=op.f("fk_measure_version_author_id_staff_member"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_measure_version_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["outcome_measure_id"],
            ["outcome_measure.id"],
            name=op.f("fk_measure_version_outcome_measure_id_outcome_measure"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_version")),
        sa.UniqueConstraint(
            "outcome_measure_id",
            "number",
            name=op.f("uq_measure_version_outcome_measure_id_number"),
        ),
    )
    with op.batch_alter_table("measure_version", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_measure_version_author_id"), ["author_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_measure_version_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_measure_version_outcome_measure_id"),
            ["outcome_measure_id"],
            unique=False,
        )

    op.create_table(
        "registered_comparison",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("question", sa.String(length=300), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("outcome_measure_id", sa.Integer(), nullable=False),
        sa.Column("measure_version", sa.Integer(), nullable=False),
        sa.Column("control_measure_id", sa.Integer(), nullable=True),
        sa.Column("goal_domain", sa.String(length=80), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("phase_in_months", sa.Integer(), nullable=False),
        sa.Column(
            "impact_model",
            sa.Enum("level", "level_and_slope", name="impactmodel", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("look_on", sa.Date(), nullable=False),
        sa.Column("cohort_people", sa.Integer(), nullable=False),
        sa.Column("detectable_ratio", sa.Double(), nullable=True),
        sa.Column("months_already_in", sa.Integer(), nullable=False),
        sa.Column("looks_before", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("registered_by_id", sa.Integer(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["control_measure_id"],
            ["outcome_measure.id"],
            name=op.f("fk_registered_comparison_control_measure_id_outcome_measure"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_registered_comparison_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["outcome_measure_id"],
            ["outcome_measure.id"],
            name=op.f("fk_registered_comparison_outcome_measure_id_outcome_measure"),
        ),
        sa.ForeignKeyConstraint(
            ["registered_by_id"],
            ["staff_member.id"],
            name=op.f("fk_registered_comparison_registered_by_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registered_comparison")),
        sa.UniqueConstraint("public_id", name=op.f("uq_registered_comparison_public_id")),
    )
    with op.batch_alter_table("registered_comparison", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_registered_comparison_control_measure_id"),
            ["control_measure_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_registered_comparison_organisation_id"),
            ["organisation_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_registered_comparison_outcome_measure_id"),
            ["outcome_measure_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_registered_comparison_registered_by_id"),
            ["registered_by_id"],
            unique=False,
        )


def _change_tables() -> None:
    with op.batch_alter_table("annotation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("public_id", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("author_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_annotation_author_id"), ["author_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_annotation_author_id_staff_member"),
            "staff_member",
            ["author_id"],
            ["id"],
        )

    with op.batch_alter_table("outcome_measure", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("chart_kind", sa.String(length=80), server_default="xmr", nullable=False)
        )
        batch_op.add_column(sa.Column("target", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))

    with op.batch_alter_table("rebase", schema=None) as batch_op:
        batch_op.add_column(sa.Column("public_id", sa.String(length=20), nullable=True))
        batch_op.add_column(
            sa.Column("is_break", sa.Boolean(), server_default=sa.false(), nullable=False)
        )

    _fill("annotation")
    _fill("rebase")


def downgrade() -> None:
    for table in reversed(GUARDED):
        unguard(table)
    with op.batch_alter_table("rebase", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_rebase_public_id"), type_="unique")
        batch_op.drop_column("is_break")
        batch_op.drop_column("public_id")

    with op.batch_alter_table("outcome_measure", schema=None) as batch_op:
        batch_op.drop_column("version")
        batch_op.drop_column("target")
        batch_op.drop_column("chart_kind")

    with op.batch_alter_table("annotation", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_annotation_author_id_staff_member"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("uq_annotation_public_id"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_annotation_author_id"))
        batch_op.drop_column("author_id")
        batch_op.drop_column("public_id")

    with op.batch_alter_table("registered_comparison", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registered_comparison_registered_by_id"))
        batch_op.drop_index(batch_op.f("ix_registered_comparison_outcome_measure_id"))
        batch_op.drop_index(batch_op.f("ix_registered_comparison_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_registered_comparison_control_measure_id"))

    op.drop_table("registered_comparison")
    with op.batch_alter_table("measure_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_measure_version_outcome_measure_id"))
        batch_op.drop_index(batch_op.f("ix_measure_version_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_measure_version_author_id"))

    op.drop_table("measure_version")
    with op.batch_alter_table("chart_setting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chart_setting_outcome_measure_id"))
        batch_op.drop_index(batch_op.f("ix_chart_setting_organisation_id_outcome_measure_id"))
        batch_op.drop_index(batch_op.f("ix_chart_setting_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_chart_setting_author_id"))

    op.drop_table("chart_setting")
