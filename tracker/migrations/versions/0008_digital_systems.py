"""The register of digital systems, who uses each, and how reliable people find it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "digital_system",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("family", sa.String(length=300), nullable=False),
        sa.Column("supplier", sa.String(length=300), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("owner_team", sa.String(length=300), nullable=False),
        sa.Column(
            "governance",
            sa.Enum("yes", "no", "not_known", name="governance", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "reported", "listed", "set_aside", name="systemstate", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("help_link", sa.String(length=300), nullable=False),
        sa.Column("help_contact", sa.String(length=300), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_digital_system_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["staff_member.id"], name=op.f("fk_digital_system_owner_id_staff_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digital_system")),
        sa.UniqueConstraint(
            "organisation_id", "key", name=op.f("uq_digital_system_organisation_id_key")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_digital_system_public_id")),
    )
    with op.batch_alter_table("digital_system", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_digital_system_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_digital_system_organisation_id_state_name"),
            ["organisation_id", "state", "name"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_digital_system_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "system_alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("system_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("looks_like", sa.Text(), nullable=False),
        sa.Column("what_to_do", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_system_alert_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["system_id"],
            ["digital_system.id"],
            name=op.f("fk_system_alert_system_id_digital_system"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_system_alert")),
    )
    with op.batch_alter_table("system_alert", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_system_alert_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_system_alert_system_id"), ["system_id"], unique=False)

    op.create_table(
        "system_opinion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("system_id", sa.Integer(), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column(
            "says",
            sa.Enum(
                "works_well",
                "sometimes_stops",
                "often_stops",
                name="reliability",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_system_opinion_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_member_id"],
            ["staff_member.id"],
            name=op.f("fk_system_opinion_staff_member_id_staff_member"),
        ),
        sa.ForeignKeyConstraint(
            ["system_id"],
            ["digital_system.id"],
            name=op.f("fk_system_opinion_system_id_digital_system"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_system_opinion")),
    )
    with op.batch_alter_table("system_opinion", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_system_opinion_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_system_opinion_staff_member_id"), ["staff_member_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_system_opinion_system_id"), ["system_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_system_opinion_system_id_staff_member_id"),
            ["system_id", "staff_member_id"],
            unique=False,
        )

    op.create_table(
        "system_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("system_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("role_profile_id", sa.Integer(), nullable=True),
        sa.Column("organisation_unit_id", sa.Integer(), nullable=True),
        sa.Column("staff_group", sa.String(length=300), nullable=True),
        sa.Column("job_role", sa.String(length=300), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_system_use_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_unit_id"],
            ["organisation_unit.id"],
            name=op.f("fk_system_use_organisation_unit_id_organisation_unit"),
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_system_use_post_id_post")),
        sa.ForeignKeyConstraint(
            ["role_profile_id"],
            ["role_profile.id"],
            name=op.f("fk_system_use_role_profile_id_role_profile"),
        ),
        sa.ForeignKeyConstraint(
            ["system_id"],
            ["digital_system.id"],
            name=op.f("fk_system_use_system_id_digital_system"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_system_use")),
    )
    with op.batch_alter_table("system_use", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_system_use_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_system_use_organisation_unit_id"), ["organisation_unit_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_system_use_post_id"), ["post_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_system_use_role_profile_id"), ["role_profile_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_system_use_system_id"), ["system_id"], unique=False)

    with op.batch_alter_table("barrier", schema=None) as batch_op:
        batch_op.add_column(sa.Column("system_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_barrier_system_id"), ["system_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_barrier_system_id_digital_system"),
            "digital_system",
            ["system_id"],
            ["id"],
        )


def downgrade() -> None:
    with op.batch_alter_table("barrier", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_barrier_system_id_digital_system"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_barrier_system_id"))
        batch_op.drop_column("system_id")
    op.drop_table("system_use")
    op.drop_table("system_opinion")
    op.drop_table("system_alert")
    op.drop_table("digital_system")
