"""What is added to a sealed record, signing without agreeing with all, disposal by schedule."""

import sqlalchemy as sa
from alembic import op

from tracker.migrations.guards import (
    guard,
    let_disposals_through,
    let_nothing_through,
    unguard,
)
from tracker.models.base import UTCDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

#: what migrations 0002 and 0006 guard
GUARDED = (
    "sealed_record",
    "appraisal_step",
    "goal_progress",
    "self_assessment_answer",
    "audit_event",
    "practice_answer",
)


def upgrade() -> None:
    op.add_column(
        "signature", sa.Column("agrees", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.add_column("sealed_record", sa.Column("signatures_hash", sa.String(80), nullable=True))
    op.create_table(
        "addendum",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("sealed_record_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(40), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("proof", sa.String(80), nullable=False),
        sa.Column("added_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("previous_hash", sa.String(80), nullable=False),
        sa.Column("content_hash", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["staff_member.id"]),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["sealed_record_id"], ["sealed_record.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sealed_record_id", "previous_hash"),
    )
    for column in ("author_id", "organisation_id", "sealed_record_id"):
        op.create_index(op.f(f"ix_addendum_{column}"), "addendum", [column])
    op.create_table(
        "disposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("schedule", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("began_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_disposal_organisation_id"), "disposal", ["organisation_id"])
    let_disposals_through(GUARDED)
    guard("addendum")


def downgrade() -> None:
    unguard("addendum")
    let_nothing_through(GUARDED)
    op.drop_table("disposal")
    op.drop_table("addendum")
    op.drop_column("sealed_record", "signatures_hash")
    op.drop_column("signature", "agrees")
