"""Reads the rows of people and assignments that have nothing to look into twice: nearly all.

Such a row goes straight into the line of text that a database copies in, without becoming a record
between: a million of them take a fraction of the time. Whatever is not plain (a letter beyond
ASCII, a space at an edge, a long value, a date that is none) is left to the careful reader, which
has the say: for a row that both can read, both give the same.
"""

from collections.abc import Callable, Sequence
from operator import itemgetter

from integrations.hr.fields import KEY_LENGTH, TEXT_LENGTH, FieldError, read_fte, read_plain_date
from integrations.hr.records import NOTHING, AssignmentRecord, PersonRecord

Row = Sequence[str]
_MOST_KEPT = 50_000
_YES = {"Yes": "t", "No": "f", "": "f", "Y": "t", "N": "f"}


class _Days(dict[str, str]):
    """The days met so far, each read once. None sorts behind every day, as an open end should."""

    def __missing__(self, text: str) -> str:
        day = read_plain_date(text, "date")
        written = NOTHING if day is None else day.isoformat()
        if len(self) < _MOST_KEPT:
            self[text] = written
        return written


class _Shares(dict[str, str]):
    """The full-time equivalents met so far, each read once."""

    def __missing__(self, text: str) -> str:
        share = read_fte(text)
        written = NOTHING if share is None else str(share)
        if len(self) < _MOST_KEPT:
            self[text] = written
        return written


_days, _shares = _Days(), _Shares()


def write_plain(line: str, row: Row, number: int) -> str | None:
    """Give the row as a line of its table, or nothing where the careful reader should look."""
    write = _WRITERS.get((row[0], len(row)))
    if write is None or not line.isascii() or "\\" in line:
        return None
    try:
        written = write(row, number)
    except (FieldError, KeyError):
        return None
    if written is None or " ~" in written or "~ " in written or not written.isprintable():
        return None
    return written


_pick_person = itemgetter(1, 2, 3, 4, 5, 6, 7, 10, 15, 16, 17, 33, 35)


def _person(row: Row, number: int) -> str | None:
    picked = _pick_person(row)
    key, starts, ends, employee, title, family, given, preferred, unique = picked[:9]
    hired, left, kind, email = picked[9:]
    starts, ends, hired, left = _days[starts], _days[ends], _days[hired], _days[left]
    if NOTHING in (starts, hired) or ends < starts or left < hired:
        return None
    kind = kind.strip()
    if not (key and employee and family and kind) or kind.startswith("APL"):
        return None
    if len(key) + len(employee) + len(unique) > KEY_LENGTH or len(title) > KEY_LENGTH // 2:
        return None
    if len(family) + len(given) + len(preferred) + len(email) > TEXT_LENGTH:
        return None
    return (
        f"{number}~{key}~{employee}~{title or NOTHING}~{family}~{given}~"
        f"{preferred or NOTHING}~{email or NOTHING}~{unique or NOTHING}~"
        f"{hired}~{left}~{starts}~{ends}"
    )


_pick_assignment = itemgetter(1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 20, 21, 25, 27, 28, 34, 48)


def _assignment(row: Row, number: int) -> str | None:
    picked = _pick_assignment(row)
    person, key, starts, ends, started, kind, name, system_status, status = picked[:9]
    boss, category, is_primary, fte, unit, post, job, ended = picked[9:]
    starts, ends, started, ended = _days[starts], _days[ends], _days[started], _days[ended]
    if starts == NOTHING or ends < starts or ended < started:
        return None
    if not (person and key and name and job.isprintable()) or kind not in {"", "E", "C"}:
        return None
    status = status or system_status
    keys = len(person) + len(key) + len(name) + len(boss) + len(unit) + len(post)
    if keys > KEY_LENGTH or len(status) + len(category) > KEY_LENGTH or len(job) > TEXT_LENGTH:
        return None
    staff_group, _, job_role = job.partition("|")
    return (
        f"{number}~{key}~{person}~{starts}~{ends}~{started}~{name}~{status}~"
        f"{category or NOTHING}~{_YES[is_primary]}~{_shares[fte]}~"
        f"{unit or NOTHING}~{post or NOTHING}~{boss or NOTHING}~"
        f"{staff_group.strip()}~{job_role.strip()}~{ended}"
    )


#: by the record type, and by how many columns a row of it has
_WRITERS: dict[tuple[str, int], Callable[[Row, int], str | None]] = {
    ("PRA", 44): _person,
    ("ASA", 50): _assignment,
    ("ASA", 51): _assignment,
}
#: what a plain row is a row of
KINDS: dict[str, type[PersonRecord | AssignmentRecord]] = {
    "PRA": PersonRecord,
    "ASA": AssignmentRecord,
}
