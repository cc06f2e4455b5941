"""The reporting lines that HR's supervisors make."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.support.hr_files import PLACES, assignment_row, person_row, staff_rows
from tracker.models import LineSource, ReportingLine


class TestReportingLines:
    def test_a_supervisor_becomes_the_manager(self, db, take_in, manager_of):
        take_in(*PLACES, *staff_rows(1), *staff_rows(2, supervisor=1))

        assert manager_of(2) == (1, LineSource.HR)
        assert db.scalar(select(ReportingLine.starts_on)) == date(2020, 1, 6)

    def test_a_new_supervisor_takes_over_today(self, db, take_in, manager_of, today):
        team = [*staff_rows(1), *staff_rows(3)]
        take_in(*PLACES, *team, *staff_rows(2, supervisor=1))

        take_in(*PLACES, *team, *staff_rows(2, supervisor=3))

        assert manager_of(2) == (3, LineSource.HR)
        old, new = db.scalars(select(ReportingLine).order_by(ReportingLine.id))
        assert (old.ends_on, new.starts_on) == (today - timedelta(days=1), today)

    def test_a_supervisor_who_is_taken_away_manages_no_more(self, take_in, manager_of):
        take_in(*PLACES, *staff_rows(1), *staff_rows(2, supervisor=1))

        change = take_in(*PLACES, *staff_rows(1), *staff_rows(2))

        assert manager_of(2) is None
        assert change.counts["reporting_lines_ended"] == 1

    def test_a_line_set_by_hand_is_not_overwritten(self, take_in, person, manager_of, factories):
        rows = [*PLACES, *staff_rows(1), *staff_rows(2), *staff_rows(3)]
        take_in(*rows)
        factories.ReportingLine(
            staff_member=person(2), manager=person(3), source=LineSource.BY_HAND
        )

        change = take_in(*PLACES, *staff_rows(1), *staff_rows(2, supervisor=1), *staff_rows(3))

        assert manager_of(2) == (3, LineSource.BY_HAND)
        assert change.counts["reporting_lines_kept_by_hand"] == 1

    def test_a_line_set_by_hand_ends_with_its_manager(self, take_in, person, manager_of, factories):
        rows = [*PLACES, *staff_rows(1), *staff_rows(2, supervisor=1)]
        take_in(*rows, *staff_rows(3))
        take_in(*PLACES, *staff_rows(1), *staff_rows(2), *staff_rows(3))
        factories.ReportingLine(
            staff_member=person(2), manager=person(3), source=LineSource.BY_HAND
        )

        take_in(*rows)

        assert manager_of(2) == (1, LineSource.HR)

    def test_a_supervisor_we_do_not_know_is_listed(self, take_in, manager_of, listed):
        change = take_in(*PLACES, *staff_rows(1, supervisor=404))

        assert manager_of(1) is None
        assert change.counts["supervisors_missing"] == 1
        ((_, number, reason),) = listed()
        assert number == "20000001"
        assert "not among the current staff" in reason

    def test_a_supervisor_who_has_left_is_listed(self, take_in, manager_of):
        take_in(*PLACES, *staff_rows(1), *staff_rows(2, supervisor=1))

        change = take_in(*PLACES, *staff_rows(2, supervisor=1))

        assert manager_of(2) is None
        assert change.counts["supervisors_missing"] == 1

    @pytest.mark.parametrize("supervisors", [(1,), (2, 1), (2, 3, 1)])
    def test_supervisors_in_a_circle_are_listed_and_drawn_for_nobody(
        self, take_in, manager_of, listed, supervisors
    ):
        circle = [
            row
            for number, supervisor in enumerate(supervisors, start=1)
            for row in staff_rows(number, supervisor=supervisor)
        ]

        change = take_in(*PLACES, *circle, *staff_rows(9, supervisor=1))

        assert change.counts["supervisor_loops"] == 1
        assert [number for _, number, _ in listed()] == [
            f"{20000000 + number}" for number in range(1, len(supervisors) + 1)
        ]
        assert manager_of(1) is None
        assert manager_of(9) == (1, LineSource.HR)

    def test_a_circle_leaves_the_lines_that_were_there(self, take_in, manager_of):
        take_in(*PLACES, *staff_rows(1), *staff_rows(2, supervisor=1))

        take_in(*PLACES, *staff_rows(1, supervisor=2), *staff_rows(2, supervisor=1))

        assert manager_of(2) == (1, LineSource.HR)
        assert manager_of(1) is None

    def test_the_main_assignment_names_the_manager(self, take_in, manager_of):
        take_in(
            *PLACES,
            *staff_rows(1),
            *staff_rows(3),
            person_row("2", "20000002"),
            assignment_row("201", "2", supervisor="3", c21="No"),
            assignment_row("202", "2", supervisor="1"),
        )

        assert manager_of(2) == (1, LineSource.HR)

    def test_a_starter_to_come_has_a_manager_before_the_first_day(self, take_in, manager_of):
        take_in(
            *PLACES,
            *staff_rows(1),
            person_row("2", "20000002", c2="20270104", c16="20270104"),
            assignment_row("200", "2", supervisor="1", c3="20270104", c5="20270104"),
        )

        assert manager_of(2) == (1, LineSource.HR)
