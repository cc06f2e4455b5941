"""Practice: sums with each form, the template of each answer, trainers' templates, difficulty."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

SUMS = {
    "hits": "a.has_signal AND a.says_action",
    "misses": "a.has_signal AND NOT a.says_action",
    "false_alarms": "NOT a.has_signal AND a.says_action",
    "correct_rejections": "NOT a.has_signal AND NOT a.says_action",
    "sure": "a.how_sure = 4",
    "sure_and_wrong": "a.how_sure = 4 AND NOT a.is_correct",
}


def upgrade() -> None:
    # Columns are added, not tables made anew: the answers point here, and keep their triggers.
    op.add_column("practice_form", sa.Column("begun_on", sa.Date(), nullable=True))
    op.add_column("practice_form", sa.Column("staff_group", sa.String(length=300), nullable=True))
    op.add_column("practice_form", sa.Column("started_on", sa.Date(), nullable=True))
    for name in SUMS:
        op.add_column(
            "practice_form", sa.Column(name, sa.Integer(), server_default="0", nullable=False)
        )
    op.add_column("practice_answer", sa.Column("template_key", sa.String(length=80), nullable=True))
    sums = ", ".join(
        f"{name} = (SELECT count(*) FROM practice_answer a "  # noqa: S608 - our own words
        f"WHERE a.practice_form_id = practice_form.id AND {which})"
        for name, which in SUMS.items()
    )
    day = "CAST(begun_at AS DATE)" if op.get_bind().dialect.name != "sqlite" else "date(begun_at)"
    op.execute(f"UPDATE practice_form SET begun_on = {day}, {sums}")  # noqa: S608
    op.create_index(
        op.f("ix_practice_form_organisation_id_attempt_begun_on"),
        "practice_form",
        ["organisation_id", "attempt", "begun_on"],
    )
    _templates()
    op.create_table(
        "practice_difficulty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("template_key", sa.String(length=80), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("staff", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_practice_difficulty_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_difficulty")),
        sa.UniqueConstraint(
            "organisation_id",
            "template_key",
            name=op.f("uq_practice_difficulty_organisation_id_template_key"),
        ),
    )
    op.create_index(
        op.f("ix_practice_difficulty_organisation_id"), "practice_difficulty", ["organisation_id"]
    )


def _templates() -> None:
    state = sa.Enum(
        "draft",
        "tried",
        "in_use",
        "retired",
        name="templatestate",
        native_enum=False,
        length=40,
    )
    op.create_table(
        "practice_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_practice_template_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["staff_member.id"],
            name=op.f("fk_practice_template_author_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_template")),
        sa.UniqueConstraint(
            "organisation_id",
            "key",
            "version",
            name=op.f("uq_practice_template_organisation_id_key_version"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_practice_template_public_id")),
    )
    for column in ("organisation_id", "author_id"):
        op.create_index(op.f(f"ix_practice_template_{column}"), "practice_template", [column])


def downgrade() -> None:
    op.drop_table("practice_difficulty")
    op.drop_table("practice_template")
    op.drop_index(op.f("ix_practice_form_organisation_id_attempt_begun_on"), "practice_form")
    op.drop_column("practice_answer", "template_key")
    for name in (*SUMS, "started_on", "staff_group", "begun_on"):
        op.drop_column("practice_form", name)
