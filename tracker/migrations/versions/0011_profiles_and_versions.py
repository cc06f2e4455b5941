"""Versions of frameworks have days and names in addresses; profiles may be for a post."""

import sqlalchemy as sa
from alembic import op

from tracker.models.base import new_public_id

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NAMED = ("framework", "domain", "competence", "role_profile")
EDITED = ("domain", "competence", "role_profile")


def upgrade() -> None:
    for table in NAMED:
        _name(table)
    for table in EDITED:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(
                sa.Column("edition", sa.Integer(), nullable=False, server_default="1")
            )
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column("edition", existing_type=sa.Integer(), server_default=None)
    with op.batch_alter_table("framework") as batch_op:
        batch_op.add_column(sa.Column("published_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("retires_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("replaced_by_id", sa.Integer(), nullable=True))
        batch_op.create_index("ix_framework_replaced_by_id", ["replaced_by_id"])
        batch_op.create_foreign_key(
            "fk_framework_replaced_by_id_framework", "framework", ["replaced_by_id"], ["id"]
        )
    with op.batch_alter_table("role_profile") as batch_op:
        batch_op.add_column(sa.Column("post_title", sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column("post_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("minimum_optional", sa.Integer(), nullable=True))
        batch_op.create_index("ix_role_profile_post_id", ["post_id"])
        batch_op.create_foreign_key("fk_role_profile_post_id_post", "post", ["post_id"], ["id"])


def _name(table: str) -> None:
    """Give each row the name by which its page is called."""
    with op.batch_alter_table(table) as batch_op:
        batch_op.add_column(sa.Column("public_id", sa.String(length=20), nullable=True))
    rows = sa.table(table, sa.column("id"), sa.column("public_id"))
    connection = op.get_bind()
    ids = list(connection.scalars(sa.select(rows.c.id)))
    if ids:
        connection.execute(
            sa.update(rows)
            .where(rows.c.id == sa.bindparam("row_id"))
            .values(public_id=sa.bindparam("name")),
            [{"row_id": row_id, "name": new_public_id()} for row_id in ids],
        )
    with op.batch_alter_table(table) as batch_op:
        batch_op.alter_column("public_id", existing_type=sa.String(length=20), nullable=False)
        batch_op.create_unique_constraint(f"uq_{table}_public_id", ["public_id"])


def downgrade() -> None:
    with op.batch_alter_table("role_profile") as batch_op:
        batch_op.drop_constraint("fk_role_profile_post_id_post", type_="foreignkey")
        batch_op.drop_index("ix_role_profile_post_id")
        for column in ("minimum_optional", "post_id", "post_title"):
            batch_op.drop_column(column)
    with op.batch_alter_table("framework") as batch_op:
        batch_op.drop_constraint("fk_framework_replaced_by_id_framework", type_="foreignkey")
        batch_op.drop_index("ix_framework_replaced_by_id")
        for column in ("replaced_by_id", "retires_on", "published_on"):
            batch_op.drop_column(column)
    for table in EDITED:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("edition")
    for table in NAMED:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(f"uq_{table}_public_id", type_="unique")
            batch_op.drop_column("public_id")
