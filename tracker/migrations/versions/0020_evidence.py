"""Notes, links and files that show what somebody can do: added, never changed."""

import sqlalchemy as sa
from alembic import op

from tracker.migrations.guards import guard, unguard

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=True),
        sa.Column("media_type", sa.String(length=80), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("file_hash", sa.String(length=80), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("form_key", sa.String(length=80), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_evidence_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_member_id"],
            ["staff_member.id"],
            name=op.f("fk_evidence_staff_member_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("public_id", name=op.f("uq_evidence_public_id")),
        sa.UniqueConstraint(
            "staff_member_id", "form_key", name=op.f("uq_evidence_staff_member_id_form_key")
        ),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evidence_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_evidence_organisation_id_staff_member_id"),
            ["organisation_id", "staff_member_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_evidence_staff_member_id"), ["staff_member_id"], unique=False
        )

    op.create_table(
        "evidence_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column(
            "move",
            sa.Enum(
                "brought",
                "taken_back",
                "put_away",
                name="evidencemove",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("appraisal_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_evidence_step_appraisal_id_appraisal")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_evidence_step_evidence_id_evidence")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_evidence_step_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_step")),
    )
    with op.batch_alter_table("evidence_step", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evidence_step_appraisal_id_evidence_id"),
            ["appraisal_id", "evidence_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_evidence_step_evidence_id"), ["evidence_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_evidence_step_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "evidence_competence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("competence_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["competence_id"],
            ["competence.id"],
            name=op.f("fk_evidence_competence_competence_id_competence"),
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["evidence.id"],
            name=op.f("fk_evidence_competence_evidence_id_evidence"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_evidence_competence_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_competence")),
        sa.UniqueConstraint(
            "evidence_id",
            "competence_id",
            name=op.f("uq_evidence_competence_evidence_id_competence_id"),
        ),
    )
    with op.batch_alter_table("evidence_competence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evidence_competence_competence_id"), ["competence_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_evidence_competence_organisation_id"), ["organisation_id"], unique=False
        )

    for table in ("evidence", "evidence_competence", "evidence_step"):
        guard(table)


def downgrade() -> None:
    for table in ("evidence", "evidence_competence", "evidence_step"):
        unguard(table)
    with op.batch_alter_table("evidence_competence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_competence_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_competence_competence_id"))

    op.drop_table("evidence_competence")
    with op.batch_alter_table("evidence_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_step_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_step_evidence_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_step_appraisal_id_evidence_id"))

    op.drop_table("evidence_step")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_staff_member_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_organisation_id_staff_member_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_organisation_id"))

    op.drop_table("evidence")
