"""Lets one process at a time do a thing. A process that is gone, however it ended, lets go."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError


@contextmanager
def alone(engine: Engine, name: str) -> Iterator[bool]:
    """Say whether nobody else does what has this name, and keep others from it meanwhile.

    PostgreSQL holds a lock for the connection; beside an SQLite database a file is locked.
    """
    if engine.dialect.name == "postgresql":
        with _in_postgresql(engine, name) as is_ours:
            yield is_ours
        return
    path = beside(engine, name)
    if path is None:
        yield True  # a database in memory is nobody else's
        return
    with _beside_a_file(path) as is_ours:
        yield is_ours


def beside(engine: Engine, name: str) -> Path | None:
    """Give the file with this name beside an SQLite database; none where there is no such."""
    database = engine.url.database
    if engine.dialect.name != "sqlite" or not database or database == ":memory:":
        return None
    return Path(database).with_suffix(f".{name}.lock")


@contextmanager
def _in_postgresql(engine: Engine, name: str) -> Iterator[bool]:
    digest = hashlib.blake2b(f"tracker {name}".encode(), digest_size=8).digest()
    key = int.from_bytes(digest, signed=True)
    # Outside of a transaction, so that no old row has to be kept for it.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        is_ours = bool(connection.scalar(select(func.pg_try_advisory_lock(key))))
        try:
            yield is_ours
        finally:
            if is_ours:
                with suppress(DBAPIError):  # the connection is gone, and the lock with it
                    connection.scalar(select(func.pg_advisory_unlock(key)))


@contextmanager
def _beside_a_file(path: Path) -> Iterator[bool]:
    import fcntl

    with path.open("a") as file:
        is_ours = True
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            is_ours = False
        yield is_ours
