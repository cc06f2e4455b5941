"""Reads the rows of people and assignments that have nothing to look into twice: nearly all.

A million of them take a fraction of the time. Whatever is not plain (a letter beyond ASCII, a
space at an edge, a long value, a date that is none) is left to the careful reader, which has the
say: for a row that both can read, both give the same.
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from integrations.hr.fields import KEY_LENGTH, TEXT_LENGTH, FieldError, read_fte, read_plain_date
from integrations.hr.records import AssignmentRecord, PersonRecord

Row = Sequence[str]
_MOST_KEPT = 50_000
_YES = {"Yes": True, "No": False, "": False, "Y": True, "N": False}


class _Days(dict[str, date | None]):
    """The days met so far, each read once."""

    def __missing__(self, text: str) -> date | None:
        day = read_plain_date(text, "date")
        if len(self) < _MOST_KEPT:
            self[text] = day
        return day


class _Shares(dict[str, Decimal | None]):
    """The full-time equivalents met so far, each read once."""

    def __missing__(self, text: str) -> Decimal | None:
        share = read_fte(text)
        if len(self) < _MOST_KEPT:
            self[text] = share
        return share


_days, _shares = _Days(), _Shares()


def read_plain(line: str, row: Row, number: int) -> PersonRecord | AssignmentRecord | None:
    """Read the row, or give nothing where the careful reader should look."""
    read = _READERS.get((row[0], len(row)))
    if read is None or not (line.isascii() and line.isprintable()):
        return None
    if " ~" in line or "~ " in line:
        return None
    try:
        return read(row, number)
    except (FieldError, KeyError):
        return None


def _person(row: Row, number: int) -> PersonRecord | None:
    starts, ends = _days[row[2]], _days[row[3]]
    hired, left = _days[row[16]], _days[row[17]]
    if starts is None or hired is None or _is_over(starts, ends) or _is_over(hired, left):
        return None
    key, employee, title, family, given = row[1], row[4], row[5], row[6], row[7]
    preferred, unique, email = row[10], row[15], row[35]
    if not (key and employee and family and row[33]) or row[33].startswith("APL"):
        return None
    if len(key) + len(employee) + len(unique) > KEY_LENGTH or len(title) > KEY_LENGTH // 2:
        return None
    if len(family) + len(given) + len(preferred) + len(email) > TEXT_LENGTH:
        return None
    return PersonRecord(
        line=number,
        source_key=key,
        employee_number=employee,
        title=title or None,
        family_name=family,
        given_name=given,
        preferred_name=preferred or None,
        email=email or None,
        nhs_unique_id=unique or None,
        hired_on=hired,
        left_on=left,
        effective_from=starts,
        effective_to=ends,
    )


def _assignment(row: Row, number: int) -> AssignmentRecord | None:
    starts, ends = _days[row[3]], _days[row[4]]
    started, ended = _days[row[5]], _days[row[48]]
    if starts is None or _is_over(starts, ends) or _is_over(started, ended):
        return None
    person, key, name, status = row[1], row[2], row[7], row[9] or row[8]
    boss, category, unit, post = row[15], row[20], row[27], row[28]
    if not (person and key and name) or row[6] not in {"", "E", "C"}:
        return None
    keys = len(person) + len(key) + len(name) + len(boss) + len(unit) + len(post)
    if keys > KEY_LENGTH or len(status) + len(category) > KEY_LENGTH or len(row[34]) > TEXT_LENGTH:
        return None
    staff_group, _, job_role = row[34].partition("|")
    return AssignmentRecord(
        line=number,
        source_key=key,
        person_key=person,
        effective_from=starts,
        effective_to=ends,
        started_on=started,
        number=name,
        status=status,
        category=category or None,
        is_primary=_YES[row[21]],
        fte=_shares[row[25]],
        unit_key=unit or None,
        post_key=post or None,
        supervisor_person_key=boss or None,
        staff_group=staff_group.strip(),
        job_role=job_role.strip(),
        ended_on=ended,
    )


def _is_over(first: date | None, last: date | None) -> bool:
    return first is not None and last is not None and last < first


#: by the record type, and by how many columns a row of it has
_READERS: dict[tuple[str, int], Callable[[Row, int], PersonRecord | AssignmentRecord | None]] = {
    ("PRA", 44): _person,
    ("ASA", 50): _assignment,
    ("ASA", 51): _assignment,
}
