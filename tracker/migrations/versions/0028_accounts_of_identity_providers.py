"""Accounts and groups that identity providers tell us of."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scim_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("access_token_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("name_key", sa.String(300), nullable=False),
        sa.Column("external_id", sa.String(300), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["access_token_id"], ["access_token.id"]),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("access_token_id", "name_key"),
        sa.UniqueConstraint("public_id"),
    )
    op.create_index(
        op.f("ix_scim_group_access_token_id_external_id"),
        "scim_group",
        ["access_token_id", "external_id"],
    )
    op.create_index(op.f("ix_scim_group_organisation_id"), "scim_group", ["organisation_id"])

    op.create_table(
        "scim_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("access_token_id", sa.Integer(), nullable=False),
        sa.Column("user_name_key", sa.String(300), nullable=False),
        sa.Column("external_id", sa.String(300), nullable=True),
        sa.Column("manager_public_id", sa.String(300), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["access_token_id"], ["access_token.id"]),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["staff_member_id"], ["staff_member.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("access_token_id", "user_name_key"),
        sa.UniqueConstraint("public_id"),
        sa.UniqueConstraint("staff_member_id"),
    )
    op.create_index(
        op.f("ix_scim_user_access_token_id_external_id"),
        "scim_user",
        ["access_token_id", "external_id"],
    )
    op.create_index(
        op.f("ix_scim_user_access_token_id_manager_public_id"),
        "scim_user",
        ["access_token_id", "manager_public_id"],
    )
    op.create_index(op.f("ix_scim_user_organisation_id"), "scim_user", ["organisation_id"])

    op.create_table(
        "scim_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("scim_group_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(80), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["scim_group_id"], ["scim_group.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("scim_group_id", "value"),
    )
    op.create_index(op.f("ix_scim_member_organisation_id"), "scim_member", ["organisation_id"])
    op.create_index(op.f("ix_scim_member_scim_group_id"), "scim_member", ["scim_group_id"])
    op.create_index(op.f("ix_scim_member_value"), "scim_member", ["value"])


def downgrade() -> None:

    op.drop_table("scim_member")

    op.drop_table("scim_user")

    op.drop_table("scim_group")
