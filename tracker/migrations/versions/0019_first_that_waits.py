"""The first message that waits is found without sorting all that wait."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_outbox_message_state_not_before", "outbox_message")
    op.create_index("ix_outbox_message_state_id", "outbox_message", ["state", "id"])


def downgrade() -> None:
    op.drop_index("ix_outbox_message_state_id", "outbox_message")
    op.create_index("ix_outbox_message_state_not_before", "outbox_message", ["state", "not_before"])
