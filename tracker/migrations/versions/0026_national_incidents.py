"""Incidents from national exports, and those that a person has to look at."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incident_candidate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("organisation_unit_id", sa.Integer(), nullable=True),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column(
            "harm",
            sa.Enum(
                "none",
                "low",
                "moderate",
                "severe",
                "fatal",
                "unclear",
                "no_patient",
                name="harm",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "feed",
            sa.Enum("local", "nrls", "lfpse", name="incidentfeed", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("is_month_only", sa.Boolean(), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "confirmed",
                "declined",
                name="candidatestate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "cause",
            sa.Enum(
                "use_related",
                "technical",
                "unclear",
                name="incidentcause",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("import_run_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["staff_member.id"],
            name=op.f("fk_incident_candidate_decided_by_id_staff_member"),
        ),
        sa.ForeignKeyConstraint(
            ["import_run_id"],
            ["import_run.id"],
            name=op.f("fk_incident_candidate_import_run_id_import_run"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_incident_candidate_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_unit_id"],
            ["organisation_unit.id"],
            name=op.f("fk_incident_candidate_organisation_unit_id_organisation_unit"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_candidate")),
        sa.UniqueConstraint(
            "organisation_id",
            "reference",
            name=op.f("uq_incident_candidate_organisation_id_reference"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_incident_candidate_public_id")),
    )
    with op.batch_alter_table("incident_candidate", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_incident_candidate_decided_by_id"), ["decided_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_incident_candidate_import_run_id"), ["import_run_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_incident_candidate_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_incident_candidate_organisation_id_state_occurred_on"),
            ["organisation_id", "state", "occurred_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_incident_candidate_organisation_unit_id"),
            ["organisation_unit_id"],
            unique=False,
        )

    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "feed",
                sa.Enum(
                    "local", "nrls", "lfpse", name="incidentfeed", native_enum=False, length=40
                ),
                server_default="local",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("is_month_only", sa.Boolean(), server_default="0", nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_column("is_month_only")
        batch_op.drop_column("revision")
        batch_op.drop_column("feed")

    with op.batch_alter_table("incident_candidate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incident_candidate_organisation_unit_id"))
        batch_op.drop_index(batch_op.f("ix_incident_candidate_organisation_id_state_occurred_on"))
        batch_op.drop_index(batch_op.f("ix_incident_candidate_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_incident_candidate_import_run_id"))
        batch_op.drop_index(batch_op.f("ix_incident_candidate_decided_by_id"))

    op.drop_table("incident_candidate")
