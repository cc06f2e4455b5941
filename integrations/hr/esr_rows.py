"""Turns one row of an ESR Generic Outbound file into a record.

Each function picks its columns by place and passes over the rest, so that what is sensitive
(birth date, sex, ethnicity, disability, national insurance number, pay) is never kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from integrations.hr.fields import (
    FieldError,
    check_order,
    read_fte,
    read_key,
    read_needed,
    read_needed_plain_date,
    read_optional,
    read_optional_key,
    read_plain_date,
    read_text,
    read_yes,
)
from integrations.hr.records import (
    AssignmentRecord,
    OrganisationUnitRecord,
    PersonRecord,
    PostRecord,
)

Row = Sequence[str]
Record = OrganisationUnitRecord | PostRecord | PersonRecord | AssignmentRecord

# The two published readers of this file disagree by one column, and ESR adds spare ones.
MOST_SPARES = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """How many columns a record type has, and how to read it."""

    name: str
    columns: int
    read: Callable[[Row, int], Record | None]


def fit(row: list[str], layout: Layout) -> list[str]:
    """Return the row at its full width, or refuse one whose columns have shifted."""
    missing = layout.columns - len(row)
    if missing > 1 or missing < -MOST_SPARES:
        raise FieldError(
            f"A row of this kind ({layout.name}) should have {layout.columns} columns, "
            f"and this one has {len(row)}. Look for a stray ~ in HR"
        )
    return row + [""] * missing if missing > 0 else row


def read_unit(row: Row, line: int) -> OrganisationUnitRecord:
    effective_from = read_plain_date(row[4], "organisation unit's start date")
    effective_to = read_plain_date(row[5], "organisation unit's end date")
    check_order(effective_from, effective_to, what="organisation unit")
    return OrganisationUnitRecord(
        line=line,
        source_key=read_key(row[1], "organisation unit's id"),
        name=read_needed(row[2], "organisation unit's name"),
        kind=read_text(row[3], "organisation unit's type", longest=100),
        code=read_optional_key(row[9], "cost centre"),
        parent_key=read_optional_key(row[10], "parent's id"),
        effective_from=effective_from,
        effective_to=effective_to,
    )


def read_post(row: Row, line: int) -> PostRecord:
    effective_from = read_plain_date(row[2], "post's start date")
    effective_to = read_plain_date(row[3], "post's end date")
    check_order(effective_from, effective_to, what="post")
    return PostRecord(
        line=line,
        source_key=read_key(row[1], "post's id"),
        title=_post_title(read_needed(row[5], "post's name")),
        staff_group=read_text(row[8], "staff group"),
        job_role=read_text(row[9], "job role"),
        unit_key=read_optional_key(row[14], "organisation unit's id"),
        effective_from=effective_from,
        effective_to=effective_to,
    )


def read_person(row: Row, line: int) -> PersonRecord | None:
    person_type = row[33].strip()
    if person_type.startswith("APL"):
        return None  # an applicant is not staff yet
    if not person_type:
        raise FieldError("The person type is missing. Look for a stray ~ in HR")
    effective_from = read_needed_plain_date(row[2], "person's effective start")
    effective_to = read_plain_date(row[3], "person's effective end")
    check_order(effective_from, effective_to, what="person's record")
    hired_on = read_needed_plain_date(row[16], "hire date")
    left_on = read_plain_date(row[17], "leaving date")
    check_order(hired_on, left_on, what="employment")
    return PersonRecord(
        line=line,
        source_key=read_key(row[1], "person's id"),
        employee_number=read_key(row[4], "employee number"),
        title=read_optional(row[5], "title", longest=40),
        family_name=read_needed(row[6], "last name"),
        given_name=read_text(row[7], "first name"),
        preferred_name=read_optional(row[10], "preferred name"),
        email=read_optional(row[35], "e-mail address"),
        nhs_unique_id=read_optional_key(row[15], "NHS unique id"),
        hired_on=hired_on,
        left_on=left_on,
        effective_from=effective_from,
        effective_to=effective_to,
    )


def read_assignment(row: Row, line: int) -> AssignmentRecord | None:
    if row[6].strip() not in {"", "E", "C"}:
        return None  # an application or an offer, not employment
    effective_from = read_needed_plain_date(row[3], "assignment's effective start")
    effective_to = read_plain_date(row[4], "assignment's effective end")
    check_order(effective_from, effective_to, what="assignment")
    started_on = read_plain_date(row[5], "assignment's start date")
    ended_on = read_plain_date(row[48], "assignment's end date")
    check_order(started_on, ended_on, what="assignment")
    staff_group, _, job_role = read_text(row[34], "job name").partition("|")
    return AssignmentRecord(
        line=line,
        source_key=read_key(row[2], "assignment's id"),
        person_key=read_key(row[1], "person's id"),
        effective_from=effective_from,
        effective_to=effective_to,
        started_on=started_on,
        number=read_key(row[7], "assignment number"),
        # The trust's own word says more (such as Career Break) than the system's.
        status=read_text(row[9], "assignment status", longest=80)
        or read_text(row[8], "assignment status", longest=80),
        category=read_optional(row[20], "assignment category", longest=100),
        is_primary=read_yes(row[21]),
        fte=read_fte(row[25]),
        unit_key=read_optional_key(row[27], "organisation unit's id"),
        post_key=read_optional_key(row[28], "post's id"),
        supervisor_person_key=read_optional_key(row[15], "supervisor's id"),
        staff_group=staff_group.strip(),
        job_role=job_role.strip(),
        ended_on=ended_on,
    )


def _post_title(name: str) -> str:
    """Take the title out of `number|title|occupation code|specialty|`."""
    parts = name.split("|")
    return (parts[1].strip() if len(parts) > 1 else "") or name


LAYOUTS: dict[str, Layout] = {
    "ORA": Layout(name="organisation unit", columns=15, read=read_unit),
    "POA": Layout(name="post", columns=24, read=read_post),
    "PRA": Layout(name="person", columns=44, read=read_person),
    "ASA": Layout(name="assignment", columns=50, read=read_assignment),
}
DELETIONS: dict[str, Literal["unit", "post", "person", "assignment"]] = {
    "ORD": "unit",
    "POD": "post",
    "PRD": "person",
    "ASD": "assignment",
}
