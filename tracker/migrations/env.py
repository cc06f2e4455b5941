"""Alembic's way in. Reads the same .ini as the app, or uses the connection it is handed."""

from typing import Any, Literal

from alembic import context
from pyramid.paster import get_appsettings
from sqlalchemy import Connection

from tracker.db import open_engine
from tracker.models import Base
from tracker.models.base import UTCDateTime


def plain_types(kind: str, item: Any, _context: Any) -> str | Literal[False]:  # noqa: ANN401 - Alembic's
    """Write our moments as what the database keeps, so that old migrations need no code of ours."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=plain_types,
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    engine = open_engine(get_appsettings(context.config.config_file_name)["sqlalchemy.url"])
    with engine.begin() as connection:
        migrate(connection)
