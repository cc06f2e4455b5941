"""What an HR file does to the trust's units, posts and staff."""

from datetime import date

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
from tracker.models import Assignment, OrganisationUnit, Post, StaffMember


def _table_written(statement):
    """Name the table that a statement writes to, if any."""
    verb, *rest = statement.split()[:3]
    return {"UPDATE": rest[0], "INSERT": rest[-1], "DELETE": rest[-1]}.get(verb)


@pytest.mark.parametrize("make", [unit_row, post_row, person_row, assignment_row])
def test_a_repeated_id_with_the_same_start_is_used_once(take_in, listed, make):
    rows = [*PLACES, *staff_rows(1)]
    again = {unit_row: make(), post_row: make(), person_row: make("1", "20000001")}.get(make)

    take_in(*rows, again or assignment_row("100", "1"))

    (told,) = listed()
    assert "was already in the file with the same start date" in told.reason
    assert told.line == len(rows) + 2


class TestUnitsAndPosts:
    def test_units_make_a_tree_whatever_their_order(self, db, take_in):
        change = take_in(*reversed(PLACES[:3]))

        ward = db.scalar(select(OrganisationUnit).where(OrganisationUnit.code == "W1"))
        assert (ward.name, ward.parent.name, ward.parent.parent) == ("Ward 1", "Aldwater", None)
        assert change.counts["units_added"] == 3
        assert change.counts["units_changed"] == 0

    def test_a_unit_that_moved_has_its_new_parent(self, db, take_in):
        take_in(*PLACES)

        change = take_in(*PLACES[:2], unit_row("11", "Ward 2", parent="10", cost_centre="W2"))

        ward = db.scalar(select(OrganisationUnit).where(OrganisationUnit.code == "W2"))
        assert ward.parent.code == "W1"
        assert change.counts["units_changed"] == 1

    def test_units_that_are_their_own_ancestors_have_no_parent_and_are_listed(
        self, db, take_in, listed
    ):
        take_in(
            unit_row("1", "A", parent="2", cost_centre="A"),
            unit_row("2", "B", parent="1", cost_centre="B"),
            unit_row("3", "C", parent="3", cost_centre="C"),
            unit_row("4", "D", parent="3", cost_centre="D"),
        )

        parents = dict(db.execute(select(OrganisationUnit.code, OrganisationUnit.parent_id)).all())
        assert [code for code in "ABC" if parents[code] is None] == ["A", "B", "C"]
        assert parents["D"] is not None
        assert [line for line, _, _ in listed()] == [2, 3, 4]

    def test_a_unit_with_a_new_key_is_known_by_its_code(self, db, take_in):
        take_in(unit_row("10", "Ward 1", cost_centre="W1"))

        change = take_in(unit_row("77", "Ward One", cost_centre="W1"))

        (ward,) = db.scalars(select(OrganisationUnit))
        assert (ward.source_key, ward.name) == ("77", "Ward One")
        assert change.counts["units_changed"] == 1

    def test_the_row_that_holds_today_is_the_one_used(self, db, take_in):
        take_in(
            unit_row("1", "Future", c4="20300101"),
            unit_row("1", "Past", c4="20000101", c5="20191231"),
            unit_row("1", "Now", c4="20200101", c5="20291231"),
        )

        assert db.scalars(select(OrganisationUnit.name)).all() == ["Now"]

    def test_posts_belong_to_their_units(self, db, take_in):
        take_in(*PLACES)

        post = db.scalar(select(Post))
        assert (post.title, post.organisation_unit.name) == ("Staff Nurse", "Ward 1")


class TestStaff:
    def test_a_file_brings_staff_with_their_dated_assignments(self, db, take_in, person):
        take_in(
            *PLACES,
            person_row("1", "20000001", family="O'Neill", given="Zoë"),
            assignment_row(c4="20240331", unit="11"),
            assignment_row(c3="20240401", unit="10"),
        )

        assert person(1).name == "Zoë O'Neill"
        rows = db.scalars(select(Assignment).order_by(Assignment.effective_from)).all()
        assert [(row.effective_from, row.organisation_unit.name) for row in rows] == [
            (date(2020, 1, 6), "Ward 2"),
            (date(2024, 4, 1), "Ward 1"),
        ]
        assert rows[0].post.title == "Staff Nurse"

    def test_the_same_file_again_changes_nothing(self, take_in, written):
        rows = [*PLACES, *staff_rows(1), *staff_rows(2, supervisor=1), *staff_rows(3, supervisor=9)]
        take_in(*rows)
        written.clear()

        change = take_in(*rows)

        assert change.is_empty
        assert change.counts["staff_unchanged"] == 3
        assert change.counts["reporting_lines_unchanged"] == 1
        ours = {"organisation_unit", "post", "staff_member", "assignment", "reporting_line"}
        changed = [
            statement
            for statement, count in written
            if count > 0 and _table_written(statement) in ours
        ]
        assert changed == []

    def test_a_change_of_name_is_taken_over(self, take_in, person):
        take_in(*PLACES, *staff_rows(1, family="Hughes"))

        change = take_in(*PLACES, *staff_rows(1, family="Hughes-Jones"))

        assert person(1).family_name == "Hughes-Jones"
        assert change.counts["staff_changed"] == 1

    def test_a_person_with_a_new_key_is_known_by_the_employee_number(self, db, take_in, person):
        take_in(*PLACES, *staff_rows(1))

        take_in(*PLACES, person_row("900", "20000001"), assignment_row(person="900"))

        assert db.scalars(select(StaffMember.source_key)).all() == ["900"]
        assert db.scalar(select(Assignment.staff_member_id)) == person(1).id

    def test_two_people_with_one_employee_number_are_not_made_one(self, db, take_in, listed):
        take_in(*PLACES, person_row("1", "20000001"), person_row("2", "20000001"))

        assert db.scalars(select(StaffMember.source_key)).all() == ["1"]
        assert [(number, line) for line, number, _ in listed()] == [("20000001", 7)]

    def test_a_number_that_another_person_has_is_not_taken_over(self, take_in, person, listed):
        take_in(*PLACES, *staff_rows(1), *staff_rows(2))

        take_in(*PLACES, person_row("1", "20000002"), person_row("2", "20000002"))

        assert person(1).source_key == "1"
        assert person(2).source_key == "2"
        assert "belongs to somebody else" in listed()[0].reason

    def test_an_assignment_that_hr_dated_anew_is_not_there_twice(self, db, take_in):
        take_in(*PLACES, *staff_rows(1))

        change = take_in(*PLACES, person_row("1", "20000001"), assignment_row("100", c3="20210101"))

        assert db.scalars(select(Assignment.effective_from)).all() == [date(2021, 1, 1)]
        assert change.counts["assignments_removed"] == 1

    def test_an_assignment_stays_while_something_of_that_persons_is_rejected(self, db, take_in):
        take_in(*PLACES, *staff_rows(1))

        take_in(*PLACES, person_row("1", "20000001"), assignment_row("100", c25="lots"))

        assert db.scalars(select(Assignment.effective_from)).all() == [date(2020, 1, 6)]

    def test_an_assignment_that_is_said_to_be_an_unknown_persons_is_left_as_it_was(
        self, db, take_in
    ):
        take_in(*PLACES, *staff_rows(1))

        take_in(*PLACES, staff_rows(1)[0], assignment_row("100", "1O"))

        assert db.scalar(select(Assignment.source_key)) == "100"

    def test_an_assignment_of_nobody_is_rejected(self, db, take_in, listed):
        take_in(*PLACES, assignment_row(person="404"))

        assert db.scalars(select(Assignment)).all() == []
        assert "person of this assignment was not taken" in listed()[0].reason

    @pytest.mark.parametrize(
        ("changed", "what"), [({"unit": "404"}, "unit"), ({"post": "404"}, "post")]
    )
    def test_an_unknown_place_is_left_out_and_listed(self, db, take_in, listed, changed, what):
        take_in(*PLACES, person_row("1", "20000001"), assignment_row(**changed))

        assert db.scalar(select(Assignment.id)) is not None
        ((_, number, reason),) = listed()
        assert number == "20000001"
        assert f"not its {'organisation ' if what == 'unit' else ''}{what}" in reason

    def test_another_organisations_staff_are_not_touched(self, take_in, factories, db):
        other = factories.Organisation()
        stranger = factories.StaffMember(
            organisation_id=other.id, source_key="1", employee_number="20000001"
        )

        take_in(*PLACES, *staff_rows(1, family="Ours"), *staff_rows(2))

        db.refresh(stranger)
        assert stranger.family_name != "Ours"
        assert stranger.left_on is None


def test_the_number_of_queries_does_not_grow_with_the_staff(take_in, written):
    def queries_for(people):
        rows = [row for number in people for row in staff_rows(number, supervisor=2)]
        written.clear()
        take_in(*PLACES, *rows)
        # PostgreSQL is asked to look at tables anew where it knows little of them: now and then.
        return sum(not one.startswith(("ANALYZE", "SET LOCAL")) for one, _ in written)

    queries_for(range(1, 4))
    assert queries_for(range(1, 9)) == queries_for(range(1, 300))
