"""What a file brings is the same whether it is the first, or compared with what is there."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import aliased

from tests.support import databases
from tests.support.hr_files import (
    PLACES,
    assignment_row,
    person_row,
    staff_rows,
    unit_row,
    write_go,
)
from tracker.db import open_engine, session_for
from tracker.jobs import import_hr
from tracker.models import (
    Assignment,
    LineTrouble,
    OrganisationUnit,
    Post,
    RejectedRecord,
    ReportingLine,
    StaffMember,
)
from tracker.services import roster_fill
from tracker.services.organisations import add_organisation

FREE = import_hr.Choices(most_leavers=None, most_broken=None)
#: Whom a first file of one person brings; in the whole file, nobody is about to change.
ONE = staff_rows(1)
WHOLE = [
    *PLACES,
    unit_row("12", "Ward 3", parent="99", cost_centre="W3"),
    *ONE,
    *(line for number in range(2, 20) for line in staff_rows(number, supervisor=number // 2)),
    # a letter beyond ASCII, more than one dated row, and more than one post
    person_row("30", "20000030", family="Sørensen", c3="20230331"),
    person_row("30", "20000030", family="Sørensen-Hall", c2="20230401"),
    assignment_row("3000", "30", supervisor="2", c4="20230331"),
    assignment_row("3000", "30", supervisor="3", unit="11", c3="20230401"),
    assignment_row("3001", "30", supervisor="4", unit="11", c21="No"),
    # places and people that are not in the file, what is there twice, and a number of another
    *staff_rows(31, unit="77", supervisor=1),
    assignment_row("3101", "31", post="78", supervisor="1", c21="No"),
    assignment_row("3200", "32"),
    *staff_rows(33, supervisor=888),
    *staff_rows(33, supervisor=888),
    person_row("34", "20000033"),
    assignment_row("3400", "34"),
    # in a circle, one's own manager, gone, gone long ago, and yet to come
    *staff_rows(40, supervisor=41),
    *staff_rows(41, supervisor=40),
    *staff_rows(42, supervisor=42),
    *staff_rows(43, supervisor=42, c17="20261231"),
    *staff_rows(44, c17="20210101"),
    *staff_rows(45, supervisor=44, c2="20270101", c16="20270101"),
]


def said_by_hr(model, *but):
    left_out = {"id", "organisation_id", "public_id", *but}
    return [column for column in model.__table__.columns if column.name not in left_out]


def everything(engine):
    """Read all that a file brings, with keys in the place of ids."""
    above, boss = aliased(OrganisationUnit), aliased(StaffMember)
    places = ("staff_member_id", "post_id", "organisation_unit_id")
    questions = {
        "units": select(*said_by_hr(OrganisationUnit, "parent_id"), above.source_key).outerjoin(
            above, above.id == OrganisationUnit.parent_id
        ),
        "posts": select(
            *said_by_hr(Post, "organisation_unit_id"), OrganisationUnit.source_key
        ).outerjoin(OrganisationUnit, OrganisationUnit.id == Post.organisation_unit_id),
        "people": select(*said_by_hr(StaffMember)),
        "assignments": select(
            *said_by_hr(Assignment, *places),
            StaffMember.source_key,
            Post.source_key,
            OrganisationUnit.source_key,
        )
        .join(StaffMember, StaffMember.id == Assignment.staff_member_id)
        .outerjoin(Post, Post.id == Assignment.post_id)
        .outerjoin(OrganisationUnit, OrganisationUnit.id == Assignment.organisation_unit_id),
        "lines": select(
            StaffMember.source_key,
            boss.source_key,
            ReportingLine.source,
            ReportingLine.starts_on,
            ReportingLine.ends_on,
        )
        .join(StaffMember, StaffMember.id == ReportingLine.staff_member_id)
        .join(boss, boss.id == ReportingLine.manager_id),
        "troubles": select(StaffMember.source_key, LineTrouble.kind).join(LineTrouble.staff_member),
        "rejected": select(RejectedRecord.line, RejectedRecord.reason),
    }
    with session_for(engine) as db:
        return {what: sorted(map(str, db.execute(query))) for what, query in questions.items()}


@pytest.mark.parametrize("kind", databases.KINDS)
def test_the_same_is_there_in_the_end(kind, tmp_path, now, monkeypatch):
    monkeypatch.setattr(roster_fill, "FEWEST", 20)
    brought = []
    for before in ([], [[*PLACES, *ONE]]):
        with databases.fresh_database(kind, tmp_path) as url:
            engine = open_engine(url)
            with session_for(engine) as db:
                add_organisation(db, "RXD", "Aldwater", vpd="900")
            for rows in (*before, WHOLE):
                import_hr.run(engine, write_go(tmp_path, rows), now=now, choices=FREE)
            brought.append(everything(engine))
            engine.dispose()

    assert brought[0] == brought[1]
    assert {what: len(rows) for what, rows in brought[0].items()} == {
        "units": 4,
        "posts": 1,
        "people": 27,
        "assignments": 30,
        "lines": 21,
        "troubles": 5,
        "rejected": 12,
    }
