"""Goals with steps and an end, goals offered to many, texts of one's own, things to learn from."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLE = "goal_offer_review"
MESSAGE = "this record is kept as it was: add to it, do not change it"


def upgrade() -> None:
    op.create_table(
        "learning_resource",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("link", sa.String(length=300), nullable=False),
        sa.Column("about", sa.String(length=300), nullable=False),
        sa.Column("competence_keys", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_learning_resource_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_resource")),
        sa.UniqueConstraint("public_id", name=op.f("uq_learning_resource_public_id")),
    )
    with op.batch_alter_table("learning_resource", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_learning_resource_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "goal_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("wording", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("help_offered", sa.String(length=300), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("staff_group", sa.String(length=300), nullable=False),
        sa.Column("organisation_unit_id", sa.Integer(), nullable=True),
        sa.Column("is_mandatory", sa.Boolean(), nullable=False),
        sa.Column("safety_reason", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("form_key", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "NOT is_mandatory OR (safety_reason <> '' AND owner_id IS NOT NULL AND review_on IS NOT NULL)",
            name=op.f("ck_goal_offer_mandatory_with_care"),
        ),
        sa.ForeignKeyConstraint(
            ["offered_by_id"],
            ["staff_member.id"],
            name=op.f("fk_goal_offer_offered_by_id_staff_member"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_goal_offer_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_unit_id"],
            ["organisation_unit.id"],
            name=op.f("fk_goal_offer_organisation_unit_id_organisation_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["staff_member.id"], name=op.f("fk_goal_offer_owner_id_staff_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_offer")),
        sa.UniqueConstraint("form_key", name=op.f("uq_goal_offer_form_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_goal_offer_public_id")),
    )
    with op.batch_alter_table("goal_offer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_goal_offer_offered_by_id"), ["offered_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_goal_offer_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_goal_offer_organisation_id_ended_at"),
            ["organisation_id", "ended_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_goal_offer_organisation_unit_id"), ["organisation_unit_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_goal_offer_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "kept_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_kept_text_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_member_id"],
            ["staff_member.id"],
            name=op.f("fk_kept_text_staff_member_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_text")),
        sa.UniqueConstraint(
            "staff_member_id", "place", name=op.f("uq_kept_text_staff_member_id_place")
        ),
    )
    with op.batch_alter_table("kept_text", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_kept_text_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "unit_signal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("organisation_unit_id", sa.Integer(), nullable=False),
        sa.Column("measure_key", sa.String(length=80), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_unit_signal_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_unit_id"],
            ["organisation_unit.id"],
            name=op.f("fk_unit_signal_organisation_unit_id_organisation_unit"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_signal")),
        sa.UniqueConstraint(
            "organisation_unit_id",
            "measure_key",
            name=op.f("uq_unit_signal_organisation_unit_id_measure_key"),
        ),
    )
    with op.batch_alter_table("unit_signal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_unit_signal_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "brought_outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("appraisal_id", sa.Integer(), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["appraisal_id"],
            ["appraisal.id"],
            name=op.f("fk_brought_outcome_appraisal_id_appraisal"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_brought_outcome_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_member_id"],
            ["staff_member.id"],
            name=op.f("fk_brought_outcome_staff_member_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brought_outcome")),
        sa.UniqueConstraint(
            "appraisal_id", "kind", name=op.f("uq_brought_outcome_appraisal_id_kind")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_brought_outcome_public_id")),
    )
    with op.batch_alter_table("brought_outcome", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_brought_outcome_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_brought_outcome_staff_member_id"), ["staff_member_id"], unique=False
        )

    op.create_table(
        "goal_offer_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("goal_offer_id", sa.Integer(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("next_review_on", sa.Date(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["staff_member.id"], name=op.f("fk_goal_offer_review_by_id_staff_member")
        ),
        sa.ForeignKeyConstraint(
            ["goal_offer_id"],
            ["goal_offer.id"],
            name=op.f("fk_goal_offer_review_goal_offer_id_goal_offer"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_goal_offer_review_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_offer_review")),
    )
    with op.batch_alter_table("goal_offer_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_offer_review_by_id"), ["by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_goal_offer_review_goal_offer_id"), ["goal_offer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_goal_offer_review_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "private_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("appraisal_id", sa.Integer(), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_private_note_appraisal_id_appraisal")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_private_note_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_member_id"],
            ["staff_member.id"],
            name=op.f("fk_private_note_staff_member_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_private_note")),
        sa.UniqueConstraint(
            "appraisal_id",
            "staff_member_id",
            name=op.f("uq_private_note_appraisal_id_staff_member_id"),
        ),
    )
    with op.batch_alter_table("private_note", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_private_note_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_private_note_staff_member_id"), ["staff_member_id"], unique=False
        )

    op.create_table(
        "goal_offer_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("goal_offer_id", sa.Integer(), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum("taken_up", "not_for_me", name="offeranswer", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("goal_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["goal_id"], ["goal.id"], name=op.f("fk_goal_offer_answer_goal_id_goal")
        ),
        sa.ForeignKeyConstraint(
            ["goal_offer_id"],
            ["goal_offer.id"],
            name=op.f("fk_goal_offer_answer_goal_offer_id_goal_offer"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_goal_offer_answer_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_member_id"],
            ["staff_member.id"],
            name=op.f("fk_goal_offer_answer_staff_member_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_offer_answer")),
        sa.UniqueConstraint(
            "staff_member_id",
            "goal_offer_id",
            name=op.f("uq_goal_offer_answer_staff_member_id_goal_offer_id"),
        ),
    )
    with op.batch_alter_table("goal_offer_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_offer_answer_goal_id"), ["goal_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_goal_offer_answer_goal_offer_id"), ["goal_offer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_goal_offer_answer_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "goal_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("wording", sa.String(length=300), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["staff_member.id"], name=op.f("fk_goal_step_done_by_id_staff_member")
        ),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_goal_step_goal_id_goal")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_goal_step_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_step")),
        sa.UniqueConstraint("public_id", name=op.f("uq_goal_step_public_id")),
    )
    with op.batch_alter_table("goal_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_step_done_by_id"), ["done_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_goal_step_goal_id"), ["goal_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_goal_step_organisation_id"), ["organisation_id"], unique=False
        )

    # The defaults are for rows that are there already.
    op.add_column("goal", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("goal", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "offer_of_support",
        sa.Column("link", sa.String(length=300), nullable=False, server_default=""),
    )
    _guard()


def _guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {TABLE}_no_{change.lower()} BEFORE {change} ON {TABLE} "
                f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )
        return
    # The function is there since 0002.
    op.execute(
        f"CREATE TRIGGER {TABLE}_as_it_was BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION keep_as_it_was()"
    )
    op.execute(
        f"CREATE TRIGGER {TABLE}_not_emptied BEFORE TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION keep_as_it_was()"
    )


def downgrade() -> None:
    op.drop_column("offer_of_support", "link")
    op.drop_column("goal", "closed_at")
    op.drop_column("goal", "version")

    with op.batch_alter_table("goal_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_step_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_goal_step_goal_id"))
        batch_op.drop_index(batch_op.f("ix_goal_step_done_by_id"))

    op.drop_table("goal_step")
    with op.batch_alter_table("goal_offer_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_offer_answer_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_goal_offer_answer_goal_offer_id"))
        batch_op.drop_index(batch_op.f("ix_goal_offer_answer_goal_id"))

    op.drop_table("goal_offer_answer")
    with op.batch_alter_table("private_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_private_note_staff_member_id"))
        batch_op.drop_index(batch_op.f("ix_private_note_organisation_id"))

    op.drop_table("private_note")
    with op.batch_alter_table("goal_offer_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_offer_review_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_goal_offer_review_goal_offer_id"))
        batch_op.drop_index(batch_op.f("ix_goal_offer_review_by_id"))

    op.drop_table("goal_offer_review")
    with op.batch_alter_table("brought_outcome", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_brought_outcome_staff_member_id"))
        batch_op.drop_index(batch_op.f("ix_brought_outcome_organisation_id"))

    op.drop_table("brought_outcome")
    with op.batch_alter_table("unit_signal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_signal_organisation_id"))

    op.drop_table("unit_signal")
    with op.batch_alter_table("kept_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kept_text_organisation_id"))

    op.drop_table("kept_text")
    with op.batch_alter_table("goal_offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_offer_owner_id"))
        batch_op.drop_index(batch_op.f("ix_goal_offer_organisation_unit_id"))
        batch_op.drop_index(batch_op.f("ix_goal_offer_organisation_id_ended_at"))
        batch_op.drop_index(batch_op.f("ix_goal_offer_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_goal_offer_offered_by_id"))

    op.drop_table("goal_offer")
    with op.batch_alter_table("learning_resource", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_learning_resource_organisation_id"))

    op.drop_table("learning_resource")
