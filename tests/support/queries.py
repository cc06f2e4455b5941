"""Counts the statements that a piece of work sends to the database."""

from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import event


@dataclass
class Queries:
    statements: list[str] = field(default_factory=list)

    @property
    def number(self):
        return len(self.statements)


@contextmanager
def count_queries(db):
    """Count what goes over the session's connection; savepoints are not questions."""
    queries = Queries()
    connection = db.connection()

    def note(_connection, _cursor, statement, *_):
        if not statement.startswith(("SAVEPOINT", "RELEASE")):
            queries.statements.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield queries
    finally:
        event.remove(connection, "before_cursor_execute", note)
