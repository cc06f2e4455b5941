"""A test that asks for a new database never meets what another left in it."""

import pytest
from sqlalchemy import create_engine, text

from tests.support import databases
from tracker.db import open_engine, session_for
from tracker.services.organisations import add_organisation

pytestmark = pytest.mark.skipif("postgresql" not in databases.KINDS, reason="needs PostgreSQL")

STATE = """
SELECT (SELECT json_agg(s ORDER BY s.sequencename) FROM pg_sequences s)::text,
       (SELECT version_num FROM alembic_version),
       (SELECT count(*) FROM organisation),
       (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace)
"""


def state_of(url):
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(text(STATE)).one()
    engine.dispose()
    return found


def use(tmp_path, statement=None):
    """Write into a new database, and leave somebody connected to it."""
    with databases.fresh_database("postgresql", tmp_path) as url:
        before = state_of(url)
        engine = open_engine(url)
        with session_for(engine) as db:
            add_organisation(db, "RXD", "Aldwater")
        left_open = engine.connect()
        if statement:
            left_open.execute(text(statement))
            left_open.commit()
        left_open.execute(text("LOCK TABLE organisation"))
    with pytest.raises(Exception, match=r"terminat|closed"):
        left_open.execute(text("SELECT 1"))
    engine.dispose()
    return url, before


def test_one_that_was_used_is_as_new(tmp_path):
    first, new = use(tmp_path)

    assert use(tmp_path) == (first, new)


def test_one_that_was_built_differently_is_not_used_again(tmp_path):
    first, new = use(tmp_path, "CREATE TABLE more (id int)")

    second, as_new = use(tmp_path)

    assert second != first
    assert as_new == new
