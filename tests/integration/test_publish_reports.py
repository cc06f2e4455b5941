"""The night job that publishes what is due: once, however often and by however many it is run."""

from datetime import date, timedelta
from threading import Thread

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.support import databases
from tests.support.outcomes import observe, shares
from tracker.db import open_engine, session_for
from tracker.jobs import publish_reports
from tracker.models import PublishedReport
from tracker.security.identity import System
from tracker.services import saved_reports
from tracker.services.organisations import add_organisation, find_organisation

TODAY = NOW.date()
DONE = {"reports published": 1, "reports without numbers": 0}
NOTHING = {"reports published": 0, "reports without numbers": 0}


@pytest.fixture(params=databases.KINDS)
def trust(request, tmp_path):
    """An engine and an organisation with a report of its own that has been due since Friday."""
    with databases.fresh_database(request.param, tmp_path) as url:
        engine = open_engine(url)
        with session_for(engine) as db:
            add_organisation(db, "RF4", "A Trust")
            organisation = find_organisation(db, "RF4")
            observe(db, organisation, "alert_recognition", shares(0.4, 0.55, of=600, staff=90))
            draft = saved_reports.SavedDraft(
                name="Monthly", unit=None, months=36, every="month", day=20
            )
            by = System(organisation_id=organisation.id)
            saved_reports.save(db, draft, by=by, now=NOW - timedelta(days=90))
            found = engine, organisation.id
        yield found
        engine.dispose()


def publish(trust, today=TODAY):
    return dict(publish_reports.work(*trust, today=today, now=NOW))


def how_many(trust):
    with session_for(trust[0]) as db:
        return db.scalar(select(func.count(PublishedReport.id)))


def test_what_is_due_is_published_and_twice_is_once(trust):
    assert publish(trust) == DONE
    assert publish(trust) == NOTHING
    assert publish(trust, date(2026, 12, 19)) == NOTHING
    assert publish(trust, date(2026, 12, 20)) == DONE
    assert how_many(trust) == 2


def test_two_workers_in_one_night_publish_it_once(trust):
    workers = [Thread(target=publish, args=(trust,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert how_many(trust) == 1
