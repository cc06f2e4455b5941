"""Everything that is held about one person, as plain values: for them to read and to take away."""

import enum
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Table, and_, or_, select

from tracker.models import (
    AlertEvent,
    AuditEvent,
    AuditKind,
    Competence,
    Evidence,
    Organisation,
    Side,
    StaffMember,
)
from tracker.services import audit
from tracker.services.alerts import Pseudonyms
from tracker.services.own_alerts import is_own
from tracker.services.personal_data import PARTS, PERSON, Part, is_about, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor

#: columns that say nothing to a person
INNER = frozenset({"id", "organisation_id", "public_id", "form_key", "source_key"})
#: so many of one kind are read at a time
CHUNK = 1_000


@dataclass(frozen=True, kw_only=True)
class Section:
    """One kind of record, with its rows as plain values."""

    name: str
    heading: str
    rows: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Held:
    """All that is held about one person."""

    person: str
    organisation: str
    made_at: datetime
    sections: list[Section]
    #: public id, name and hash of each file that they brought
    files: list[tuple[str, str, str]]


def all_held(  # noqa: PLR0913 - each is one plain fact of the request
    db: "Session",
    person: StaffMember,
    *,
    secret: str,
    by: "Actor",
    now: datetime,
    with_others_notes: bool = False,
) -> Held:
    """Gather everything, and write down that it was taken.

    What another person wrote for themselves and did not share is in it only where whoever answers
    the request has decided so.
    """
    organisation = db.get_one(Organisation, person.organisation_id)
    names = _Names(db, person.organisation_id)
    sections = [
        Section(
            name=part.table,
            heading=part.heading,
            rows=list(_rows(db, part, person.id, names, with_others_notes=with_others_notes)),
        )
        for part in PARTS
    ]
    sections += _outside(db, person, Pseudonyms(secret, organisation))
    audit.record(db, AuditKind.DATA_TAKEN, person, by=by, subject_id=person.id, reason="asked for")
    files = db.execute(
        select(Evidence.public_id, Evidence.file_name, Evidence.file_hash).where(
            Evidence.staff_member_id == person.id, Evidence.file_hash.is_not(None)
        )
    )
    return Held(
        person=person.name,
        organisation=organisation.name,
        made_at=now,
        sections=[section for section in sections if section.rows],
        files=[(row[0], row[1] or "file", row[2] or "") for row in files],
    )


class _Names:
    """Says people and competences by name rather than by number."""

    def __init__(self, db: "Session", organisation_id: int) -> None:
        self._db = db
        self._organisation_id = organisation_id
        self._people: dict[int, str] = {}
        self._competences: dict[int, str] = {}

    def person(self, number: int) -> str:
        if number not in self._people:
            found = self._db.get(StaffMember, number)
            self._people[number] = found.name if found else "somebody"
        return self._people[number]

    def competence(self, number: int) -> str:
        if not self._competences:
            rows = self._db.execute(
                select(Competence.id, Competence.name).where(
                    Competence.organisation_id == self._organisation_id
                )
            )
            self._competences = {row[0]: row[1] for row in rows}
        return self._competences.get(number, "")


def _rows(
    db: "Session", part: Part, person_id: int, names: _Names, *, with_others_notes: bool
) -> "Iterator[dict[str, Any]]":
    table = table_of(part)
    condition = is_about(part.table, [person_id], is_disposal=with_others_notes)
    if part.table == "appraisal_preparation" and not with_others_notes:
        condition = and_(condition, _is_not_a_draft_of_another(table))
    rows = db.execute(
        select(table).where(condition).order_by(table.c.id).execution_options(yield_per=CHUNK)
    )
    for row in rows.mappings():
        yield _in_words(part, table, dict(row), names)


def _is_not_a_draft_of_another(table: Table) -> ColumnElement[bool]:
    """Leave out what the other side wrote for themselves and has not shared."""
    return or_(table.c.side == Side.APPRAISEE, table.c.shared_at.is_not(None))


def _in_words(part: Part, table: Table, row: dict[str, Any], names: _Names) -> dict[str, Any]:
    words: dict[str, Any] = {}
    for column in table.columns:
        value = row[column.name]
        if column.name in INNER | part.left_out or value is None or value == "":
            continue
        target = next((key.column.table.name for key in column.foreign_keys), None)
        if target == PERSON:
            words[column.name.removesuffix("_id")] = names.person(value)
        elif target == "competence":
            words["competence"] = names.competence(value)
        elif target is None:
            words[column.name] = _plain(value)
    return words


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _outside(db: "Session", person: StaffMember, pseudonyms: Pseudonyms) -> list[Section]:
    """Give what no key leads to: the audit trail, and alerts under a name that is not theirs."""
    here = AuditEvent.organisation_id == person.organisation_id
    looks = db.execute(
        select(AuditEvent.at, AuditEvent.kind, AuditEvent.reason)
        .where(here, AuditEvent.subject_id == person.id)
        .order_by(AuditEvent.id)
    )
    deeds = db.execute(
        select(AuditEvent.at, AuditEvent.kind)
        .where(here, AuditEvent.actor_id == person.id)
        .order_by(AuditEvent.id)
    )
    alerts = db.execute(
        select(AlertEvent.fired_on, AlertEvent.alert_type, AlertEvent.response)
        .where(
            *is_own(db, person.organisation_id, pseudonyms.of(person.employee_number)),
        )
        .order_by(AlertEvent.fired_on, AlertEvent.source_key)
    )
    found = {
        "audit_subject": ("What was done with your record, and looks at it", looks),
        "audit_actor": ("What you did in the service", deeds),
        "alert_event": ("Alerts that you saw, kept without your name", alerts),
    }
    return [
        Section(
            name=name,
            heading=heading,
            rows=[{key: _plain(value) for key, value in row.items()} for row in rows.mappings()],
        )
        for name, (heading, rows) in found.items()
    ]
