"""Accounts of the directory, how far it was read, and what its groups give."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def _table(name: str, *columns: sa.schema.SchemaItem, unique: tuple[str, ...]) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "organisation_id", sa.Integer(), sa.ForeignKey("organisation.id"), nullable=False
        ),
        *columns,
        sa.UniqueConstraint("organisation_id", *unique),
    )
    op.create_index(op.f(f"ix_{name}_organisation_id"), name, ["organisation_id"])


def _text(name: str, length: int = 300, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    _table(
        "directory_account",
        _text("key"),
        _text("username"),
        _text("display_name", nullable=True),
        _text("employee_number", nullable=True),
        _text("email", nullable=True),
        _text("nhs_unique_id", nullable=True),
        _text("state", 80),
        sa.Column("staff_member_id", sa.Integer(), sa.ForeignKey("staff_member.id")),
        _text("matched_by", 80, nullable=True),
        _moment("first_seen_at"),
        _moment("gone_at", nullable=True),
        unique=("key",),
    )
    for columns in (["staff_member_id"], ["organisation_id", "staff_member_id"]):
        name = op.f("ix_directory_account_" + "_".join(columns))
        op.create_index(name, "directory_account", columns)
    _table(
        "directory_mark",
        _text("server"),
        _text("position", 80),
        _moment("read_at"),
        _moment("full_at", nullable=True),
        unique=("server",),
    )
    _table(
        "directory_role",
        _text("group_name"),
        _text("role", 80),
        _moment("added_at"),
        unique=("group_name", "role"),
    )


def downgrade() -> None:
    for name in ("directory_role", "directory_mark", "directory_account"):
        op.drop_table(name)
