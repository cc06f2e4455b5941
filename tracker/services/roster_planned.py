"""Keeps the dated rows of HR that hold only from a day to come, until that day is here.

A file of changes tells of such a row once. A full file tells of all, and replaces what was kept.
"""

from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, delete, func, insert, or_, select

from integrations.hr.records import OrganisationUnitRecord, PersonRecord, PostRecord
from tracker.models import PlannedRecord
from tracker.services.roster_copy import BATCH
from tracker.services.roster_sets import table_of
from tracker.services.roster_staging import PEOPLE, POSTS, UNITS, delete_lines

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase, Session

_KINDS: tuple[tuple[str, Table, type], ...] = (
    ("unit", UNITS, OrganisationUnitRecord),
    ("post", POSTS, PostRecord),
    ("person", PEOPLE, PersonRecord),
)
_planned = table_of(PlannedRecord)


def keep_planned(db: "Session", organisation_id: int, *, today: date, is_full: bool) -> None:
    """Keep the staged rows that begin after today, each once."""
    if is_full:
        db.execute(delete(_planned).where(_planned.c.organisation_id == organisation_id))
    for kind, table, record in _KINDS:
        names = [field.name for field in fields(record)]
        later = select(*(table.c[name] for name in names)).where(table.c.effective_from > today)
        if not is_full:
            db.execute(
                delete(_planned).where(
                    _planned.c.organisation_id == organisation_id,
                    _planned.c.kind == kind,
                    _planned.c.source_key.in_(select(table.c.source_key)),
                    _planned.c.starts_on.in_(
                        select(table.c.effective_from).where(
                            table.c.source_key == _planned.c.source_key
                        )
                    ),
                )
            )
        rows = db.execute(later).mappings().all()
        for start in range(0, len(rows), BATCH):
            db.connection().execute(
                insert(_planned),
                [_to_row(organisation_id, kind, row) for row in rows[start : start + BATCH]],
            )


def _to_row(organisation_id: int, kind: str, row: Any) -> dict[str, object]:  # noqa: ANN401
    return {
        "organisation_id": organisation_id,
        "kind": kind,
        "source_key": row["source_key"],
        "starts_on": row["effective_from"],
        "row": {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in row.items()
        },
    }


def bring_due(db: "Session", organisation_id: int, *, today: date) -> None:
    """Add to the staged rows those that were kept and hold by now, unless the file has them."""
    for kind, table, record in _KINDS:
        due = db.scalars(
            select(_planned.c.row).where(
                _planned.c.organisation_id == organisation_id,
                _planned.c.kind == kind,
                _planned.c.starts_on <= today,
            )
        ).all()
        if not due:
            continue
        days = {field.name for field in fields(record) if "date" in str(field.type)}
        taken = set(db.execute(select(table.c.source_key, table.c.effective_from)).all())
        rows = [
            {
                name: date.fromisoformat(value) if name in days and value else value
                for name, value in {**row, "line": -number}.items()
            }
            for number, row in enumerate(due, start=1)
        ]
        rows = [row for row in rows if (row["source_key"], row["effective_from"]) not in taken]
        if rows:
            db.connection().execute(insert(table), rows)
        db.execute(
            delete(_planned).where(
                _planned.c.organisation_id == organisation_id,
                _planned.c.kind == kind,
                _planned.c.starts_on <= today,
            )
        )


def forget_planned(db: "Session", organisation_id: int, kind: str, keys: list[str]) -> None:
    for start in range(0, len(keys), BATCH):
        db.execute(
            delete(_planned).where(
                _planned.c.organisation_id == organisation_id,
                _planned.c.kind == kind,
                _planned.c.source_key.in_(keys[start : start + BATCH]),
            )
        )


def set_aside(db: "Session", model: "type[DeclarativeBase]", table: Table, *, today: date) -> None:
    """Leave out staged rows that say less of today than the row that we know something by."""
    known = table_of(model)
    long_ago = today.replace(year=1, month=1, day=1)

    def place(of: Any) -> tuple[Any, Any, Any]:  # noqa: ANN401 - a table
        starts = func.coalesce(of.c.effective_from, long_ago)
        over = of.c.effective_to.is_not(None) & (of.c.effective_to < today)
        return starts, starts > today, (starts <= today) & over

    starts, is_next, is_over = place(table)
    ours, ours_is_next, ours_is_over = place(known)
    ours_holds = ~ours_is_next & ~ours_is_over
    lines = db.scalars(
        select(table.c.line)
        .join(known, known.c.id == table.c.known_id)
        .where(
            known.c.effective_from.is_distinct_from(table.c.effective_from),
            or_(
                ours_holds & (is_next | is_over),
                ours_is_next & is_over,
                ours_holds & (ours > starts),
                ours_is_next & is_next & (ours < starts),
                ours_is_over & is_over & (ours > starts),
            ),
        )
    ).all()
    delete_lines(db, table, list(lines))
