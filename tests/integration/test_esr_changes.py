"""Files of changes: in order, once each, without a gap; deletions; rows that begin later."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.support import databases
from tests.support.hr_files import (
    assignment_row,
    person_row,
    post_row,
    row,
    staff_rows,
    unit_row,
    write_go,
)
from tracker.db import open_engine, session_for
from tracker.jobs import import_hr
from tracker.models import Assignment, ImportRun, RejectedRecord, RunState, StaffMember
from tracker.security.identity import Identity
from tracker.services.esr_order import (
    AlreadyTakenError,
    MissingFilesError,
    NoFullFileYetError,
)
from tracker.services.line_disputes import LineDraft, set_line
from tracker.services.organisations import add_organisation
from tracker.services.reporting import who_manages
from tracker.services.roster import TooManyWithoutPlaceError

WHOLE = [unit_row(), post_row(), *staff_rows(1), *staff_rows(2, supervisor=1), *staff_rows(3)]


@pytest.fixture(params=databases.KINDS)
def engine(request, tmp_path):
    with databases.fresh_database(request.param, tmp_path) as url:
        engine = open_engine(url)
        with session_for(engine) as db:
            add_organisation(db, "RXD", "Aldwater", vpd="900")
        yield engine
        engine.dispose()


@pytest.fixture
def take_in(engine, tmp_path, now):
    def take_in(*rows, days=0, **ends):
        return import_hr.run(
            engine,
            write_go(tmp_path, rows, **ends),
            now=now + timedelta(days=days),
            choices=import_hr.Choices(most_leavers=0.5),
        )

    return take_in


def changes(take_in, *rows, number=5, since="20261101", made="20261102", **more):
    return take_in(*rows, kind="GOC", sequence=number, since=since, made=made, **more)


@pytest.fixture
def seen(engine):
    def seen(question):
        with session_for(engine) as db:
            return db.execute(question).all()

    return seen


def test_changes_follow_each_other_and_nothing_else_is_touched(take_in, seen):
    take_in(*WHOLE)
    done = changes(take_in, *staff_rows(4), person_row("2", "20000002", family="Married"))

    assert done.counts["staff_added"] == 1
    assert done.counts["staff_changed"] == 1
    assert done.counts["leavers"] == 0
    names = dict(seen(select(StaffMember.source_key, StaffMember.family_name)))
    assert names == {"1": "Hughes", "2": "Married", "3": "Hughes", "4": "Hughes"}
    again = changes(take_in, *staff_rows(5), number=6, since="20261102", made="20261103")
    assert again.counts["staff_added"] == 1


@pytest.mark.parametrize(
    ("ends", "error", "said"),
    [
        (
            {"since": "20261102", "made": "20261103", "number": 7},
            MissingFilesError,
            "number 00000006",
        ),
        (
            {"since": "20261102", "made": "20261103", "number": 8},
            MissingFilesError,
            "00000006 to 00000007",
        ),
        (
            {"since": "20261103", "made": "20261104", "number": 6},
            MissingFilesError,
            "tracker hr request",
        ),
        ({}, AlreadyTakenError, "was taken in before"),
        ({"since": "20261031", "made": "20261101", "number": 4}, AlreadyTakenError, "nothing was"),
    ],
)
def test_out_of_order_twice_or_with_a_gap_nothing_is_changed(take_in, seen, ends, error, said):
    take_in(*WHOLE)
    changes(take_in, *staff_rows(4))

    with pytest.raises(error, match=said):
        changes(take_in, *staff_rows(9), **ends)

    assert seen(select(func.count(StaffMember.id))) == [(4,)]
    assert seen(select(ImportRun.state).order_by(ImportRun.id.desc()).limit(1)) == [
        (RunState.REFUSED,)
    ]


def test_the_share_without_a_place_is_one_of_all_staff_not_of_those_in_the_file(take_in, seen):
    take_in(*WHOLE)

    done = changes(take_in, "ASD~200")

    assert done.counts["assignments_removed"] == 1
    assert seen(select(func.count(Assignment.id))) == [(2,)]
    with pytest.raises(TooManyWithoutPlaceError, match="2 of 3 current staff"):
        changes(take_in, "ASD~100", "ASD~300", number=6, since="20261102", made="20261103")


def test_changes_before_any_full_file_are_refused(take_in):
    with pytest.raises(NoFullFileYetError, match="full file first"):
        changes(take_in, *staff_rows(1))


def test_what_hr_deletes_goes_and_what_is_unknown_is_listed(take_in, seen, now):
    take_in(*WHOLE, assignment_row("101", "1", c21="No"))
    done = changes(
        take_in,
        row(("ASD", 2), {1: "101"}),
        row(("PRD", 2), {1: "3"}),
        row(("PRD", 2), {1: "404"}),
        row(("LCD", 2), {1: "7"}),
        row(("CMD", 2), {1: "7"}),
    )

    assert done.counts["leavers"] == 1
    assert seen(select(Assignment.source_key).where(Assignment.source_key == "101")) == []
    ((left_on,),) = seen(select(StaffMember.left_on).where(StaffMember.source_key == "3"))
    assert left_on == now.date() - timedelta(days=1)
    ((line, reason),) = seen(select(RejectedRecord.line, RejectedRecord.reason))
    assert line == 4
    assert "not known here" in reason


def test_a_row_that_begins_later_holds_from_its_day(take_in, seen):
    take_in(*WHOLE)
    later = person_row("2", "20000002", family="Later", c2="20261125")
    changes(take_in, later)
    assert seen(select(StaffMember.family_name).where(StaffMember.source_key == "2")) == [
        ("Hughes",)
    ]

    changes(take_in, number=6, since="20261102", made="20261103", days=5)

    assert seen(select(StaffMember.family_name).where(StaffMember.source_key == "2")) == [
        ("Later",)
    ]


def test_a_supervisor_who_comes_later_is_drawn_then(take_in, engine, seen, now):
    take_in(*WHOLE, *staff_rows(5, supervisor=6))
    done = changes(take_in, *staff_rows(6))

    assert done.counts["reporting_lines_added"] == 1
    with session_for(engine) as db:
        (organisation_id,) = seen(select(ImportRun.organisation_id).limit(1))[0]
        ids = dict(db.execute(select(StaffMember.source_key, StaffMember.id)).all())
        managed = who_manages(db, organisation_id, today=now.date())
        assert managed[ids["5"]].manager_id == ids["6"]


def test_a_circle_that_changes_make_is_not_drawn(take_in):
    take_in(*WHOLE)

    done = changes(take_in, *staff_rows(1, supervisor=2))

    assert done.counts["supervisor_loops"] == 1
    assert done.counts["reporting_lines_added"] == 0


def test_who_had_a_manager_by_hand_that_left_has_hrs_again(engine, take_in, now):
    take_in(*WHOLE)
    with session_for(engine) as db:
        staff = {one.source_key: one for one in db.scalars(select(StaffMember))}
        by = Identity(staff_id=staff["1"].id, organisation_id=staff["1"].organisation_id)
        draft = LineDraft(
            manager_email=staff["3"].email or "", starts_on=now.date(), reason="HR is wrong"
        )
        set_line(db, staff["2"], draft, by=by, today=now.date())

    changes(take_in, row(("PRD", 2), {1: "3"}), row(("ASD", 2), {1: "300"}))

    with session_for(engine) as db:
        lines = who_manages(db, 1, today=now.date())
        managers = {db.get_one(StaffMember, line.manager_id).source_key for line in lines.values()}
    assert managers == {"1"}
