"""Staff in post from HR's records: people, not posts, and only of months that we know."""

from datetime import UTC, date, datetime

from sqlalchemy import select

from tracker.models import ImportRun, Observation, RunState
from tracker.services.staff_counts import count_staff

TODAY, NOW = date(2026, 11, 22), datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def counts(db):
    rows = db.execute(
        select(Observation.organisation_unit_id, Observation.month, Observation.numerator)
    )
    return {(unit, month.month): number for unit, month, number in rows}


def test_people_are_counted_once_at_each_level_and_anew_when_hr_puts_them_right(
    db, factories, organisation
):
    above = factories.OrganisationUnit()
    one, other = (factories.OrganisationUnit(parent_id=above.id) for _ in range(2))
    both, leaver = factories.StaffMember(), factories.StaffMember(left_on=date(2026, 10, 15))
    since = {"effective_from": date(2026, 1, 1), "effective_to": None}
    factories.Assignment(staff_member=both, organisation_unit=one, **since)
    factories.Assignment(staff_member=both, organisation_unit=other, **since)
    gone = factories.Assignment(staff_member=leaver, organisation_unit=one, **since)
    assert count_staff(db, organisation, today=TODAY, now=NOW).added == 0  # no file of HR yet
    db.add(
        ImportRun(
            organisation_id=organisation.id,
            kind="hr",
            file_name="x",
            state=RunState.APPLIED,
            started_at=datetime(2026, 9, 10, tzinfo=UTC),
            ended_at=datetime(2026, 9, 10, tzinfo=UTC),
            counts={},
        )
    )
    db.flush()

    count_staff(db, organisation, today=TODAY, now=NOW)

    assert counts(db) == {
        (one.id, 9): 2,
        (other.id, 9): 1,
        (above.id, 9): 2,
        (None, 9): 2,
        (one.id, 10): 1,
        (other.id, 10): 1,
        (above.id, 10): 1,
        (None, 10): 1,
    }
    gone.ended_on = date(2026, 9, 1)  # a month later HR says that they had left before
    assert count_staff(db, organisation, today=TODAY, now=NOW).restated == 3
    assert counts(db)[None, 9] == 1
