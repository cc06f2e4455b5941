"""An import run gets the name by which its page is called."""

import sqlalchemy as sa
from alembic import op

from tracker.models.base import new_public_id

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("import_run") as batch_op:
        batch_op.add_column(sa.Column("public_id", sa.String(length=20), nullable=True))
    runs = sa.table("import_run", sa.column("id"), sa.column("public_id"))
    connection = op.get_bind()
    ids = list(connection.scalars(sa.select(runs.c.id)))
    if ids:
        connection.execute(
            sa.update(runs)
            .where(runs.c.id == sa.bindparam("run_id"))
            .values(public_id=sa.bindparam("name")),
            [{"run_id": run_id, "name": new_public_id()} for run_id in ids],
        )
    with op.batch_alter_table("import_run") as batch_op:
        batch_op.alter_column("public_id", existing_type=sa.String(length=20), nullable=False)
        batch_op.create_unique_constraint("uq_import_run_public_id", ["public_id"])


def downgrade() -> None:
    with op.batch_alter_table("import_run") as batch_op:
        batch_op.drop_constraint("uq_import_run_public_id", type_="unique")
        batch_op.drop_column("public_id")
