"""Survey rounds for a whole trust, and verification of a competence by somebody entitled."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

APPEND_ONLY = ("verification", "verification_step")
MESSAGE = "this record is kept as it was: add to it, do not change it"


def upgrade() -> None:
    op.create_table(
        "survey_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("is_anonymous", sa.Boolean(), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["staff_member.id"],
            name=op.f("fk_survey_round_created_by_id_staff_member"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_survey_round_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_round")),
        sa.UniqueConstraint("public_id", name=op.f("uq_survey_round_public_id")),
    )
    with op.batch_alter_table("survey_round", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_survey_round_created_by_id"), ["created_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_survey_round_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "survey_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("survey_round_id", sa.Integer(), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("organisation_unit_id", sa.Integer(), nullable=True),
        sa.Column("has_begun", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_survey_invitation_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_unit_id"],
            ["organisation_unit.id"],
            name=op.f("fk_survey_invitation_organisation_unit_id_organisation_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_member_id"],
            ["staff_member.id"],
            name=op.f("fk_survey_invitation_staff_member_id_staff_member"),
        ),
        sa.ForeignKeyConstraint(
            ["survey_round_id"],
            ["survey_round.id"],
            name=op.f("fk_survey_invitation_survey_round_id_survey_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_invitation")),
        sa.UniqueConstraint(
            "survey_round_id",
            "staff_member_id",
            name=op.f("uq_survey_invitation_survey_round_id_staff_member_id"),
        ),
    )
    with op.batch_alter_table("survey_invitation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_survey_invitation_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_survey_invitation_organisation_unit_id"),
            ["organisation_unit_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_survey_invitation_staff_member_id"), ["staff_member_id"], unique=False
        )

    op.create_table(
        "survey_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("survey_round_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("part", sa.String(length=80), nullable=False),
        sa.Column("part_name", sa.String(length=300), nullable=False),
        sa.Column("wording", sa.String(length=300), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_survey_question_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["survey_round_id"],
            ["survey_round.id"],
            name=op.f("fk_survey_question_survey_round_id_survey_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_question")),
        sa.UniqueConstraint(
            "survey_round_id", "key", name=op.f("uq_survey_question_survey_round_id_key")
        ),
    )
    with op.batch_alter_table("survey_question", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_survey_question_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_survey_question_survey_round_id"), ["survey_round_id"], unique=False
        )

    op.create_table(
        "survey_response",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("survey_round_id", sa.Integer(), nullable=False),
        sa.Column("organisation_unit_id", sa.Integer(), nullable=True),
        sa.Column("staff_member_id", sa.Integer(), nullable=True),
        sa.Column("key_hash", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_survey_response_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_unit_id"],
            ["organisation_unit.id"],
            name=op.f("fk_survey_response_organisation_unit_id_organisation_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_member_id"],
            ["staff_member.id"],
            name=op.f("fk_survey_response_staff_member_id_staff_member"),
        ),
        sa.ForeignKeyConstraint(
            ["survey_round_id"],
            ["survey_round.id"],
            name=op.f("fk_survey_response_survey_round_id_survey_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_response")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_survey_response_key_hash")),
        sa.UniqueConstraint(
            "survey_round_id",
            "staff_member_id",
            name=op.f("uq_survey_response_survey_round_id_staff_member_id"),
        ),
    )
    with op.batch_alter_table("survey_response", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_survey_response_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_survey_response_organisation_unit_id"),
            ["organisation_unit_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_survey_response_staff_member_id"), ["staff_member_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_survey_response_survey_round_id"), ["survey_round_id"], unique=False
        )

    op.create_table(
        "survey_token",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("survey_round_id", sa.Integer(), nullable=False),
        sa.Column("organisation_unit_id", sa.Integer(), nullable=True),
        sa.Column("token_hash", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_survey_token_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_unit_id"],
            ["organisation_unit.id"],
            name=op.f("fk_survey_token_organisation_unit_id_organisation_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["survey_round_id"],
            ["survey_round.id"],
            name=op.f("fk_survey_token_survey_round_id_survey_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_survey_token_token_hash")),
    )
    with op.batch_alter_table("survey_token", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_survey_token_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_survey_token_organisation_unit_id"),
            ["organisation_unit_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_survey_token_survey_round_id"), ["survey_round_id"], unique=False
        )

    op.create_table(
        "survey_answer",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "survey_response_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("survey_question_id", sa.Integer(), nullable=False),
        sa.Column("option", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_survey_answer_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["survey_question_id"],
            ["survey_question.id"],
            name=op.f("fk_survey_answer_survey_question_id_survey_question"),
        ),
        sa.ForeignKeyConstraint(
            ["survey_response_id"],
            ["survey_response.id"],
            name=op.f("fk_survey_answer_survey_response_id_survey_response"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answer")),
        sa.UniqueConstraint(
            "survey_response_id",
            "survey_question_id",
            name=op.f("uq_survey_answer_survey_response_id_survey_question_id"),
        ),
    )
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_survey_answer_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_survey_answer_survey_question_id"), ["survey_question_id"], unique=False
        )

    op.create_table(
        "survey_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("survey_question_id", sa.Integer(), nullable=False),
        sa.Column("option", sa.String(length=80), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_survey_count_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["survey_question_id"],
            ["survey_question.id"],
            name=op.f("fk_survey_count_survey_question_id_survey_question"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_count")),
        sa.UniqueConstraint(
            "survey_question_id", "option", name=op.f("uq_survey_count_survey_question_id_option")
        ),
    )
    with op.batch_alter_table("survey_count", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_survey_count_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "verification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("verifier_id", sa.Integer(), nullable=False),
        sa.Column("competence_id", sa.Integer(), nullable=False),
        sa.Column("self_assessment_answer_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["competence_id"],
            ["competence.id"],
            name=op.f("fk_verification_competence_id_competence"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_verification_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["self_assessment_answer_id"],
            ["self_assessment_answer.id"],
            name=op.f("fk_verification_self_assessment_answer_id_self_assessment_answer"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_member_id"],
            ["staff_member.id"],
            name=op.f("fk_verification_staff_member_id_staff_member"),
        ),
        sa.ForeignKeyConstraint(
            ["verifier_id"],
            ["staff_member.id"],
            name=op.f("fk_verification_verifier_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification")),
        sa.UniqueConstraint("public_id", name=op.f("uq_verification_public_id")),
    )
    with op.batch_alter_table("verification", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_verification_competence_id"), ["competence_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_verification_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_verification_self_assessment_answer_id"),
            ["self_assessment_answer_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_verification_staff_member_id"), ["staff_member_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_verification_verifier_id"), ["verifier_id"], unique=False
        )

    op.create_table(
        "verification_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("verification_id", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "verified",
                "not_yet",
                "withdrawn",
                "for_hr",
                "not_for_hr",
                name="verificationoutcome",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["staff_member.id"], name=op.f("fk_verification_step_by_id_staff_member")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_verification_step_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["verification_id"],
            ["verification.id"],
            name=op.f("fk_verification_step_verification_id_verification"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_step")),
    )
    with op.batch_alter_table("verification_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_verification_step_by_id"), ["by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_verification_step_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_verification_step_verification_id"), ["verification_id"], unique=False
        )
    _guard()


def _guard() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in APPEND_ONLY:
        if sqlite:
            for change in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
                )
            continue
        # The function is there since 0002.
        op.execute(
            f"CREATE TRIGGER {table}_as_it_was BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION keep_as_it_was()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION keep_as_it_was()"
        )


def downgrade() -> None:
    with op.batch_alter_table("verification_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_verification_step_verification_id"))
        batch_op.drop_index(batch_op.f("ix_verification_step_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_verification_step_by_id"))

    op.drop_table("verification_step")
    with op.batch_alter_table("verification", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_verification_verifier_id"))
        batch_op.drop_index(batch_op.f("ix_verification_staff_member_id"))
        batch_op.drop_index(batch_op.f("ix_verification_self_assessment_answer_id"))
        batch_op.drop_index(batch_op.f("ix_verification_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_verification_competence_id"))

    op.drop_table("verification")
    with op.batch_alter_table("survey_count", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_count_organisation_id"))

    op.drop_table("survey_count")
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_answer_survey_question_id"))
        batch_op.drop_index(batch_op.f("ix_survey_answer_organisation_id"))

    op.drop_table("survey_answer")
    with op.batch_alter_table("survey_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_token_survey_round_id"))
        batch_op.drop_index(batch_op.f("ix_survey_token_organisation_unit_id"))
        batch_op.drop_index(batch_op.f("ix_survey_token_organisation_id"))

    op.drop_table("survey_token")
    with op.batch_alter_table("survey_response", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_response_survey_round_id"))
        batch_op.drop_index(batch_op.f("ix_survey_response_staff_member_id"))
        batch_op.drop_index(batch_op.f("ix_survey_response_organisation_unit_id"))
        batch_op.drop_index(batch_op.f("ix_survey_response_organisation_id"))

    op.drop_table("survey_response")
    with op.batch_alter_table("survey_question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_question_survey_round_id"))
        batch_op.drop_index(batch_op.f("ix_survey_question_organisation_id"))

    op.drop_table("survey_question")
    with op.batch_alter_table("survey_invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_invitation_staff_member_id"))
        batch_op.drop_index(batch_op.f("ix_survey_invitation_organisation_unit_id"))
        batch_op.drop_index(batch_op.f("ix_survey_invitation_organisation_id"))

    op.drop_table("survey_invitation")
    with op.batch_alter_table("survey_round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_round_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_survey_round_created_by_id"))

    op.drop_table("survey_round")
