"""HR says of nobody, or of two assignments at once, that they are the main one."""

from sqlalchemy import select

from tests.support.hr_files import PLACES, assignment_row, person_row, staff_rows
from tracker.models import Assignment, LineSource, OrganisationUnit, RejectedRecord
from tracker.services.induction_starts import find_starts

LATER = {"unit": "11", "supervisor": "8", "c3": "20261102", "c5": "20261102", "c25": ".2"}


def people(*, is_primary, main_since="20200106"):
    """Write one with two assignments. A small one began this month; the main one may be changed."""
    number = 1 if is_primary else 2
    said = {"c21": "Yes" if is_primary else "No"}
    main = {"supervisor": "9", "c3": main_since, **said}
    key = str(number)
    return [
        person_row(key, f"{20000000 + number}"),
        assignment_row(f"{number}01", key, **LATER | said),
        assignment_row(f"{number}00", key, **main),
    ]


def test_the_one_with_the_most_hours_is_the_main_one(db, take_in, manager_of, organisation, today):
    bosses = [*PLACES, *staff_rows(8), *staff_rows(9)]

    take_in(*bosses, *people(is_primary=True), *people(is_primary=False))

    main = db.execute(
        select(Assignment.source_key, OrganisationUnit.name)
        .join(OrganisationUnit, OrganisationUnit.id == Assignment.organisation_unit_id)
        .where(Assignment.is_primary, Assignment.source_key.in_(["100", "101", "200", "201"]))
        .order_by(Assignment.source_key)
    ).all()
    assert main == [("100", "Ward 1"), ("200", "Ward 1")]
    assert manager_of(1) == manager_of(2) == (9, LineSource.HR)
    assert find_starts(db, organisation.id, today=today) == []
    assert "more than one main assignment" in db.scalars(select(RejectedRecord.reason)).one()

    # its hours changed since: it is the main one still
    again = take_in(
        *bosses,
        *people(is_primary=True, main_since="20261110"),
        *people(is_primary=False, main_since="20261110"),
    )

    assert again.movers == ()
    assert manager_of(1) == manager_of(2) == (9, LineSource.HR)
