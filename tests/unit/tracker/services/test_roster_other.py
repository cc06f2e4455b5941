"""A trust whose staff come from another HR system than before: nobody is somebody else for it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.hr_files import (
    PLACES,
    assignment_row,
    person_row,
    post_row,
    staff_rows,
    unit_row,
)
from tracker.models import EntryKind, Induction, LineSource, OrganisationUnit, StaffMember
from tracker.security.identity import Identity
from tracker.services.induction_begin import begin_inductions
from tracker.services.returners import suggestions
from tracker.services.roster_other import OtherSystemError

NAMES = ("Abara", "Bond", "Chen", "Dale", "Eze", "Frost", "Grey", "Hill", "Iqbal", "Jones")
#: the same trust in another system: its units and posts have other keys, one its old code
ELSEWHERE = [
    unit_row("T9", "Aldwater", cost_centre="OTHER"),
    unit_row("50", "Ward One", parent="T9", cost_centre="W1"),
    unit_row("10", "ward 2", parent="T9", cost_centre="B2"),
    post_row("1", unit="50"),
]


def person_of(number):
    return {"family": NAMES[number], "given": f"G{number}", "c15": f"N{number}"}


def before():
    return [
        row
        for number in range(10)
        for row in staff_rows(number, supervisor=9 if number < 9 else "", **person_of(number))
    ]


def elsewhere(number, key, employee_number, *, unit="50", boss="x9", **changed):
    told = {**person_of(number), "c35": f"P{number}@Aldwater.example", **changed}
    return [
        person_row(key, employee_number, **told),
        assignment_row(f"9{number}", key, unit=unit, post="1", supervisor=boss),
    ]


def after():
    """Nine of the ten and one more. Keys of the one system are other people's in the other."""
    return [
        *(row for n in range(5) for row in elsewhere(n, f"{n + 1}", f"{20000000 + n}")),
        *elsewhere(5, "x5", "A5"),  # another number, the same NHS Unique ID
        *elsewhere(6, "x6", "A6", c15=""),  # the same mail and name
        *elsewhere(7, "x7", "A7", c15="", c35="p8@aldwater.example"),  # another's mail
        *elsewhere(8, "x8", "20000008", c15="OTHER", c35=""),  # another NHS Unique ID
        *elsewhere(9, "x9", "20000009", boss=""),
        *elsewhere(0, "y", "A99", family="New", given="Ned", c15="", c35=""),
    ]


@pytest.fixture
def staff(db):
    def staff():
        return {
            one.id: one for one in db.scalars(select(StaffMember).order_by(StaffMember.id)).all()
        }

    return staff


@pytest.fixture
def ids(take_in, staff):
    take_in(*PLACES, *before())
    return {person.family_name: key for key, person in staff().items()}


def test_it_asks_and_then_everybody_stays_who_they_are(
    db, take_in, ids, staff, organisation, today
):
    with pytest.raises(OtherSystemError) as asked, db.begin_nested():
        take_in(*ELSEWHERE, *after(), most_leavers=0.1)

    for words in (
        "looks like another HR system",
        "6 are known by employee number, 1 by NHS Unique ID and 1 by work email",
        "2 of your staff are not in the file",
        "3 in it are not known",
    ):
        assert words in str(asked.value)
    take_in(*ELSEWHERE, *after())

    now = {person.family_name: key for key, person in staff().items()}
    assert now.pop("Hill") != ids.pop("Hill")  # two records; an administrator may make them one
    assert {name: now[name] for name in ids} == ids
    by = Identity(staff_id=ids["Jones"], organisation_id=organisation.id)
    assert [(one.new.family_name, one.why) for one in suggestions(db, by=by, today=today)] == [
        ("Hill", "The same name")
    ]
    numbers = {one.family_name: one.employee_number for one in staff().values()}
    assert (numbers["Frost"], numbers["Grey"], numbers["Abara"]) == ("A5", "A6", "20000000")


def test_nobody_moves_or_begins_anew_for_it(
    db, take_in, ids, staff, manager_of, listed, organisation, factories, today
):
    wards = dict(db.execute(select(OrganisationUnit.name, OrganisationUnit.id)).all())
    mover = factories.Induction(
        staff_member=staff()[ids["Bond"]],
        manager=staff()[ids["Jones"]],
        line=False,
        kind=EntryKind.MOVED,
        starts_on=today - timedelta(days=20),
        assignment_key="100",
    )
    db.flush()

    change = take_in(*ELSEWHERE, *after())

    assert (change.movers, change.starters) == ((), ())
    assert db.get_one(OrganisationUnit, wards["Ward 1"]).name == "Ward One"
    assert db.get_one(OrganisationUnit, wards["Ward 2"]).source_key == "10"
    assert manager_of(1) == (9, LineSource.HR)
    begin_inductions(db, organisation, today=today)
    assert [one.id for one in db.scalars(select(Induction))] == [mover.id]
    assert mover.is_under_way
    assert any("belongs to somebody else" in line[2] for line in listed())
    # the next night, it is the usual system
    again = take_in(*ELSEWHERE, *after(), most_leavers=0.1)
    assert again.counts["staff_changed"] == again.counts["assignments_changed"] == 0
