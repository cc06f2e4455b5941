"""Who writes and reads a framework, what they say, and that published words stay as they are."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MESSAGE = "this record is kept as it was: add to it, do not change it"
FROZEN = "('published', 'retiring', 'retired')"
#: whether the version that a row belongs to may no longer be changed
IS_FROZEN = {
    "domain": f"""
        EXISTS (SELECT 1 FROM framework
                WHERE framework.id = OLD.framework_id AND framework.state IN {FROZEN})
    """,  # noqa: S608 - names of our own
    "competence": f"""
        EXISTS (SELECT 1 FROM framework JOIN domain ON domain.framework_id = framework.id
                WHERE domain.id = OLD.domain_id AND framework.state IN {FROZEN})
    """,  # noqa: S608 - names of our own
    "level_descriptor": f"""
        EXISTS (SELECT 1 FROM framework JOIN domain ON domain.framework_id = framework.id
                JOIN competence ON competence.domain_id = domain.id
                WHERE competence.id = OLD.competence_id AND framework.state IN {FROZEN})
    """,  # noqa: S608 - names of our own
}
TABLES = (
    "framework_comment",
    "competence_origin",
    "framework_upload",
    "framework_step",
    "framework_review",
    "framework_author",
)


def upgrade() -> None:
    _writing()
    _reading()
    _guard()


def _writing() -> None:
    op.create_table(
        "framework_author",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("framework_id", sa.Integer(), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["framework_id"],
            ["framework.id"],
            name=op.f("fk_framework_author_framework_id_framework"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_framework_author_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_member_id"],
            ["staff_member.id"],
            name=op.f("fk_framework_author_staff_member_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework_author")),
        sa.UniqueConstraint(
            "framework_id",
            "staff_member_id",
            name=op.f("uq_framework_author_framework_id_staff_member_id"),
        ),
    )
    with op.batch_alter_table("framework_author", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_framework_author_framework_id"), ["framework_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_framework_author_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_framework_author_staff_member_id"), ["staff_member_id"], unique=False
        )

    op.create_table(
        "framework_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("framework_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "answer",
            sa.Enum("agrees", "asks_for_change", name="reviewanswer", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by_id"],
            ["staff_member.id"],
            name=op.f("fk_framework_review_asked_by_id_staff_member"),
        ),
        sa.ForeignKeyConstraint(
            ["framework_id"],
            ["framework.id"],
            name=op.f("fk_framework_review_framework_id_framework"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_framework_review_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"],
            ["staff_member.id"],
            name=op.f("fk_framework_review_reviewer_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework_review")),
    )
    with op.batch_alter_table("framework_review", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_framework_review_asked_by_id"), ["asked_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_framework_review_framework_id"), ["framework_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_framework_review_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_framework_review_reviewer_id"), ["reviewer_id"], unique=False
        )

    op.create_table(
        "framework_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("framework_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "in_review",
                "published",
                "retiring",
                "retired",
                name="frameworkstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["staff_member.id"], name=op.f("fk_framework_step_by_id_staff_member")
        ),
        sa.ForeignKeyConstraint(
            ["framework_id"],
            ["framework.id"],
            name=op.f("fk_framework_step_framework_id_framework"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_framework_step_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework_step")),
    )
    with op.batch_alter_table("framework_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_framework_step_by_id"), ["by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_framework_step_framework_id"), ["framework_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_framework_step_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "framework_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_framework_upload_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"],
            ["staff_member.id"],
            name=op.f("fk_framework_upload_uploaded_by_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework_upload")),
        sa.UniqueConstraint("public_id", name=op.f("uq_framework_upload_public_id")),
    )
    with op.batch_alter_table("framework_upload", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_framework_upload_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_framework_upload_uploaded_at"), ["uploaded_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_framework_upload_uploaded_by_id"), ["uploaded_by_id"], unique=False
        )


def _reading() -> None:
    op.create_table(
        "competence_origin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("competence_id", sa.Integer(), nullable=False),
        sa.Column("predecessor_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "kept",
                "renamed",
                "split",
                "merged",
                "changed",
                name="originkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["competence_id"],
            ["competence.id"],
            name=op.f("fk_competence_origin_competence_id_competence"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_competence_origin_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["predecessor_id"],
            ["competence.id"],
            name=op.f("fk_competence_origin_predecessor_id_competence"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competence_origin")),
        sa.UniqueConstraint(
            "competence_id",
            "predecessor_id",
            name=op.f("uq_competence_origin_competence_id_predecessor_id"),
        ),
    )
    with op.batch_alter_table("competence_origin", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_competence_origin_competence_id"), ["competence_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_competence_origin_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_competence_origin_predecessor_id"), ["predecessor_id"], unique=False
        )

    op.create_table(
        "framework_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("framework_id", sa.Integer(), nullable=False),
        sa.Column("competence_id", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["staff_member.id"],
            name=op.f("fk_framework_comment_author_id_staff_member"),
        ),
        sa.ForeignKeyConstraint(
            ["competence_id"],
            ["competence.id"],
            name=op.f("fk_framework_comment_competence_id_competence"),
        ),
        sa.ForeignKeyConstraint(
            ["framework_id"],
            ["framework.id"],
            name=op.f("fk_framework_comment_framework_id_framework"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_framework_comment_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["framework_comment.id"],
            name=op.f("fk_framework_comment_parent_id_framework_comment"),
        ),
        sa.ForeignKeyConstraint(
            ["resolved_by_id"],
            ["staff_member.id"],
            name=op.f("fk_framework_comment_resolved_by_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework_comment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_framework_comment_public_id")),
    )
    with op.batch_alter_table("framework_comment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_framework_comment_author_id"), ["author_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_framework_comment_competence_id"), ["competence_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_framework_comment_framework_id"), ["framework_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_framework_comment_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_framework_comment_parent_id"), ["parent_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_framework_comment_resolved_by_id"), ["resolved_by_id"], unique=False
        )


def _guard() -> None:
    """Keep the steps, and the words of what was published, as they were."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER framework_step_no_{change.lower()} BEFORE {change} "
                f"ON framework_step BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )
            for table, is_frozen in IS_FROZEN.items():
                op.execute(
                    f"CREATE TRIGGER {table}_frozen_{change.lower()} BEFORE {change} ON {table} "
                    f"WHEN {is_frozen} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
                )
        return
    # The function keep_as_it_was is there since 0002.
    op.execute(
        "CREATE TRIGGER framework_step_as_it_was BEFORE UPDATE OR DELETE ON framework_step "
        "FOR EACH ROW EXECUTE FUNCTION keep_as_it_was()"
    )
    for table, is_frozen in IS_FROZEN.items():
        op.execute(
            f"CREATE FUNCTION keep_published_{table}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {is_frozen} THEN RAISE EXCEPTION '{MESSAGE}'; END IF; "
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION keep_published_{table}()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in IS_FROZEN:
            op.execute(f"DROP TRIGGER {table}_frozen_update")
            op.execute(f"DROP TRIGGER {table}_frozen_delete")
    else:
        for table in IS_FROZEN:
            op.execute(f"DROP TRIGGER {table}_frozen ON {table}")
            op.execute(f"DROP FUNCTION keep_published_{table}")
    for table in TABLES:
        op.drop_table(table)
