"""One's own alerts, counted for oneself where the trust allows it."""

from datetime import date

from tracker.models import AlertEvent, AlertResponse
from tracker.security.identity import Identity
from tracker.services.alerts import Pseudonyms
from tracker.services.brought_outcomes import ALERTS, could_bring

SECRET = "a secret of the tests, long enough to pass"


def alert(appraisal, organisation, number, **values):
    usual = {
        "fired_on": date(2026, 11, 1),
        "response": AlertResponse.ACCEPTED,
        "staff_pseudonym": Pseudonyms(SECRET, organisation).of(appraisal.appraisee.employee_number),
    }
    return AlertEvent(
        organisation_id=organisation.id,
        source_key=f"alert {number}",
        alert_type="allergy",
        **usual | values,
    )


def test_they_are_counted_in_words_for_half_a_year(db, factories, organisation, today):
    appraisal = factories.Appraisal()
    db.add_all(
        [
            alert(appraisal, organisation, 1, is_true_alert=True),
            alert(
                appraisal,
                organisation,
                2,
                is_true_alert=True,
                response=AlertResponse.OVERRIDDEN,
            ),
            alert(appraisal, organisation, 3),
            alert(appraisal, organisation, 4, fired_on=date(2025, 1, 1)),
            alert(appraisal, organisation, 5, staff_pseudonym="somebody else"),
        ]
    )
    db.flush()
    by = Identity(staff_id=appraisal.appraisee_id, organisation_id=organisation.id)

    def text(secret):
        found = could_bring(db, appraisal, by=by, secret=secret, today=today)
        return next(one.text for one in found if one.kind == ALERTS)

    # Three in the last half-year; two of them audited and right to fire; one of those acted on.
    assert text(SECRET) == (
        "In the last six months I saw 3 alerts. 2 of them were looked at afterwards and were "
        "right to fire. I acted on 1 of those."
    )
    assert text(None) == ""
