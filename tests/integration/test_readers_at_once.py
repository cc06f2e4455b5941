"""Readers write too: that they looked. On SQLite two of them may meet."""

import sqlite3

import pytest
import transaction
from pyramid.interfaces import ITweens

from tests.support import databases
from tracker import main


@pytest.fixture
def url(tmp_path):
    with databases.fresh_database("sqlite", tmp_path) as url:
        yield url


@pytest.mark.parametrize(("attempt", "waits"), [(0, True), (1, False)])
def test_a_reader_who_met_another_takes_a_turn_the_second_time(url, attempt, waits):
    app = main(None, **{"sqlalchemy.url": url, "tracker.secret": "x" * 40})
    request = app.request_factory.blank("/team", environ={"retry.attempt": attempt})
    request.tm = transaction.TransactionManager(explicit=True)
    request.tm.begin()
    session = app.registry["db.open_session"](request)

    other = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=0, isolation_level=None)
    if waits:
        other.execute("BEGIN IMMEDIATE")
        other.rollback()
    else:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")

    other.close()
    request.tm.abort()
    session.close()
    app.registry["db.engine"].dispose()


def test_a_document_is_drawn_when_nobody_waits_for_the_database_any_more():
    app = main(None, **{"sqlalchemy.url": "sqlite://", "tracker.secret": "x" * 40})

    around = [name for name, _ in app.registry.getUtility(ITweens).implicit()]

    assert around.index("tracker.tweens.kindly_failing") < around.index("tracker.tweens.drawn")
    assert around.index("tracker.tweens.drawn") < around.index("pyramid_tm.tm_tween_factory")
