"""Opens database sessions: one a request, tied to its transaction; one a job."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import zope.sqlalchemy
from pyramid_retry import IRetryableError
from sqlalchemy import Engine, ExceptionContext, create_engine, event
from sqlalchemy.orm import Session, sessionmaker
from zope.interface import alsoProvides
from zope.sqlalchemy.datamanager import STATUS_CHANGED

if TYPE_CHECKING:
    from pyramid.config import Configurator


def open_engine(url: str) -> Engine:
    """Give an engine for SQLite (in WAL mode) or PostgreSQL, with the habits that we rely on."""
    engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"), hide_parameters=True)
    _quote_nothing(engine)
    if engine.dialect.name == "sqlite":
        _teach_sqlite(engine)
    return engine


def _quote_nothing(engine: Engine) -> None:
    """Keep what was being written, such as names and notes, out of errors and so out of logs."""

    @event.listens_for(engine, "handle_error")
    def on_error(context: ExceptionContext) -> None:
        for error in (context.original_exception, context.sqlalchemy_exception):
            if error is not None:
                # PostgreSQL adds the whole row that it refused.
                error.args = tuple(
                    part.partition("\nDETAIL:")[0] if isinstance(part, str) else part
                    for part in error.args
                )


def _teach_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's own
        # The driver's own BEGIN comes too late for savepoints and reads: we send it ourselves.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "foreign_keys = ON",
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "busy_timeout = 5000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:  # noqa: ANN401
        kind = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {kind}")

    @event.listens_for(engine, "handle_error")
    def on_error(context: ExceptionContext) -> None:
        # Two writers met: the request is tried again from its start.
        error = context.sqlalchemy_exception
        if error is not None and "database is locked" in str(context.original_exception):
            alsoProvides(error, IRetryableError)


@contextmanager
def session_for(engine: Engine) -> Iterator[Session]:
    """Open a session for a job or a command: committed at the end, undone by an error."""
    with Session(engine.execution_options(sqlite_begin="IMMEDIATE")) as db, db.begin():
        yield db


@contextmanager
def brief_session(request: Any) -> Iterator[Session]:  # noqa: ANN401 - Pyramid ships no types
    """Open a short transaction of its own, and let go of the request's, which has written nothing.

    For a request that waits for another system: nobody else may wait for the database meanwhile,
    and what is written here stays written, whatever comes of the request. What the request had
    loaded before has to be loaded again.
    """
    shared: Session | None = request.environ.get("tracker.db")  # tests only
    if shared is not None:
        yield shared
        shared.flush()
        return
    if request.__dict__.pop("db", None) is not None:
        request.tm.abort()
        request.tm.begin()
    with session_for(request.registry["db.engine"]) as db:
        yield db


def includeme(config: "Configurator") -> None:
    settings = config.get_settings()
    settings["tm.manager_hook"] = "pyramid_tm.explicit_manager"
    config.include("pyramid_retry")
    config.include("pyramid_tm")

    engine = open_engine(settings["sqlalchemy.url"])
    config.registry["db.engine"] = engine
    open_sessions = sessionmaker(engine)

    def open_session(request: Any) -> Session:  # noqa: ANN401 - Pyramid ships no types
        shared: Session | None = request.environ.get("tracker.db")  # tests only
        if shared is not None:
            return shared
        session = open_sessions()
        # STATUS_CHANGED: always commit. The default silently rolls back a request
        # whose only writes were Core statements (zope.sqlalchemy issue 88).
        zope.sqlalchemy.register(
            session, transaction_manager=request.tm, initial_state=STATUS_CHANGED
        )
        if request.method not in {"GET", "HEAD"} or request.environ.get("retry.attempt"):
            # A writer takes its turn at once, rather than fail half-way on SQLite. So does a
            # reader who is tried again: it met another while it noted its look.
            session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
        request.add_finished_callback(lambda _request: session.close())
        return session

    config.registry["db.open_session"] = open_session
