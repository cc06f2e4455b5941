"""Reads a CSV of staff whose columns are named as in the Workforce Minimum Data Set.

One row is one assignment. The file is read twice: once to see that it can be read to its end
and is ours, before anything is handed on, and once for its records.
"""

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from integrations.errors import (
    TruncatedFileError,
    WrongEncodingError,
    WrongLayoutError,
    WrongOrganisationError,
)
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

NEEDED = (
    "EMPLOYEE_NUMBER",
    "EMPLOYING_ORG_CODE",
    "FIRST_NAME",
    "LAST_NAME",
    "ASSIGNMENT_NUMBER",
    "ORGANISATION_UNIT",
    "START_DATE",
)
OPTIONAL = (
    "PREFERRED_NAME",
    "EMAIL",
    "PRIMARY_ASSIGNMENT",
    "STAFF_GROUP",
    "JOB_ROLE",
    "POSITION_TITLE",
    "ORGANISATION_UNIT_CODE",
    "PARENT_UNIT_CODE",
    "CONTRACTED_FTE",
    "START_DATE_ASSIGNMENT",
    "END_DATE_ORG",
    "END_DATE_CONTRACT",
    "SUPERVISOR_EMPLOYEE_NUMBER",
)
LONGEST_FIELD = 10_000

Row = Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Shape:
    """How this file is written: its letters, what stands between columns, and where each is."""

    encoding: str
    delimiter: str
    width: int
    columns: Mapping[str, int]


def open_csv(path: Path, *, organisation_code: str) -> HRFeed:
    """Check the whole file, then hand over its records as they are asked for."""
    shape = _read_shape(path)
    rows = 0
    code_at = shape.columns["EMPLOYING_ORG_CODE"]
    for line, row in _rows(path, shape):
        rows += 1
        code = row[code_at].strip() if len(row) > code_at else ""
        if code and code.casefold() != organisation_code.casefold():
            raise WrongOrganisationError(
                f"Line {line} is about another organisation than {organisation_code}. "
                "Choose a file with this organisation's staff only."
            )
    if not rows:
        raise TruncatedFileError(
            "The file has headings and no rows. Export it again, and import that."
        )
    file = HRFile(
        layout="wmds_csv",
        name=path.name,
        organisation_vpd=None,
        created_at=None,
        sequence=None,
        row_count=rows + 1,
    )
    return HRFeed(file=file, records=_read_records(path, shape))


def _read_shape(path: Path) -> _Shape:
    encoding = _find_encoding(path)
    with path.open(encoding=encoding, newline="") as stream:
        first = stream.readline(LONGEST_FIELD)
    found: Mapping[str, int] = {}
    for delimiter in (",", ";", "\t"):
        headings = next(iter(csv.reader([first], delimiter=delimiter)), [])
        columns = _place_columns(headings)
        if len(columns) > len(found) or not found:
            found, chosen, width = columns, delimiter, len(headings)
    missing = [name for name in NEEDED if name not in found]
    if missing:
        noun = "column" if len(missing) == 1 else "columns"
        raise WrongLayoutError(
            f"The file lacks the {noun} {', '.join(missing)}. Name the columns on its first line "
            "as the Workforce Minimum Data Set does, and export it again."
        )
    return _Shape(encoding=encoding, delimiter=chosen, width=width, columns=found)


def _place_columns(headings: list[str]) -> dict[str, int]:
    known = {*NEEDED, *OPTIONAL}
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        name = "_".join(heading.strip().upper().replace("_", " ").split())
        if name not in known:
            continue  # anything else, sensitive or not, is not even looked at
        if name in places:
            raise WrongLayoutError(
                f"The file has the column {name} twice. Take one out, and export it again."
            )
        places[name] = place
    return places


def _find_encoding(path: Path) -> str:
    with path.open("rb") as stream:
        start = stream.read(4096)
    if not start.strip(b"\xef\xbb\xbf \t\r\n"):
        raise TruncatedFileError("The file is empty. Export it again, and import that.")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in start:
        raise WrongEncodingError(
            "The file is not a plain CSV (it may be a workbook, or stored as UTF-16). "
            "Save it as CSV UTF-8, and import that."
        )
    for encoding in ("utf-8-sig", "cp1252"):
        if _decodes(path, encoding):
            return encoding
    raise WrongEncodingError(
        "Some letters in the file cannot be read. Save it as CSV UTF-8, and import that."
    )


def _decodes(path: Path, encoding: str) -> bool:
    with path.open(encoding=encoding, newline="") as stream:
        try:
            while stream.read(1 << 16):
                pass
        except UnicodeDecodeError:
            return False
    return True


def _rows(path: Path, shape: _Shape) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank, with the line on which it begins."""
    with path.open(encoding=shape.encoding, newline="") as stream:
        reader = csv.reader(_lines(stream), delimiter=shape.delimiter, strict=True)
        line = 1
        try:
            for row in reader:
                if line > 1 and any(field.strip() for field in row):
                    yield line, row
                line = reader.line_num + 1
        except csv.Error:
            raise WrongLayoutError(
                f'The quotation marks (") in the row at line {line} do not come in pairs, so the '
                "rows after it cannot be told apart. Correct it, and import again."
            ) from None


def _lines(stream: TextIO) -> Iterator[str]:
    number = 0
    while line := stream.readline(LONGEST_FIELD * 4):
        number += 1
        if len(line) == LONGEST_FIELD * 4:
            raise WrongLayoutError(
                f"Line {number} is too long for a list of staff. Export the file again."
            )
        yield line


def _read_records(path: Path, shape: _Shape) -> Iterator[HRRecord]:
    reader = _RowReader()
    for line, row in _rows(path, shape):
        values = {
            name: row[place] if place < len(row) else "" for name, place in shape.columns.items()
        }
        try:
            _check_width(row, shape)
            yield from reader.read(values, line)
        except FieldError as why:
            yield RejectedRecord(line=line, reason=f"{why}.", employee_number=_whose(values))


def _check_width(row: list[str], shape: _Shape) -> None:
    if len(row) != shape.width:
        raise FieldError(
            f"The row has {len(row)} columns, and the first line has {shape.width}. "
            "Look for a stray comma or quotation mark"
        )


def _whose(values: Row) -> str | None:
    number = values["EMPLOYEE_NUMBER"].strip()
    # Columns may have shifted: only what can be nothing but a number is shown.
    return number if number.isascii() and number.isdigit() and len(number) <= 20 else None  # noqa: PLR2004


class _RowReader:
    """Makes records of rows, each unit, post and person once."""

    def __init__(self) -> None:
        self._units: set[str] = set()
        self._posts: set[str] = set()
        self._people: set[str] = set()
        self._assignments: set[tuple[str, object]] = set()

    def read(self, row: Row, line: int) -> list[HRRecord]:
        # All are read before any is kept: a row is used whole or not at all.
        unit = _read_unit(row, line)
        person = _read_person(row, line)
        post = _read_post(row, line, unit.source_key)
        assignment = _read_assignment(row, line, unit.source_key, post, person)
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
        if _is_new(person.source_key, self._people):
            records.append(person)
        records.append(assignment)
        return records


def _is_new(key: str, met: set[str]) -> bool:
    if key in met:
        return False
    met.add(key)
    return True


def _read_unit(row: Row, line: int) -> OrganisationUnitRecord:
    name = read_needed(row["ORGANISATION_UNIT"], "organisation unit")
    code = read_optional_key(row.get("ORGANISATION_UNIT_CODE", ""), "organisation unit code")
    parent = read_optional_key(row.get("PARENT_UNIT_CODE", ""), "parent unit code")
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


def _read_person(row: Row, line: int) -> PersonRecord:
    number = read_key(row["EMPLOYEE_NUMBER"], "employee number")
    hired_on = read_needed_written_date(row["START_DATE"], "start date")
    left_on = read_written_date(row.get("END_DATE_ORG", ""), "leaving date")
    check_order(hired_on, left_on, what="employment")
    return PersonRecord(
        line=line,
        source_key=number,
        employee_number=number,
        title=None,
        family_name=read_needed(row["LAST_NAME"], "last name"),
        given_name=read_text(row["FIRST_NAME"], "first name"),
        preferred_name=read_optional(row.get("PREFERRED_NAME", ""), "preferred name"),
        email=read_optional(row.get("EMAIL", ""), "e-mail address"),
        nhs_unique_id=None,
        hired_on=hired_on,
        left_on=left_on,
        effective_from=hired_on,
        effective_to=None,
    )


def _read_post(row: Row, line: int, unit_key: str) -> PostRecord | None:
    title = read_text(row.get("POSITION_TITLE", ""), "position title")
    if not title:
        return None
    staff_group = read_text(row.get("STAFF_GROUP", ""), "staff group")
    job_role = read_text(row.get("JOB_ROLE", ""), "job role")
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
    row: Row, line: int, unit_key: str, post: PostRecord | None, person: PersonRecord
) -> AssignmentRecord:
    started_on = read_written_date(row.get("START_DATE_ASSIGNMENT", ""), "assignment's start date")
    ended_on = read_written_date(row.get("END_DATE_CONTRACT", ""), "contract's end date")
    check_order(started_on or person.hired_on, ended_on, what="assignment")
    number = read_key(row["ASSIGNMENT_NUMBER"], "assignment number")
    return AssignmentRecord(
        line=line,
        source_key=number,
        person_key=person.source_key,
        effective_from=started_on or person.hired_on,
        effective_to=ended_on,
        started_on=started_on,
        number=number,
        status="",
        category=None,
        is_primary=read_yes(row.get("PRIMARY_ASSIGNMENT", "yes")),
        fte=read_fte(row.get("CONTRACTED_FTE", "")),
        unit_key=unit_key,
        post_key=post.source_key if post else None,
        supervisor_person_key=read_optional_key(
            row.get("SUPERVISOR_EMPLOYEE_NUMBER", ""), "supervisor's employee number"
        ),
        staff_group=read_text(row.get("STAFF_GROUP", ""), "staff group"),
        job_role=read_text(row.get("JOB_ROLE", ""), "job role"),
        ended_on=ended_on,
    )


def _key_of(*parts: str) -> str:
    """Make a short key, the same every time, for what the file gives no key to."""
    return hashlib.blake2s("\n".join(parts).encode(), digest_size=16).hexdigest()
