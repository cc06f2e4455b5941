"""Who starts, moves and leaves by an HR file."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from integrations.hr.records import RejectedRecord
from tests.support.hr_files import PLACES, assignment_row, person_row, staff_rows
from tracker.models import StaffMember
from tracker.services.roster import TooManyWithoutPlaceError
from tracker.services.roster_people import TooManyLeaversError


class TestStartersMoversAndLeavers:
    @pytest.mark.parametrize(
        ("days", "is_starter"), [(-400, False), (-29, False), (-28, True), (0, True), (30, True)]
    )
    def test_whoever_is_first_met_near_the_hire_date_is_a_starter(
        self, take_in, person, today, days, is_starter
    ):
        hired = f"{today + timedelta(days=days):%Y%m%d}"

        change = take_in(*PLACES, person_row("1", "20000001", c2=hired, c16=hired))

        assert change.starters == ((person(1).id,) if is_starter else ())

    def test_nobody_is_a_starter_twice(self, take_in, today):
        row = person_row("1", "20000001", c16=f"{today:%Y%m%d}")

        assert len(take_in(*PLACES, row).starters) == 1
        assert take_in(*PLACES, row).starters == ()

    def test_a_leaver_has_a_leaving_date_and_is_kept(self, take_in, person):
        take_in(*PLACES, *staff_rows(1))

        change = take_in(*PLACES, person_row("1", "20000001", c17="20261101"))

        assert person(1).left_on == date(2026, 11, 1)
        assert change.leavers == (person(1).id,)

    def test_somebody_absent_from_a_full_file_has_left(self, take_in, person, today):
        take_in(*PLACES, *staff_rows(1), *staff_rows(2))

        change = take_in(*PLACES, *staff_rows(1))

        assert person(2).has_left(today)
        assert change.leavers == (person(2).id,)

    def test_somebody_whose_row_was_rejected_has_not_left(self, take_in, person, today):
        take_in(*PLACES, *staff_rows(1), *staff_rows(2))

        change = take_in(
            *PLACES,
            person_row("1", "20000001", family=""),
            assignment_row("200", "2", unit="10"),
        )

        assert change.leavers == ()
        assert not person(1).has_left(today)
        assert not person(2).has_left(today)

    @pytest.mark.parametrize("says_yes", [False, True])
    def test_where_a_line_may_be_anybodys_somebody_looks_first(self, take_in, person, says_yes):
        everybody = [row for number in range(1, 12) for row in staff_rows(number)]
        take_in(*PLACES, *everybody)
        unread = [RejectedRecord(line=9, reason="x", employee_number=None, may_be_anybody=True)]

        take_in(*PLACES, *everybody, most_leavers=0.1, unread=unread)  # nobody is missing
        if says_yes:
            change = take_in(*PLACES, *everybody[:-2], unread=unread)
            assert change.leavers == (person(11).id,)
            return
        with pytest.raises(TooManyLeaversError, match=r"1 line cannot be read .* 1 of the current"):
            take_in(*PLACES, *everybody[:-2], most_leavers=0.1, unread=unread)

    def test_somebody_with_a_leaving_date_to_come_has_not_left_yet(self, take_in, person, today):
        change = take_in(*PLACES, person_row("1", "20000001", c17="20261231"))

        assert change.leavers == ()
        assert not person(1).has_left(today)

    def test_whoever_left_before_we_knew_them_is_not_taken_in(self, db, take_in, listed):
        change = take_in(*PLACES, person_row("1", "20000001", c17="20240101"), assignment_row())

        assert db.scalars(select(StaffMember)).all() == []
        assert change.counts["staff_left_long_ago"] == 1
        assert listed() == []

    def test_somebody_who_comes_back_is_a_returner(self, take_in, person, today):
        take_in(*PLACES, *staff_rows(1), *staff_rows(2))
        take_in(*PLACES, *staff_rows(2))

        change = take_in(*PLACES, *staff_rows(1), *staff_rows(2))

        assert change.returners == (person(1).id,)
        assert not person(1).has_left(today)

    def test_whoever_changes_ward_is_a_mover(self, take_in, person):
        take_in(*PLACES, *staff_rows(1), *staff_rows(2))

        change = take_in(*PLACES, *staff_rows(1, unit="11"), *staff_rows(2))

        assert change.movers == (person(1).id,)

    @pytest.mark.parametrize(("staying", "stops"), [(18, False), (17, True), (0, True)])
    def test_a_file_without_a_tenth_of_the_staff_stops_and_asks(self, take_in, db, staying, stops):
        everybody = [row for number in range(1, 21) for row in staff_rows(number)]
        take_in(*PLACES, *everybody)
        left = everybody[: 2 * staying]

        if not stops:
            assert len(take_in(*PLACES, *left, most_leavers=0.1).leavers) == 2
            return

        with pytest.raises(
            TooManyLeaversError, match=r"none of the 20|of the 20 current staff.*--allow-leavers"
        ):
            take_in(*PLACES, *left, most_leavers=0.1)
        assert db.scalars(select(StaffMember).where(StaffMember.left_on.is_not(None))).all() == []

    def test_a_file_of_nobody_is_refused_whatever_was_allowed(self, db, take_in):
        take_in(*PLACES, *staff_rows(1), *staff_rows(2))

        with pytest.raises(TooManyLeaversError, match="names none of the 2 current staff"):
            take_in(*PLACES, most_leavers=None)
        assert db.scalars(select(StaffMember).where(StaffMember.left_on.is_not(None))).all() == []

    def test_a_file_without_its_assignments_stops_and_asks(self, take_in):
        everybody = [row for number in range(1, 21) for row in staff_rows(number)]
        take_in(*PLACES, *everybody)
        people = [row for row in everybody if row.startswith("PRA")]

        with pytest.raises(TooManyWithoutPlaceError, match=r"20 of 20 current staff without"):
            take_in(*PLACES, *people, most_leavers=0.1)

    def test_a_file_without_its_assignments_is_taken_in_when_that_is_right(self, take_in):
        take_in(*PLACES, *staff_rows(1))

        assert take_in(*PLACES, staff_rows(1)[0]).counts["assignments_removed"] == 1
