"""People who signed in at a provider can prove there who they are, to sign."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "held_proof",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "organisation_id", sa.Integer(), sa.ForeignKey("organisation.id"), nullable=False
        ),
        sa.Column("public_id", sa.String(length=20), nullable=False, unique=True),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column(
            "staff_member_id", sa.Integer(), sa.ForeignKey("staff_member.id"), nullable=False
        ),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("about", sa.String(length=300), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_held_proof_organisation_id", "held_proof", ["organisation_id"])
    op.create_index("ix_held_proof_staff_member_id", "held_proof", ["staff_member_id"])
    op.create_index("ix_held_proof_session_id_path", "held_proof", ["session_id", "path"])


def downgrade() -> None:
    op.drop_table("held_proof")
