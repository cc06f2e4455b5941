"""Second appraisers, stand-ins, exclusions."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "appraisal_exclusion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "staff_group",
                "category",
                "person",
                name="exclusionkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=300), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'person') = (staff_member_id IS NOT NULL)",
            name=op.f("ck_appraisal_exclusion_person_or_group"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_appraisal_exclusion_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["staff_member.id"],
            name=op.f("fk_appraisal_exclusion_recorded_by_id_staff_member"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_member_id"],
            ["staff_member.id"],
            name=op.f("fk_appraisal_exclusion_staff_member_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisal_exclusion")),
        sa.UniqueConstraint("public_id", name=op.f("uq_appraisal_exclusion_public_id")),
    )
    with op.batch_alter_table("appraisal_exclusion", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_appraisal_exclusion_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_appraisal_exclusion_recorded_by_id"), ["recorded_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_appraisal_exclusion_staff_member_id"), ["staff_member_id"], unique=False
        )

    op.create_table(
        "stand_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "away",
                "other_work",
                "post_empty",
                "too_many",
                name="awayreason",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("manager_id <> delegate_id", name=op.f("ck_stand_in_somebody_else")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_stand_in_in_order")),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["staff_member.id"], name=op.f("fk_stand_in_delegate_id_staff_member")
        ),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["staff_member.id"], name=op.f("fk_stand_in_manager_id_staff_member")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_stand_in_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["staff_member.id"],
            name=op.f("fk_stand_in_recorded_by_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_in")),
        sa.UniqueConstraint("public_id", name=op.f("uq_stand_in_public_id")),
    )
    with op.batch_alter_table("stand_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stand_in_delegate_id"), ["delegate_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stand_in_manager_id"), ["manager_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_stand_in_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_stand_in_organisation_id_delegate_id_ends_on"),
            ["organisation_id", "delegate_id", "ends_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_stand_in_organisation_id_manager_id_ends_on"),
            ["organisation_id", "manager_id", "ends_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_stand_in_recorded_by_id"), ["recorded_by_id"], unique=False
        )

    op.create_table(
        "second_appraiser",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("appraisal_id", sa.Integer(), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["appraisal_id"],
            ["appraisal.id"],
            name=op.f("fk_second_appraiser_appraisal_id_appraisal"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_second_appraiser_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"],
            ["staff_member.id"],
            name=op.f("fk_second_appraiser_proposed_by_id_staff_member"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_member_id"],
            ["staff_member.id"],
            name=op.f("fk_second_appraiser_staff_member_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_appraiser")),
    )
    with op.batch_alter_table("second_appraiser", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_second_appraiser_appraisal_id"), ["appraisal_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_second_appraiser_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_second_appraiser_organisation_id_staff_member_id"),
            ["organisation_id", "staff_member_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_second_appraiser_proposed_by_id"), ["proposed_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_second_appraiser_staff_member_id"), ["staff_member_id"], unique=False
        )
        batch_op.create_index(
            "uq_second_appraiser_one",
            ["appraisal_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    with op.batch_alter_table("appraisal", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("is_goals_only", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column("closed_because", sa.String(length=80), nullable=True))

    with op.batch_alter_table("appraisal_cycle", schema=None) as batch_op:
        batch_op.add_column(sa.Column("fixed_due_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("is_elsewhere", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("appraisal_cycle", schema=None) as batch_op:
        batch_op.drop_column("is_elsewhere")
        batch_op.drop_column("fixed_due_on")

    with op.batch_alter_table("appraisal", schema=None) as batch_op:
        batch_op.drop_column("closed_because")
        batch_op.drop_column("is_goals_only")

    with op.batch_alter_table("second_appraiser", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_second_appraiser_one",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_second_appraiser_staff_member_id"))
        batch_op.drop_index(batch_op.f("ix_second_appraiser_proposed_by_id"))
        batch_op.drop_index(batch_op.f("ix_second_appraiser_organisation_id_staff_member_id"))
        batch_op.drop_index(batch_op.f("ix_second_appraiser_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_second_appraiser_appraisal_id"))

    op.drop_table("second_appraiser")
    with op.batch_alter_table("stand_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stand_in_recorded_by_id"))
        batch_op.drop_index(batch_op.f("ix_stand_in_organisation_id_manager_id_ends_on"))
        batch_op.drop_index(batch_op.f("ix_stand_in_organisation_id_delegate_id_ends_on"))
        batch_op.drop_index(batch_op.f("ix_stand_in_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_stand_in_manager_id"))
        batch_op.drop_index(batch_op.f("ix_stand_in_delegate_id"))

    op.drop_table("stand_in")
    with op.batch_alter_table("appraisal_exclusion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appraisal_exclusion_staff_member_id"))
        batch_op.drop_index(batch_op.f("ix_appraisal_exclusion_recorded_by_id"))
        batch_op.drop_index(batch_op.f("ix_appraisal_exclusion_organisation_id"))

    op.drop_table("appraisal_exclusion")
