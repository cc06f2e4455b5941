"""Reads staff from any CSV file or workbook, by a map of its columns. One row is one assignment.

A file whose columns are named as in the Workforce Minimum Data Set needs no map. The file is
read twice: once to see that it can be read to its end and is ours, before anything is handed on,
and once for its records.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from integrations.errors import TruncatedFileError, WrongLayoutError, WrongOrganisationError
from integrations.hr.fields import (
    FieldError,
    check_order,
    read_fte,
    read_key,
    read_needed,
    read_needed_written_date,
    read_optional,
    read_optional_key,
    read_text,
    read_written_date,
    read_yes,
)
from integrations.hr.records import (
    AssignmentRecord,
    HRFeed,
    HRFile,
    HRRecord,
    OrganisationUnitRecord,
    PersonRecord,
    PostRecord,
    RejectedRecord,
)
from integrations.hr.staff_fields import FIELDS, SENSITIVE
from integrations.tables.file import Table, open_table, plain
from integrations.tables.maps import TableKind, TableMap, read_mapped
from integrations.tables.rows import RejectedRow, Row

Cells = Mapping[str, str]

#: how Excel shows a long number in a narrow column
_SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+|#+", re.IGNORECASE)
NEEDED_WITHOUT_MAP = ("employing_org_code", "assignment_number")


def open_staff_table(
    path: Path, *, organisation_code: str, table_map: TableMap | None = None
) -> HRFeed:
    """Check the whole file, then hand over its records as they are asked for."""
    table = open_table(path, known=_known(table_map), never=SENSITIVE)
    table_map = table_map or map_by_own_names(table)
    rows = 0
    for row in read_mapped(STAFF_TABLE, table_map, table):
        rows += 1
        code = row.cells.get("employing_org_code", "") if isinstance(row, Row) else ""
        if code and code.casefold() != organisation_code.casefold():
            raise WrongOrganisationError(
                f"Line {row.line} is about another organisation than {organisation_code}. "
                "Choose a file with this organisation's staff only."
            )
    if not rows:
        raise TruncatedFileError(
            "The file has headings and no rows. Export it again, and import that."
        )
    file = HRFile(
        layout="staff_table",
        name=path.name,
        organisation_vpd=None,
        created_at=None,
        sequence=None,
        row_count=rows + 1,
    )
    return HRFeed(file=file, records=_read_records(read_mapped(STAFF_TABLE, table_map, table)))


def _known(table_map: TableMap | None) -> tuple[str, ...]:
    if table_map is None:
        return tuple(field.key for field in FIELDS)
    return tuple(table_map.columns.values())


def map_by_own_names(table: Table) -> TableMap:
    """Map columns that are named just as the data set names them, and no others."""
    columns: dict[str, str] = {}
    for field in FIELDS:
        named = [
            name for name in table.columns if plain(name.partition(" (")[0]) == plain(field.key)
        ]
        if len(named) > 1:
            raise WrongLayoutError(
                f"The file has the column {field.key.upper()} twice. Take one out, and export it "
                "again."
            )
        if named:
            columns[field.key] = named[0]
    missing = [
        field.key.upper()
        for field in FIELDS
        if (field.is_needed or field.key in NEEDED_WITHOUT_MAP) and field.key not in columns
    ]
    if missing:
        noun = "column" if len(missing) == 1 else "columns"
        raise WrongLayoutError(
            f"The file lacks the {noun} {', '.join(missing)}. Say with a saved map which column is "
            "which, or name the columns as the Workforce Minimum Data Set does."
        )
    return TableMap(columns=columns)


def _read_records(rows: Iterable[Row | RejectedRow]) -> Iterator[HRRecord]:
    reader = _RowReader()
    for row in rows:
        if isinstance(row, RejectedRow):
            yield RejectedRecord(
                line=row.line, reason=row.reason, employee_number=None, may_be_anybody=True
            )
            continue
        try:
            yield from reader.read(row.cells, row.line)
        except FieldError as why:
            number = _whose(row.cells)
            yield RejectedRecord(
                line=row.line,
                reason=f"{why}.",
                employee_number=number,
                may_be_anybody=number is None,
            )


def _check(rows: Iterable[Row | RejectedRow]) -> Iterator[RejectedRow | None]:
    reader = _RowReader()
    for row in rows:
        if isinstance(row, RejectedRow):
            yield row
            continue
        try:
            reader.read(row.cells, row.line)
        except FieldError as why:
            yield RejectedRow(line=row.line, reason=f"{why}.")
        else:
            yield None


STAFF_TABLE = TableKind(
    key="hr", noun="members of staff", fields=FIELDS, check=_check, never=SENSITIVE
)


def _whose(cells: Cells) -> str | None:
    number = cells["employee_number"]
    # Columns may have shifted: only what can be nothing but a number is shown.
    return number if number.isascii() and number.isdigit() and len(number) <= 20 else None  # noqa: PLR2004


class _RowReader:
    """Makes records of rows, each unit, post and person once."""

    def __init__(self) -> None:
        self._units: set[str] = set()
        self._posts: set[str] = set()
        #: each person once, with a short sum of their names
        self._people: dict[str, int] = {}
        self._assignments: set[tuple[str, object]] = set()

    def read(self, row: Cells, line: int) -> list[HRRecord]:
        # All are read before any is kept: a row is used whole or not at all.
        unit = _read_unit(row, line)
        person = _read_person(row, line)
        post = _read_post(row, line, unit.source_key)
        assignment = _read_assignment(row, line, unit.source_key, post, person)
        names = hash((person.family_name.casefold(), person.given_name.casefold()))
        if self._people.get(person.source_key, names) != names:
            raise FieldError(
                "This employee number has another name further up in the file. Give each person "
                "their own number in HR, or write their name in one way"
            )
        key = (assignment.source_key, assignment.effective_from)
        if key in self._assignments:
            raise FieldError(
                "This assignment was already in the file with the same start date. "
                "Only the first was used"
            )
        self._assignments.add(key)
        records: list[HRRecord] = []
        if _is_new(unit.source_key, self._units):
            records.append(unit)
        if post is not None and _is_new(post.source_key, self._posts):
            records.append(post)
        if person.source_key not in self._people:
            self._people[person.source_key] = names
            records.append(person)
        records.append(assignment)
        return records


def _is_new(key: str, met: set[str]) -> bool:
    if key in met:
        return False
    met.add(key)
    return True


def _read_unit(row: Cells, line: int) -> OrganisationUnitRecord:
    name = read_needed(row["organisation_unit"], "organisation unit")
    code = read_optional_key(row.get("organisation_unit_code", ""), "organisation unit code")
    parent = read_optional_key(row.get("parent_unit_code", ""), "parent unit code")
    return OrganisationUnitRecord(
        line=line,
        source_key=code or _key_of(name),
        name=name,
        kind="",
        code=code,
        parent_key=None if parent == code else parent,
        effective_from=None,
        effective_to=None,
    )


def _read_person(row: Cells, line: int) -> PersonRecord:
    number = _read_number(row["employee_number"])
    hired_on = read_needed_written_date(row["start_date"], "start date")
    left_on = read_written_date(row.get("end_date_org", ""), "leaving date")
    check_order(hired_on, left_on, what="employment")
    return PersonRecord(
        line=line,
        source_key=number,
        employee_number=number,
        title=None,
        family_name=read_needed(row["last_name"], "last name"),
        given_name=read_text(row["first_name"], "first name"),
        preferred_name=read_optional(row.get("preferred_name", ""), "preferred name"),
        email=read_optional(row.get("email", ""), "e-mail address"),
        nhs_unique_id=read_optional_key(row.get("nhs_unique_id", ""), "NHS unique id"),
        hired_on=hired_on,
        left_on=left_on,
        effective_from=hired_on,
        effective_to=None,
    )


def _read_number(cell: str) -> str:
    number = read_key(cell, "employee number")
    if _SHORTENED.fullmatch(number):
        raise FieldError(
            "Excel has shortened the employee number. Make the column wider, give it the format "
            "Text, and export it again"
        )
    return number


def _read_post(row: Cells, line: int, unit_key: str) -> PostRecord | None:
    title = read_text(row.get("position_title", ""), "position title")
    if not title:
        return None
    staff_group = read_text(row.get("staff_group", ""), "staff group")
    job_role = read_text(row.get("job_role", ""), "job role")
    return PostRecord(
        line=line,
        source_key=_key_of(unit_key, title, staff_group, job_role),
        title=title,
        staff_group=staff_group,
        job_role=job_role,
        unit_key=unit_key,
        effective_from=None,
        effective_to=None,
    )


def _read_assignment(
    row: Cells, line: int, unit_key: str, post: PostRecord | None, person: PersonRecord
) -> AssignmentRecord:
    started_on = read_written_date(row.get("start_date_assignment", ""), "assignment's start date")
    ended_on = read_written_date(row.get("end_date_contract", ""), "contract's end date")
    check_order(started_on or person.hired_on, ended_on, what="assignment")
    number = read_optional_key(row.get("assignment_number", ""), "assignment number")
    number = number or person.employee_number
    return AssignmentRecord(
        line=line,
        source_key=number,
        person_key=person.source_key,
        effective_from=started_on or person.hired_on,
        effective_to=ended_on,
        started_on=started_on,
        number=number,
        status=read_text(row.get("assignment_status", ""), "assignment status", longest=80),
        category=read_optional(row.get("assignment_category", ""), "kind of contract", longest=100),
        is_primary=read_yes(row.get("primary_assignment", "yes")),
        fte=read_fte(row.get("contracted_fte", "")),
        unit_key=unit_key,
        post_key=post.source_key if post else None,
        supervisor_person_key=read_optional_key(
            row.get("supervisor_employee_number", ""), "supervisor's employee number"
        ),
        staff_group=read_text(row.get("staff_group", ""), "staff group"),
        job_role=read_text(row.get("job_role", ""), "job role"),
        ended_on=ended_on,
    )


def _key_of(*parts: str) -> str:
    """Make a short key, the same every time, for what the file gives no key to."""
    return hashlib.blake2s("\n".join(parts).encode(), digest_size=16).hexdigest()
