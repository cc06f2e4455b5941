"""Whether the service can do its work."""

from sqlalchemy import text
from sqlalchemy.orm import Session


def ask_database(db: Session) -> None:
    """Ask the database anything at all.

    :raises sqlalchemy.exc.OperationalError: when it does not answer.
    """
    db.execute(text("SELECT 1"))
