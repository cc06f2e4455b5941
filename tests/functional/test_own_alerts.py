"""The page of one's own alerts: one's own, and nobody else's."""

from dataclasses import replace

import pytest

from tests.conftest import NOW
from tracker.models import AlertEvent, AlertResponse
from tracker.security.identity import Role
from tracker.services.alerts import Pseudonyms


@pytest.fixture
def nurse(db, app, organisation, factories, monkeypatch):
    person = factories.StaffMember()
    settings = replace(app.registry["tracker.settings"], own_alerts=True)
    monkeypatch.setitem(app.registry, "tracker.settings", settings)
    secret = settings.secret
    for number in range(3):
        db.add(
            AlertEvent(
                organisation_id=organisation.id,
                source_key=f"a{number}",
                staff_pseudonym=Pseudonyms(secret, organisation).of(person.employee_number),
                alert_type="sepsis",
                fired_on=NOW.date(),
                response=AlertResponse.ACCEPTED,
                is_true_alert=True if number else None,
            )
        )
    db.flush()
    return person


def test_somebody_reads_of_their_own_alerts(browser, sign_in, nurse):
    sign_in(nurse)
    page = browser.get("/practice").click("Your alerts")

    assert "In the last six months I saw 3 alerts." in page
    assert "I acted on 2 of those." in page
    assert "Talk about it, if you like" in page


def test_nobody_else_reads_of_them_whatever_they_ask(browser, sign_in, nurse, factories):
    sign_in(factories.StaffMember(), *Role)

    for query in ("", f"?person={nurse.public_id}", f"?staff_id={nurse.public_id}", "?id=1"):
        assert "We hold nothing about your alerts at work" in browser.get(f"/your-alerts{query}")
