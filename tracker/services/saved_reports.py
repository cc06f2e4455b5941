"""Reports that somebody wants again: saved, published by a schedule, told to named readers."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from tracker.errors import InvalidInputError, NotFoundError
from tracker.models import (
    AuditKind,
    Every,
    Organisation,
    OrganisationUnit,
    PublishedReport,
    ReportReader,
    SavedReport,
)
from tracker.services import audit, outbox
from tracker.services.colleagues import find_colleague
from tracker.services.outcome_choices import report_choices
from tracker.services.period_words import month_words
from tracker.services.published_reports import ToPublish, publish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor

FEWEST_MONTHS, MOST_MONTHS, LAST_DAY = 18, 120, 28
MOST_READERS = 200
MOST_SAVED = 100
#: A quarter's report is made in the month after it.
QUARTER_STARTS = frozenset({1, 4, 7, 10})


@dataclass(frozen=True, kw_only=True)
class SavedDraft:
    name: str
    unit: OrganisationUnit | None
    months: int
    #: a value of Every
    every: str
    day: int


def find_unit(db: "Session", public_id: str, *, by: "Actor") -> OrganisationUnit | None:
    """Give a unit of the organisation; none for the whole.

    :raises InvalidInputError: where there is no such unit.
    """
    if not public_id:
        return None
    unit = db.scalar(
        select(OrganisationUnit).where(
            OrganisationUnit.public_id == public_id,
            OrganisationUnit.organisation_id == by.organisation_id,
        )
    )
    if unit is None:
        raise InvalidInputError("Choose a unit from the list.", field="unit")
    return unit


def list_saved(db: "Session", organisation_id: int) -> "Sequence[SavedReport]":
    return db.scalars(
        select(SavedReport)
        .where(SavedReport.organisation_id == organisation_id, SavedReport.ended_at.is_(None))
        .options(joinedload(SavedReport.unit), selectinload(SavedReport.readers))
        .order_by(SavedReport.name, SavedReport.id)
    ).all()


def find_saved(db: "Session", public_id: str, *, by: "Actor") -> SavedReport:
    """Give a saved report of the organisation.

    :raises NotFoundError: where there is none.
    """
    found = db.scalar(
        select(SavedReport)
        .where(
            SavedReport.public_id == public_id,
            SavedReport.organisation_id == by.organisation_id,
            SavedReport.ended_at.is_(None),
        )
        .options(
            joinedload(SavedReport.unit),
            selectinload(SavedReport.readers).joinedload(ReportReader.staff_member),
        )
    )
    if found is None:
        raise NotFoundError("There is no such report.")
    return found


def save(db: "Session", draft: SavedDraft, *, by: "Actor", now: datetime) -> SavedReport:
    """Keep what somebody wants again.

    :raises InvalidInputError: at the field to mend.
    """
    _check(draft)
    if len(list_saved(db, by.organisation_id)) >= MOST_SAVED:
        raise InvalidInputError(
            f"There are {MOST_SAVED} saved reports. End one first.", field="name"
        )
    saved = SavedReport(
        organisation_id=by.organisation_id,
        name=draft.name.strip(),
        organisation_unit_id=draft.unit.id if draft.unit else None,
        months=draft.months,
        every=Every(draft.every),
        day=draft.day,
        saved_at=now,
    )
    db.add(saved)
    audit.record(db, AuditKind.REPORT_SAVED, saved, by=by, reason="role")
    return saved


def _check(draft: SavedDraft) -> None:
    if not draft.name.strip():
        raise InvalidInputError("Give the report a name.", field="name")
    if not FEWEST_MONTHS <= draft.months <= MOST_MONTHS:
        raise InvalidInputError(
            f"Choose from {FEWEST_MONTHS} to {MOST_MONTHS} months.", field="months"
        )
    if draft.every not in set(Every):
        raise InvalidInputError("Choose when it is published.", field="every")
    if not 1 <= draft.day <= LAST_DAY:
        raise InvalidInputError(f"Choose a day from 1 to {LAST_DAY}.", field="day")


def add_reader(
    db: "Session", saved: SavedReport, email: str, *, by: "Actor", today: date
) -> ReportReader:
    """Have a colleague told when the report is published. A second time changes nothing.

    :raises InvalidInputError: where nobody has that work email.
    """
    person = find_colleague(db, by.organisation_id, email, today=today, field="email")
    known = next((one for one in saved.readers if one.staff_member_id == person.id), None)
    if known is not None:
        return known
    if len(saved.readers) >= MOST_READERS:
        raise InvalidInputError(f"A report has {MOST_READERS} readers at most.", field="email")
    reader = ReportReader(
        organisation_id=saved.organisation_id, saved_report=saved, staff_member_id=person.id
    )
    db.add(reader)
    audit.record(db, AuditKind.REPORT_CHANGED, saved, by=by, reason="role", readers=1)
    return reader


def drop_reader(db: "Session", saved: SavedReport, reader_id: int, *, by: "Actor") -> None:
    """Tell somebody no more."""
    reader = next((one for one in saved.readers if one.id == reader_id), None)
    if reader is not None:
        saved.readers.remove(reader)
        db.delete(reader)
        audit.record(db, AuditKind.REPORT_CHANGED, saved, by=by, reason="role", readers=-1)


def end(db: "Session", saved: SavedReport, *, by: "Actor", now: datetime) -> None:
    """Publish it no more. What was published stays."""
    saved.ended_at = now
    audit.record(db, AuditKind.REPORT_CHANGED, saved, by=by, reason="role", ended=1)


def publish_saved(  # noqa: PLR0913 - each is one plain fact of it
    db: "Session",
    saved: SavedReport,
    *,
    by: "Actor",
    now: datetime,
    today: date,
    due_key: str | None = None,
) -> PublishedReport:
    """Publish a saved report as it is now, and tell its readers."""
    organisation = db.get_one(Organisation, saved.organisation_id)
    choices = report_choices(db, organisation.id, own_unit_ids=None, today=today)
    asked = ToPublish(
        name=saved.name,
        unit=saved.unit,
        first_month=_months_before(choices.last_month, saved.months - 1),
        last_month=choices.last_month,
        saved_report_id=saved.id,
        due_key=due_key,
    )
    kept = publish(db, organisation, asked, by=by, now=now, today=today)
    db.flush()  # its public id goes into the mails
    outbox.enqueue_all(
        db,
        [
            outbox.Message(
                kind="report.published",
                recipient_id=reader.staff_member_id,
                dedupe_key=f"report.published:{kept.public_id}:{reader.id}",
                payload={
                    "path": f"/outcomes/published/{kept.public_id}",
                    "until": month_words(kept.last_month),
                },
            )
            for reader in saved.readers
        ],
        organisation_id=saved.organisation_id,
    )
    return kept


def due_today(db: "Session", organisation_id: int, *, today: date) -> list[tuple[str, str]]:
    """List which saved reports are due and not published yet: public id, and the month of it."""
    found = []
    for saved in list_saved(db, organisation_id):
        key = due_key(saved, today)
        if key is None or saved.saved_at.date() > date.fromisoformat(f"{key}-{saved.day:02}"):
            continue
        if not is_published(db, saved, key):
            found.append((saved.public_id, key))
    return found


def is_published(db: "Session", saved: SavedReport, due_key: str) -> bool:
    """Say whether the report that was due in this month is out."""
    done = select(PublishedReport.id).where(
        PublishedReport.saved_report_id == saved.id, PublishedReport.due_key == due_key
    )
    return db.scalar(done.limit(1)) is not None


def due_key(saved: SavedReport, today: date) -> str | None:
    """Name the month whose report is due by today; none, where it is never made by itself."""
    if saved.every is Every.NEVER:
        return None
    month = today if today.day >= saved.day else _months_before(today.replace(day=1), 1)
    month = month.replace(day=1)
    while saved.every is Every.QUARTER and month.month not in QUARTER_STARTS:
        month = _months_before(month, 1)
    return month.isoformat()[:7]


def _months_before(month: date, number: int) -> date:
    count = month.year * 12 + month.month - 1 - number
    return date(count // 12, count % 12 + 1, 1)
