"""Keys that other systems come in with; only their hashes are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLE = "access_token"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("token_hash", sa.String(80), nullable=False),
        sa.Column("former_hash", sa.String(80), nullable=True),
        sa.Column("former_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("staff_member_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["staff_member_id"], ["staff_member.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("public_id"),
        sa.UniqueConstraint("token_hash"),
        sa.UniqueConstraint("former_hash"),
    )
    op.create_index(op.f("ix_access_token_organisation_id"), TABLE, ["organisation_id"])
    op.create_index(op.f("ix_access_token_staff_member_id"), TABLE, ["staff_member_id"])
    op.create_index(
        op.f("ix_access_token_organisation_id_purpose"), TABLE, ["organisation_id", "purpose"]
    )


def downgrade() -> None:
    op.drop_table(TABLE)
