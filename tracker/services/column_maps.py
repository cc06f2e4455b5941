"""Maps of columns: guessed from headings, checked against a whole file, saved, used again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from integrations.hr.staff_table import STAFF_TABLE
from integrations.outcomes.alert_table import ALERT_TABLE
from integrations.outcomes.call_table import CALL_TABLE
from integrations.outcomes.day_order import MonthFirstError
from integrations.outcomes.incident_table import INCIDENT_TABLE
from integrations.tables import maps
from integrations.tables.file import Table, open_table
from integrations.tables.maps import Check, TableKind, TableMap
from tracker.errors import InvalidInputError, NotFoundError
from tracker.models import AuditKind, ColumnMap, StaffMember, WaitingFile
from tracker.services import audit, waiting_files

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from integrations.tables.rows import Row
    from tracker.security.identity import Identity

#: every kind of table that can be mapped
KINDS: dict[str, TableKind] = {
    one.key: one for one in (STAFF_TABLE, INCIDENT_TABLE, ALERT_TABLE, CALL_TABLE)
}
FIRST_ROWS = 5
LONGEST_NAME = 80
MOST_DIGITS = 20


@dataclass(frozen=True, kw_only=True)
class MapPage:
    """A file, its first rows, and how its columns are mapped."""

    kind: TableKind
    file: WaitingFile
    columns: Sequence[str]
    left_out: Sequence[str]
    first_rows: Sequence["Row"]
    table_map: TableMap
    #: by field: each word in its column, and what it means
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: what reading the whole file by the map comes to, once it was asked for
    check: Check | None = None
    errors: dict[str, str] = field(default_factory=dict)


def kind_named(key: str) -> TableKind:
    """Give the kind of table with this key.

    :raises NotFoundError: if there is none.
    """
    if key not in KINDS:
        raise NotFoundError("There is no such kind of table.")
    return KINDS[key]


def saved_maps(db: "Session", organisation_id: int, kind: str) -> Sequence[ColumnMap]:
    return db.scalars(
        select(ColumnMap)
        .where(ColumnMap.organisation_id == organisation_id, ColumnMap.kind == kind)
        .order_by(ColumnMap.name)
    ).all()


def find_map(db: "Session", organisation_id: int, kind: str, name: str) -> TableMap:
    """Give a saved map by its name, to read a file by.

    :raises NotFoundError: if there is none of that name; says which there are.
    """
    saved = _saved(db, organisation_id, kind, name)
    if saved is None:
        names = ", ".join(one.name for one in saved_maps(db, organisation_id, kind)) or "none yet"
        raise NotFoundError(f"There is no saved map of that name. There are: {names}.")
    return TableMap.from_json(saved.map)


def open_for(kind: TableKind, path: Path, table_map: TableMap | None = None) -> Table:
    """Open a table of this kind; by a map's own headings once there is one."""
    known = table_map.columns.values() if table_map else kind.known_names
    return open_table(path, known=tuple(known), never=kind.never)


def look_through(
    db: "Session",
    file: WaitingFile,
    *,
    chosen: TableMap | None = None,
    is_checked: bool = False,
) -> MapPage:
    """Show a file's first rows with a map; guess one where none was chosen."""
    kind = kind_named(file.kind)
    with waiting_files.opened(file) as path:
        table = open_for(kind, path)
        digits = known_digits(db, file.organisation_id)
        table_map = chosen or maps.propose(kind, table.columns, digits=digits)
        words = maps.words_of(kind, table_map, table)
        known = table_map.values
        values = {key: {**known.get(key, {}), **said} for key, said in words.items()}
        table_map = replace(table_map, values=values)
        errors = _errors(kind, table, table_map) if is_checked else {}
        check = None
        if is_checked and not errors:
            try:
                check = maps.check_table(kind, table_map, table)
            except MonthFirstError as why:
                errors = {why.key: str(why)}
        return MapPage(
            kind=kind,
            file=file,
            columns=table.columns,
            left_out=table.left_out,
            first_rows=table.first_rows(FIRST_ROWS),
            table_map=table_map,
            words=words,
            check=check,
            errors=errors,
        )


def _errors(kind: TableKind, table: Table, table_map: TableMap) -> dict[str, str]:
    errors = {
        one.key: f"Choose the column that holds: {one.label}"
        for one in maps.missing_fields(kind, table_map)
    }
    taken: dict[str, str] = {}
    for key, column in table_map.columns.items():
        if column not in table.columns:
            errors[key] = "The file has no such column. Choose another"
        elif taken.setdefault(column, key) != key:
            errors[key] = f"The column “{column}” is used twice. Choose it once"
    return errors


def read_map(kind: TableKind, chosen: Mapping[str, str]) -> TableMap:
    """Make a map of what was chosen on the page: `column.KEY` and `digits.KEY`."""
    columns = {
        one.key: chosen[f"column.{one.key}"]
        for one in kind.fields
        if chosen.get(f"column.{one.key}")
    }
    digits = {}
    for one in kind.fields:
        typed = chosen.get(f"digits.{one.key}", "").strip()
        if one.key in columns and typed.isascii() and typed.isdigit():
            digits[one.key] = min(int(typed[:4]), MOST_DIGITS)
    return TableMap(
        columns=columns,
        digits={key: number for key, number in digits.items() if number},
        values=_read_values(kind, columns, chosen),
        own_words=_read_own_words(kind, chosen),
    )


def _read_own_words(kind: TableKind, chosen: Mapping[str, str]) -> tuple[str, ...]:
    """Read the words that decide what a story is about, one a line; none: those we propose."""
    proposed = next((one.own_words for one in kind.fields if one.own_words), ())
    typed = (" ".join(line.split()) for line in chosen.get("own_words", "").splitlines())
    words = tuple(dict.fromkeys(word[: maps.LONGEST_WORD] for word in typed if word))
    return () if words == proposed else words[: maps.MOST_WORDS]


def _read_values(
    kind: TableKind, columns: Mapping[str, str], chosen: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """Read what was chosen for each word: `word.KEY.N` and `value.KEY.N`."""
    values: dict[str, dict[str, str]] = {}
    for one in kind.fields:
        if not one.choices or one.key not in columns:
            continue
        for number in range(maps.MOST_WORDS):
            word = chosen.get(f"word.{one.key}.{number}", "")[: maps.LONGEST_WORD]
            value = chosen.get(f"value.{one.key}.{number}", "")
            if word and value in ("", *one.choices):
                values.setdefault(one.key, {})[maps.as_word(word)] = value
    return values


def save_map(  # noqa: PLR0913 - a map, its kind and name, who, when
    db: "Session", kind: TableKind, name: str, table_map: TableMap, *, by: "Identity", now: datetime
) -> ColumnMap:
    """Save a map under its name, in the place of one that had it.

    :raises InvalidInputError: for a name that cannot be used.
    """
    name = " ".join(name.split())
    if not name:
        raise InvalidInputError("Give the map a name, such as “ESR report”.", field="name")
    if len(name) > LONGEST_NAME:
        raise InvalidInputError(f"Use {LONGEST_NAME} letters or fewer.", field="name")
    saved = _saved(db, by.organisation_id, kind.key, name)
    if saved is None:
        saved = ColumnMap(organisation_id=by.organisation_id, kind=kind.key, name=name)
        db.add(saved)
    saved.map = table_map.to_json()
    saved.changed_by_id, saved.changed_at = by.staff_id, now
    audit.record(db, AuditKind.COLUMN_MAP_SAVED, saved, by=by, kind_of_table=kind.key)
    return saved


def remove_map(db: "Session", kind: str, public_id: str, *, by: "Identity") -> None:
    """Take a saved map away; one that is gone already is no trouble."""
    saved = next(
        (one for one in saved_maps(db, by.organisation_id, kind) if one.public_id == public_id),
        None,
    )
    if saved is not None:
        audit.record(db, AuditKind.COLUMN_MAP_REMOVED, saved, by=by, kind_of_table=kind)
        db.delete(saved)


def known_digits(db: "Session", organisation_id: int) -> dict[str, int]:
    """Say how many digits employee numbers have here, where all have the same."""
    shortest, longest, first = db.execute(
        select(
            func.min(func.length(StaffMember.employee_number)),
            func.max(func.length(StaffMember.employee_number)),
            func.min(StaffMember.employee_number),
        ).where(StaffMember.organisation_id == organisation_id)
    ).one()
    if shortest is None or shortest != longest or not first.isdigit():
        return {}
    return {"employee_number": longest, "supervisor_employee_number": longest}


def _saved(db: "Session", organisation_id: int, kind: str, name: str) -> ColumnMap | None:
    return db.scalar(
        select(ColumnMap).where(
            ColumnMap.organisation_id == organisation_id,
            ColumnMap.kind == kind,
            ColumnMap.name == name,
        )
    )
