"""The text behind a signature, and the key that tells one form sent twice from two."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The default is for rows that are there already; a signature always brings its text.
    op.add_column("signature", sa.Column("content", sa.Text(), nullable=False, server_default=""))
    op.add_column("goal", sa.Column("form_key", sa.String(80), nullable=True))
    op.create_index("uq_goal_form", "goal", ["staff_member_id", "form_key"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_goal_form", "goal")
    op.drop_column("goal", "form_key")
    op.drop_column("signature", "content")
