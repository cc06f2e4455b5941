"""Services that tell what became of their cards."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("service", sa.String(length=80), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=True),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("access_token_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["access_token_id"],
            ["access_token.id"],
            name=op.f("fk_feedback_source_access_token_id_access_token"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_feedback_source_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_source")),
        sa.UniqueConstraint("issuer", "service", name=op.f("uq_feedback_source_issuer_service")),
        sa.UniqueConstraint("public_id", name=op.f("uq_feedback_source_public_id")),
    )
    with op.batch_alter_table("feedback_source", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_feedback_source_access_token_id"), ["access_token_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_feedback_source_organisation_id"), ["organisation_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("feedback_source", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feedback_source_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_feedback_source_access_token_id"))

    op.drop_table("feedback_source")
