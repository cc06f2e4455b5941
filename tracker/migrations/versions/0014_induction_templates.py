"""Induction templates by kind of starter, in versions; invitations; who helps with tasks."""

import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

VERSION = sa.table(
    "induction_template_version",
    sa.column("organisation_id", sa.Integer),
    sa.column("induction_template_id", sa.Integer),
    sa.column("number", sa.Integer),
    sa.column("content", sa.JSON),
    sa.column("made_at", sa.DateTime(timezone=True)),
    sa.column("published_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    op.create_table(
        "induction_helper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column(
            "owner",
            sa.Enum(
                "starter",
                "manager",
                "buddy",
                "it",
                "trainer",
                name="taskowner",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("organisation_unit_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_induction_helper_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_unit_id"],
            ["organisation_unit.id"],
            name=op.f("fk_induction_helper_organisation_unit_id_organisation_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_member_id"],
            ["staff_member.id"],
            name=op.f("fk_induction_helper_staff_member_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_induction_helper")),
        sa.UniqueConstraint(
            "owner", "staff_member_id", "organisation_unit_id", name=op.f("uq_helper")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_induction_helper_public_id")),
    )
    with op.batch_alter_table("induction_helper", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_induction_helper_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_induction_helper_organisation_unit_id"),
            ["organisation_unit_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_induction_helper_staff_member_id"), ["staff_member_id"], unique=False
        )

    op.create_table(
        "induction_template_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("induction_template_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["induction_template_id"],
            ["induction_template.id"],
            name=op.f("fk_induction_template_version_template"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_induction_template_version_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"],
            ["staff_member.id"],
            name=op.f("fk_induction_template_version_published_by_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_induction_template_version")),
        sa.UniqueConstraint(
            "induction_template_id",
            "number",
            name=op.f("uq_induction_template_version_induction_template_id_number"),
        ),
    )
    with op.batch_alter_table("induction_template_version", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_induction_template_version_organisation_id"),
            ["organisation_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_induction_template_version_published_by_id"),
            ["published_by_id"],
            unique=False,
        )

    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("induction_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("private_address", sa.String(length=300), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["induction_id"], ["induction.id"], name=op.f("fk_invitation_induction_id_induction")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_invitation_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("induction_id", name=op.f("uq_invitation_induction_id")),
        sa.UniqueConstraint(
            "organisation_id", "code", name=op.f("uq_invitation_organisation_id_code")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitation_public_id")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_invitation_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "task_offer_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("induction_id", sa.Integer(), nullable=False),
        sa.Column("line_key", sa.String(length=80), nullable=False),
        sa.Column("line_stamp", sa.String(length=80), nullable=False),
        sa.Column("is_accepted", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["staff_member.id"], name=op.f("fk_task_offer_answer_by_id_staff_member")
        ),
        sa.ForeignKeyConstraint(
            ["induction_id"],
            ["induction.id"],
            name=op.f("fk_task_offer_answer_induction_id_induction"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_task_offer_answer_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_offer_answer")),
        sa.UniqueConstraint(
            "induction_id",
            "line_key",
            "line_stamp",
            name=op.f("uq_task_offer_answer_induction_id_line_key_line_stamp"),
        ),
    )
    with op.batch_alter_table("task_offer_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_offer_answer_by_id"), ["by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_task_offer_answer_organisation_id"), ["organisation_id"], unique=False
        )

    with op.batch_alter_table("induction", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "kind",
                sa.Enum(
                    "new",
                    "moved",
                    "returned",
                    "bank",
                    "student",
                    name="entrykind",
                    native_enum=False,
                    length=40,
                ),
                nullable=False,
                server_default="new",
            )
        )
        batch_op.add_column(sa.Column("assignment_key", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("post_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("organisation_unit_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("staff_group", sa.String(length=300), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("job_role", sa.String(length=300), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("ended_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "ended_why",
                sa.Enum(
                    "left", "never_came", "withdrawn", name="endedwhy", native_enum=False, length=40
                ),
                nullable=True,
            )
        )
        batch_op.drop_index(batch_op.f("ix_induction_induction_template_id"))
        batch_op.drop_constraint(
            batch_op.f("fk_induction_induction_template_id_induction_template"), type_="foreignkey"
        )
        batch_op.drop_column("induction_template_id")
        batch_op.create_index(
            batch_op.f("ix_induction_organisation_unit_id"), ["organisation_unit_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_induction_post_id"), ["post_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_induction_post_id_post"), "post", ["post_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_induction_organisation_unit_id_organisation_unit"),
            "organisation_unit",
            ["organisation_unit_id"],
            ["id"],
        )

    with op.batch_alter_table("induction_task", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("line_key", sa.String(length=80), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("days_from_start", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(
            sa.Column(
                "kind",
                sa.Enum("do", "read", "watch", name="linekind", native_enum=False, length=40),
                nullable=False,
                server_default="do",
            )
        )
        batch_op.add_column(
            sa.Column("link", sa.String(length=300), nullable=False, server_default="")
        )

    with op.batch_alter_table("induction_template", schema=None) as batch_op:
        batch_op.add_column(sa.Column("public_id", sa.String(length=20), nullable=True))
        batch_op.add_column(
            sa.Column(
                "kind",
                sa.Enum(
                    "new",
                    "moved",
                    "returned",
                    "bank",
                    "student",
                    name="entrykind",
                    native_enum=False,
                    length=40,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("staff_group", sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column("job_role", sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column("organisation_unit_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("is_retired", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.create_index(
            batch_op.f("ix_induction_template_organisation_unit_id"),
            ["organisation_unit_id"],
            unique=False,
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_induction_template_organisation_unit_id_organisation_unit"),
            "organisation_unit",
            ["organisation_unit_id"],
            ["id"],
        )

    _move_templates()
    with op.batch_alter_table("induction_template", schema=None) as batch_op:
        batch_op.alter_column("public_id", existing_type=sa.String(length=20), nullable=False)
        batch_op.create_unique_constraint(
            batch_op.f("uq_induction_template_public_id"), ["public_id"]
        )

    with op.batch_alter_table("template_task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_template_task_milestone_id"))
        batch_op.drop_index(batch_op.f("ix_template_task_organisation_id"))

    op.drop_table("template_task")
    with op.batch_alter_table("milestone", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_milestone_induction_template_id"))
        batch_op.drop_index(batch_op.f("ix_milestone_organisation_id"))

    op.drop_table("milestone")


def _move_templates() -> None:
    """Keep what each trust's templates say, as their first published version."""
    db = op.get_bind()
    templates = db.execute(sa.text("SELECT id, organisation_id FROM induction_template")).all()
    for template_id, organisation_id in templates:
        milestones = db.execute(
            sa.text(
                "SELECT id, key, name, days_from_start FROM milestone "
                "WHERE induction_template_id = :it ORDER BY days_from_start"
            ),
            {"it": template_id},
        ).all()
        lines = [
            {
                "key": f"{milestone.key}-{task.position}",
                "milestone": milestone.key,
                "owner": task.owner,
                "kind": "do",
                "wording": task.wording,
                "purpose": task.purpose,
                "link": "",
                "is_left_out": False,
            }
            for milestone in milestones
            for task in db.execute(
                sa.text(
                    "SELECT owner, wording, purpose, position FROM template_task "
                    "WHERE milestone_id = :it ORDER BY position"
                ),
                {"it": milestone.id},
            )
        ]
        content = {
            "milestones": [
                {"key": one.key, "name": one.name, "days": one.days_from_start}
                for one in milestones
            ],
            "lines": lines,
        }
        now = datetime.now(UTC)
        if db.dialect.name == "sqlite":
            now = now.replace(tzinfo=None)
        db.execute(
            VERSION.insert().values(
                organisation_id=organisation_id,
                induction_template_id=template_id,
                number=1,
                content=content,
                made_at=now,
                published_at=now,
            )
        )
        db.execute(
            sa.text("UPDATE induction_template SET public_id = :name WHERE id = :it"),
            {"name": secrets.token_hex(8), "it": template_id},
        )
        for one in milestones:
            db.execute(
                sa.text(
                    "UPDATE induction_task SET days_from_start = :days, "
                    "line_key = :key || '-' || CAST(position AS VARCHAR(9)) "
                    "WHERE milestone_key = :key AND organisation_id = :ours"
                ),
                {"days": one.days_from_start, "key": one.key, "ours": organisation_id},
            )


def downgrade() -> None:
    with op.batch_alter_table("induction_template", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_induction_template_organisation_unit_id_organisation_unit"),
            type_="foreignkey",
        )
        batch_op.drop_constraint(batch_op.f("uq_induction_template_public_id"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_induction_template_organisation_unit_id"))
        batch_op.drop_column("is_retired")
        batch_op.drop_column("organisation_unit_id")
        batch_op.drop_column("job_role")
        batch_op.drop_column("staff_group")
        batch_op.drop_column("kind")
        batch_op.drop_column("public_id")

    with op.batch_alter_table("induction_task", schema=None) as batch_op:
        batch_op.drop_column("link")
        batch_op.drop_column("kind")
        batch_op.drop_column("days_from_start")
        batch_op.drop_column("line_key")

    with op.batch_alter_table("induction", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_induction_organisation_unit_id_organisation_unit"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("fk_induction_post_id_post"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_induction_post_id"))
        batch_op.drop_index(batch_op.f("ix_induction_organisation_unit_id"))
        batch_op.drop_column("ended_why")
        batch_op.drop_column("ended_on")
        batch_op.drop_column("job_role")
        batch_op.drop_column("staff_group")
        batch_op.drop_column("organisation_unit_id")
        batch_op.drop_column("post_id")
        batch_op.drop_column("assignment_key")
        batch_op.drop_column("kind")

    op.create_table(
        "template_task",
        sa.Column("id", sa.INTEGER(), nullable=False),
        sa.Column("organisation_id", sa.INTEGER(), nullable=False),
        sa.Column("milestone_id", sa.INTEGER(), nullable=False),
        sa.Column("owner", sa.VARCHAR(length=40), nullable=False),
        sa.Column("wording", sa.VARCHAR(length=300), nullable=False),
        sa.Column("purpose", sa.VARCHAR(length=300), nullable=False),
        sa.Column("position", sa.INTEGER(), nullable=False),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestone.id"], name=op.f("fk_template_task_milestone_id_milestone")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_template_task_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_task")),
    )
    with op.batch_alter_table("template_task", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_template_task_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_template_task_milestone_id"), ["milestone_id"], unique=False
        )

    op.create_table(
        "milestone",
        sa.Column("id", sa.INTEGER(), nullable=False),
        sa.Column("organisation_id", sa.INTEGER(), nullable=False),
        sa.Column("induction_template_id", sa.INTEGER(), nullable=False),
        sa.Column("key", sa.VARCHAR(length=80), nullable=False),
        sa.Column("name", sa.VARCHAR(length=300), nullable=False),
        sa.Column("days_from_start", sa.INTEGER(), nullable=False),
        sa.ForeignKeyConstraint(
            ["induction_template_id"],
            ["induction_template.id"],
            name=op.f("fk_milestone_induction_template_id_induction_template"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_milestone_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
        sa.UniqueConstraint(
            "induction_template_id", "key", name=op.f("uq_milestone_induction_template_id_key")
        ),
    )
    with op.batch_alter_table("milestone", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_milestone_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_milestone_induction_template_id"),
            ["induction_template_id"],
            unique=False,
        )

    with op.batch_alter_table("task_offer_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_offer_answer_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_task_offer_answer_by_id"))

    op.drop_table("task_offer_answer")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_organisation_id"))

    op.drop_table("invitation")
    with op.batch_alter_table("induction_template_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_induction_template_version_published_by_id"))
        batch_op.drop_index(batch_op.f("ix_induction_template_version_organisation_id"))

    op.drop_table("induction_template_version")
    with op.batch_alter_table("induction_helper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_induction_helper_staff_member_id"))
        batch_op.drop_index(batch_op.f("ix_induction_helper_organisation_unit_id"))
        batch_op.drop_index(batch_op.f("ix_induction_helper_organisation_id"))

    op.drop_table("induction_helper")
