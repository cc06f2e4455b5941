"""What an HR file does to the trust's staff, posts, units and reporting lines."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from integrations.hr.esr import open_full_file
from tests.support.hr_files import assignment_row, person_row, post_row, unit_row, write_go
from tracker.models import (
    Assignment,
    ImportRun,
    LineSource,
    OrganisationUnit,
    Post,
    RejectedRecord,
    ReportingLine,
    StaffMember,
)
from tracker.services import import_runs
from tracker.services.roster import apply_records
from tracker.services.roster_people import TooManyLeaversError


def staff_rows(number, *, supervisor="", unit="10", **person):
    """Write one person with one assignment; the key is the number."""
    key = str(number)
    return [
        person_row(key, f"{20000000 + number}", **person),
        assignment_row(f"{key}00", key, supervisor=str(supervisor), unit=unit),
    ]


def _table_written(statement):
    """Name the table that a statement writes to, if any."""
    verb, *rest = statement.split()[:3]
    return {"UPDATE": rest[0], "INSERT": rest[-1], "DELETE": rest[-1]}.get(verb)


PLACES = [
    unit_row("1", "Aldwater", cost_centre="T"),
    unit_row("10", "Ward 1", parent="1", cost_centre="W1"),
    unit_row("11", "Ward 2", parent="1", cost_centre="W2"),
    post_row(),
]


@pytest.fixture
def take_in(db, organisation, tmp_path, now):
    """Apply the rows as a full file, and give what changed."""

    def take_in(*rows, most_leavers=None):
        run = import_runs.begin_run(db, organisation.id, kind="hr", file_name="GO.DAT", now=now)
        feed = open_full_file(write_go(tmp_path, rows), organisation_vpd="900")
        return apply_records(db, feed.records, run=run, today=now.date(), most_leavers=most_leavers)

    return take_in


@pytest.fixture
def written(db):
    """Every statement that the database is sent, with the number of rows that it changed."""
    statements = []

    def note(_connection, cursor, statement, *_):
        statements.append((statement, cursor.rowcount))

    engine = db.connection().engine
    event.listen(engine, "after_cursor_execute", note)
    yield statements
    event.remove(engine, "after_cursor_execute", note)


@pytest.fixture
def person(db):
    def person(number):
        return db.scalar(
            select(StaffMember).where(StaffMember.employee_number == f"{20000000 + number}")
        )

    return person


@pytest.fixture
def manager_of(db, person, today):
    """Give the number of somebody's manager today, and who says so."""

    def manager_of(number):
        lines = db.scalars(
            select(ReportingLine).where(ReportingLine.staff_member_id == person(number).id)
        )
        current = [
            (int(line.manager.employee_number) - 20000000, line.source)
            for line in lines
            if line.is_current(today)
        ]
        assert len(current) <= 1
        return current[0] if current else None

    return manager_of


@pytest.fixture
def listed(db):
    """Give the lines of the last run that were not used, or not wholly."""

    def listed():
        last = db.scalar(select(ImportRun.id).order_by(ImportRun.id.desc()).limit(1))
        return db.execute(
            select(RejectedRecord.line, RejectedRecord.employee_number, RejectedRecord.reason)
            .where(RejectedRecord.import_run_id == last)
            .order_by(RejectedRecord.line)
        ).all()

    return listed


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

        with pytest.raises(TooManyLeaversError, match=r"of the 20 current staff.*--allow-leavers"):
            take_in(*PLACES, *left, most_leavers=0.1)
        assert db.scalars(select(StaffMember).where(StaffMember.left_on.is_not(None))).all() == []


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


def test_the_number_of_queries_does_not_grow_with_the_staff(take_in, written):
    def queries_for(people):
        rows = [row for number in people for row in staff_rows(number, supervisor=2)]
        written.clear()
        take_in(*PLACES, *rows)
        return len(written)

    queries_for(range(1, 4))
    assert queries_for(range(1, 9)) == queries_for(range(1, 300))
