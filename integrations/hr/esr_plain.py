"""Reads the rows of people and assignments that have nothing to look into twice: nearly all.

Such a row goes straight into the line of text that a database copies in, without becoming a record
between: a million of them take a fraction of the time. Whatever is not plain (a letter beyond
ASCII, a space at an edge, a long value, a date that is none) is left to the careful reader, which
has the say: for a row that both can read, both give the same.
"""

from collections.abc import Callable, Sequence

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
    if write is None or not (line.isascii() and line.isprintable()):
        return None
    if " ~" in line or "~ " in line or "\\" in line:
        return None
    try:
        return write(row, number)
    except (FieldError, KeyError):
        return None


def _person(row: Row, number: int) -> str | None:
    starts, ends = _days[row[2]], _days[row[3]]
    hired, left = _days[row[16]], _days[row[17]]
    if NOTHING in (starts, hired) or ends < starts or left < hired:
        return None
    key, employee, title, family, given = row[1], row[4], row[5], row[6], row[7]
    preferred, unique, email = row[10], row[15], row[35]
    if not (key and employee and family and row[33]) or row[33].startswith("APL"):
        return None
    if len(key) + len(employee) + len(unique) > KEY_LENGTH or len(title) > KEY_LENGTH // 2:
        return None
    if len(family) + len(given) + len(preferred) + len(email) > TEXT_LENGTH:
        return None
    return (
        f"{number}\t{key}\t{employee}\t{title or NOTHING}\t{family}\t{given}\t"
        f"{preferred or NOTHING}\t{email or NOTHING}\t{unique or NOTHING}\t"
        f"{hired}\t{left}\t{starts}\t{ends}\n"
    )


def _assignment(row: Row, number: int) -> str | None:
    starts, ends = _days[row[3]], _days[row[4]]
    started, ended = _days[row[5]], _days[row[48]]
    if starts == NOTHING or ends < starts or ended < started:
        return None
    person, key, name, status = row[1], row[2], row[7], row[9] or row[8]
    boss, category, unit, post, job = row[15], row[20], row[27], row[28], row[34]
    if not (person and key and name) or row[6] not in {"", "E", "C"}:
        return None
    keys = len(person) + len(key) + len(name) + len(boss) + len(unit) + len(post)
    if keys > KEY_LENGTH or len(status) + len(category) > KEY_LENGTH or len(job) > TEXT_LENGTH:
        return None
    staff_group, _, job_role = job.partition("|")
    return (
        f"{number}\t{key}\t{person}\t{starts}\t{ends}\t{started}\t{name}\t{status}\t"
        f"{category or NOTHING}\t{_YES[row[21]]}\t{_shares[row[25]]}\t"
        f"{unit or NOTHING}\t{post or NOTHING}\t{boss or NOTHING}\t"
        f"{staff_group.strip()}\t{job_role.strip()}\t{ended}\n"
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
