"""Saved reports, what is published of them, and what changed later."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DatabaseError

from tests.conftest import NOW
from tests.support.outcomes import LAST, observe, shares
from tracker.models import (
    AuditEvent,
    AuditKind,
    Every,
    Observation,
    OutboxMessage,
    PublishedReport,
    SavedReport,
)
from tracker.security.identity import Role, System
from tracker.services import saved_reports
from tracker.services.report_text import from_text, to_text
from tracker.services.sealed_checks import check_sealed

TODAY = NOW.date()


@pytest.fixture
def data(db, organisation):
    observe(db, organisation, "alert_recognition", shares(0.4, 0.55, of=600, staff=90))
    observe(db, organisation, "training_completion", shares(0.8, 0.95, of=100))
    return True


@pytest.fixture
def lead(factories, sign_in):
    return sign_in(factories.StaffMember(), Role.QUALITY_LEAD)


@pytest.fixture
def saved(browser, lead, data, factories):
    assert lead
    assert data
    reader = factories.StaffMember(email="chair@example.nhs.uk")
    page = browser.get("/outcomes").click("reports that come out by themselves")
    form = page.forms[1]
    form["name"] = "Board report"
    page = form.submit().follow()
    form = page.forms[2]
    form["email"] = "Chair@example.nhs.uk"
    page = form.submit().follow()
    assert reader.name in page
    return page


@pytest.fixture
def published(saved):
    return saved.forms[1].submit("do").follow()


def kept_report(db):
    return db.scalars(select(PublishedReport)).one()


def test_a_report_is_published_and_its_readers_are_told(published, db):
    assert "One got better: Alerts recognised." in published
    assert "No number in it has changed since." in published
    message = db.scalars(select(OutboxMessage)).one()
    assert message.payload["path"] == f"/outcomes/published/{kept_report(db).public_id}"
    assert "Board" not in json.dumps(message.payload), "no mail holds what somebody wrote"


def test_everybody_here_can_read_it_and_take_it_along(published, browser, sign_in, factories):
    assert published
    sign_in(factories.StaffMember())
    page = browser.get("/outcomes/published").click("Board report")

    assert "Published on 22 November 2026" in page
    assert page.click("PDF").body.startswith(b"%PDF")
    assert page.click("workbook").body.startswith(b"PK")
    assert b"Alerts recognised" in page.click("table").body
    assert page.click("for a program").json["audience"] == "published"
    browser.get(page.request.path + "/report.exe", status=404)
    browser.get("/outcomes/saved", status=404)


def test_it_stays_as_it_was_and_says_what_changed_later(published, browser, db):
    before = browser.get(published.request.path)
    db.execute(
        update(Observation)
        .where(Observation.month == LAST, Observation.denominator == 600)
        .values(numerator=111, recorded_at=NOW + timedelta(days=9999))
    )

    after = browser.get(published.request.path)

    assert "Alerts recognised: October 2026 has another number now." in after
    figures = [page.html.find("figure").find("table").text for page in (before, after)]
    assert figures[0] == figures[1]


@pytest.mark.parametrize(
    "change", ["update published_report set content = ''", "delete from published_report"]
)
def test_the_database_lets_nobody_change_it(published, db, change):
    assert published
    with pytest.raises(DatabaseError, match="kept as it was"), db.begin_nested():
        db.execute(text(change))


def test_what_is_kept_can_be_read_again_word_for_word(published, db):
    assert published
    content = kept_report(db).content

    assert to_text(from_text(content)) == content


def test_a_report_that_was_tampered_with_is_found(published, db):
    assert published
    good = kept_report(db)
    assert check_sealed(db).problems == ()
    db.add(
        PublishedReport(
            organisation_id=good.organisation_id,
            name="Forged",
            first_month=LAST,
            last_month=LAST,
            content=good.content.replace("better", "worse"),
            content_hash=good.content_hash,
        )
    )
    db.add(
        AuditEvent(
            organisation_id=good.organisation_id,
            kind=AuditKind.REPORT_PUBLISHED,
            record="published_report:99999",
            details={},
        )
    )
    db.flush()

    assert {one.what for one in check_sealed(db).problems} == {
        "the text is not what was published",
        "it was published, and is missing",
    }


def test_without_numbers_for_anybody_nothing_is_published(browser, db, organisation, lead):
    assert lead
    observe(db, organisation, "alert_recognition", [(3, 9, 2)] * 36)
    saved_reports.save(db, a_draft(), by=System(organisation_id=organisation.id), now=NOW)
    page = browser.get("/outcomes/saved").click("Monthly")
    page = page.forms[1].submit("do").follow()

    assert "There is nothing to publish" in page
    assert db.scalar(select(func.count(PublishedReport.id))) == 0


def a_draft(**more):
    draft = {"name": "Monthly", "unit": None, "months": 36, "every": "month", "day": 20}
    return saved_reports.SavedDraft(**draft | more)


@pytest.mark.parametrize(
    ("every", "day", "today", "key"),
    [
        (Every.MONTH, 20, date(2026, 11, 22), "2026-11"),
        (Every.MONTH, 20, date(2026, 11, 19), "2026-10"),
        (Every.MONTH, 1, date(2026, 1, 1), "2026-01"),
        (Every.MONTH, 28, date(2026, 1, 27), "2025-12"),
        (Every.QUARTER, 20, date(2026, 11, 22), "2026-10"),
        (Every.QUARTER, 20, date(2026, 10, 19), "2026-07"),
        (Every.QUARTER, 20, date(2026, 1, 19), "2025-10"),
        (Every.NEVER, 20, date(2026, 11, 22), None),
    ],
)
def test_a_schedule_says_which_month_is_due(every, day, today, key):
    assert saved_reports.due_key(SavedReport(every=every, day=day), today) == key


@pytest.mark.usefixtures("data")
def test_what_is_due_is_published_once_however_often_a_worker_looks(db, organisation):
    by = System(organisation_id=organisation.id)
    long_ago = NOW - timedelta(days=90)
    saved = saved_reports.save(db, a_draft(), by=by, now=long_ago)
    saved_reports.save(db, a_draft(name="By hand", every="never"), by=by, now=long_ago)
    saved_reports.save(db, a_draft(name="New, so next month"), by=by, now=NOW)
    db.flush()

    due = saved_reports.due_today(db, organisation.id, today=TODAY)
    assert due == [(saved.public_id, "2026-11")]
    saved_reports.publish_saved(db, saved, by=by, now=NOW, today=TODAY, due_key="2026-11")
    assert saved_reports.due_today(db, organisation.id, today=TODAY) == []
    assert saved_reports.due_today(db, organisation.id, today=date(2026, 12, 20)) != []


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", " ", "Give the report a name"),
        ("day", "31", "Choose a day from 1 to 28"),
        ("day", "x", "Choose a day from 1 to 28"),
        ("unit", "nosuchunit", "Choose a unit from the list"),
    ],
)
def test_what_cannot_be_saved_is_said_at_its_field(browser, lead, field, value, words):
    assert lead
    form = browser.get("/outcomes/saved").forms[1]
    form["name"] = "Board report"
    form[field].force_value(value)

    assert words in form.submit()


def test_a_reader_that_nobody_knows_is_refused_and_one_can_be_dropped(saved):
    form = saved.forms[3]
    form["email"] = "nobody@example.nhs.uk"
    assert "We know nobody with that work email" in form.submit()

    page = saved.forms[2].submit("do").follow()
    assert "Nobody yet." in page
