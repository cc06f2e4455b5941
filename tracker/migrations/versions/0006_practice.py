"""Practice in spotting alerts: the screens drawn for somebody, and their answers, kept as given."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLE = "practice_answer"
MESSAGE = "this record is kept as it was: add to it, do not change it"


def upgrade() -> None:
    op.create_table(
        "practice_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("organisation_unit_id", sa.Integer(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_practice_form_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_unit_id"],
            ["organisation_unit.id"],
            name=op.f("fk_practice_form_organisation_unit_id_organisation_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_member_id"],
            ["staff_member.id"],
            name=op.f("fk_practice_form_staff_member_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_form")),
        sa.UniqueConstraint("public_id", name=op.f("uq_practice_form_public_id")),
        sa.UniqueConstraint(
            "staff_member_id", "attempt", name=op.f("uq_practice_form_staff_member_id_attempt")
        ),
    )
    with op.batch_alter_table("practice_form", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_practice_form_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_practice_form_organisation_unit_id"),
            ["organisation_unit_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_practice_form_staff_member_id"), ["staff_member_id"], unique=False
        )

    op.create_table(
        "practice_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("practice_form_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("says_action", sa.Boolean(), nullable=False),
        sa.Column("part", sa.String(length=80), nullable=True),
        sa.Column("how_sure", sa.Integer(), nullable=False),
        sa.Column("has_signal", sa.Boolean(), nullable=False),
        sa.Column("is_correct", sa.Boolean(), nullable=False),
        sa.Column("is_first_attempt", sa.Boolean(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_practice_answer_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_form_id"],
            ["practice_form.id"],
            name=op.f("fk_practice_answer_practice_form_id_practice_form"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_answer")),
        sa.UniqueConstraint(
            "practice_form_id",
            "position",
            name=op.f("uq_practice_answer_practice_form_id_position"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_practice_answer_public_id")),
    )
    with op.batch_alter_table("practice_answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_practice_answer_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_practice_answer_organisation_id_answered_on"),
            ["organisation_id", "answered_on"],
            unique=False,
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
    op.drop_table("practice_answer")
    op.drop_table("practice_form")
