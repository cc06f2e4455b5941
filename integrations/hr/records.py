"""What an HR system tells us, as plain values. Nothing here does any work.

Only what the product needs has a place here. Birth date, sex, ethnicity, disability, national
insurance number, pay, home address and the like are never read out of a file at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class HRFile:
    """What a file says of itself, once its two ends have been checked."""

    layout: Literal["esr_full", "esr_changes", "staff_table"]
    name: str
    organisation_vpd: str | None
    created_at: datetime | None
    sequence: int | None
    row_count: int
    #: all that holds, or only what changed in a window of time
    kind: Literal["full", "changes"] = "full"
    #: the window that it covers; a full file covers all until its end
    covers_from: datetime | None = None
    covers_to: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OrganisationUnitRecord:
    line: int
    source_key: str
    name: str
    kind: str
    code: str | None
    parent_key: str | None
    effective_from: date | None
    effective_to: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PostRecord:
    line: int
    source_key: str
    title: str
    staff_group: str
    job_role: str
    unit_key: str | None
    effective_from: date | None
    effective_to: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonRecord:
    line: int
    source_key: str
    employee_number: str
    title: str | None
    family_name: str
    given_name: str
    preferred_name: str | None
    email: str | None
    nhs_unique_id: str | None
    hired_on: date
    left_on: date | None
    effective_from: date
    effective_to: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class AssignmentRecord:
    """Who fills which post, where and for whom, between two days."""

    line: int
    source_key: str
    person_key: str
    effective_from: date
    effective_to: date | None
    started_on: date | None
    number: str
    status: str
    category: str | None
    is_primary: bool
    fte: Decimal | None
    unit_key: str | None
    post_key: str | None
    supervisor_person_key: str | None
    staff_group: str
    job_role: str
    ended_on: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DeletedRecord:
    """Something that HR has deleted: all its dated rows."""

    line: int
    kind: Literal["unit", "post", "person", "assignment"]
    source_key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RejectedRecord:
    """A row that was not used: where, why in our own words, and whose number. Nothing more."""

    line: int
    reason: str
    employee_number: str | None
    #: about a person, and nobody can tell which
    may_be_anybody: bool = False


#: how a line of `WrittenRecords` writes that there is no value
NOTHING = "\\N"
#: what stands between the values of such a line, and in none of them
SEPARATOR = "~"


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenRecords:
    """Many records of one kind, ready to be copied into a database: a line of text each.

    The values stand in the order of the record's fields. A file of a million rows is read so in
    a fraction of the time; asked for by whoever can copy lines.
    """

    kind: type[PersonRecord | AssignmentRecord]
    #: the line of the file that the last of them stands on
    line: int
    lines: list[str]


HRRecord = (
    OrganisationUnitRecord
    | PostRecord
    | PersonRecord
    | AssignmentRecord
    | DeletedRecord
    | RejectedRecord
)


@dataclass(frozen=True, kw_only=True, slots=True)
class HRFeed:
    """A checked file and its records, read one by one as they are asked for."""

    file: HRFile
    records: Iterator[HRRecord | WrittenRecords]
