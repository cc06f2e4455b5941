"""What HR and administrators see: dates and states, imports and what they refused."""

import csv
import io
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.errors import NotFoundError
from tracker.models import (
    Appraisal,
    AppraisalStage,
    Assignment,
    AuditKind,
    ImportRun,
    Induction,
    InductionStage,
    Organisation,
    OrganisationUnit,
    RejectedRecord,
    StaffMember,
)
from tracker.services import audit
from tracker.services.dates_filters import DatesFilter, conditions, units_to_choose
from tracker.services.import_runs import lines_read
from tracker.services.spreadsheet_text import plain_cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

PAGE_SIZE = 50
#: How many people one question to the database names.
BATCH = 1_000
HEADINGS = (
    "Name",
    "Employee number",
    "Unit",
    "Last appraisal",
    "Open now, due",
    "Next due",
    "Induction",
)
#: How many refused lines a page shows; the whole list is on the command line.
SHOWN_REJECTED = 500


@dataclass(frozen=True, kw_only=True)
class DatesLine:
    """One person's dates and states; nothing that was said or written."""

    staff_member: StaffMember
    unit_name: str | None
    last_held_on: date | None
    open_due_on: date | None
    next_due_on: date | None
    induction_stage: InductionStage | None


@dataclass(frozen=True, kw_only=True)
class DatesPage:
    lines: tuple[DatesLine, ...]
    page: int
    pages: int
    total: int
    #: what to choose from: public id and name
    units: list[tuple[str, str]]


def dates_page(
    db: "Session",
    *,
    by: "Identity",
    today: date,
    page: int = 1,
    chosen: DatesFilter = DatesFilter(),  # noqa: B008 - frozen
) -> DatesPage:
    """List who is in post with their appraisal and induction dates, by name, a page at a time."""
    asked_for = conditions(db, chosen, by=by, today=today)
    total = db.scalar(select(func.count(StaffMember.id)).where(*asked_for)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    staff = db.scalars(_by_name(asked_for).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    return DatesPage(
        lines=_lines(db, staff, today=today),
        page=page,
        pages=pages,
        total=total,
        units=units_to_choose(db, by.organisation_id),
    )


def _by_name(asked_for: "Sequence[ColumnElement[bool]]") -> "Select[StaffMember]":
    return (
        select(StaffMember)
        .where(*asked_for)
        .order_by(StaffMember.family_name, StaffMember.given_name, StaffMember.id)
    )


def dates_csv(db: "Session", chosen: DatesFilter, *, by: "Identity", today: date) -> str:
    """Write the same as CSV, all of it: dates and states, nothing else. No cell is a formula."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(HEADINGS)
    staff = db.scalars(_by_name(conditions(db, chosen, by=by, today=today))).all()
    for start in range(0, len(staff), BATCH):
        for line in _lines(db, staff[start : start + BATCH], today=today):
            person = line.staff_member
            texts = (
                f"{person.family_name}, {person.first_name}",
                person.employee_number,
                line.unit_name,
            )
            dates = (line.last_held_on, line.open_due_on, line.next_due_on)
            state = line.induction_stage.value.replace("_", " ") if line.induction_stage else ""
            rows.writerow([*map(plain_cell, texts), *(day or "" for day in dates), state])
    organisation = db.get_one(Organisation, by.organisation_id)
    audit.record(db, AuditKind.DATES_READ, organisation, by=by, reason="role", people=len(staff))
    return text.getvalue()


def _lines(db: "Session", staff: "Sequence[StaffMember]", *, today: date) -> tuple[DatesLine, ...]:
    ids = [one.id for one in staff]
    signed, still_open = _appraisal_dates(db, ids)
    # Where somebody has several, the last of them in this order is the one that is shown.
    unit_rows = db.execute(
        select(Assignment.staff_member_id, OrganisationUnit.name)
        .join(OrganisationUnit, OrganisationUnit.id == Assignment.organisation_unit_id)
        .where(
            Assignment.staff_member_id.in_(ids),
            Assignment.current_on(today),
        )
        .order_by(Assignment.is_primary, Assignment.id)
    )
    units = {row[0]: row[1] for row in unit_rows}
    induction_rows = db.execute(
        select(Induction.staff_member_id, Induction.stage)
        .where(Induction.staff_member_id.in_(ids))
        .order_by(Induction.starts_on)
    )
    inductions = {row[0]: row[1] for row in induction_rows}
    return tuple(
        DatesLine(
            staff_member=one,
            unit_name=units.get(one.id),
            last_held_on=signed.get(one.id, (None, None))[0],
            open_due_on=still_open.get(one.id),
            next_due_on=signed.get(one.id, (None, None))[1],
            induction_stage=inductions.get(one.id),
        )
        for one in staff
    )


def _appraisal_dates(
    db: "Session", ids: list[int]
) -> tuple[dict[int, tuple[date | None, date | None]], dict[int, date]]:
    """Give who was last appraised when and is next due when, and whose appraisal is open."""
    signed: dict[int, tuple[date | None, date | None]] = {}
    still_open: dict[int, date] = {}
    for staff_id, stage, due_on, held_on, next_due_on in db.execute(
        select(
            Appraisal.appraisee_id,
            Appraisal.stage,
            Appraisal.due_on,
            Appraisal.held_on,
            Appraisal.next_due_on,
        )
        .where(Appraisal.appraisee_id.in_(ids))
        .order_by(Appraisal.id)
    ):
        if stage is AppraisalStage.SIGNED:
            signed[staff_id] = (held_on, next_due_on)
        elif stage is AppraisalStage.OPEN:
            still_open[staff_id] = due_on
    return signed, still_open


def import_runs(db: "Session", *, by: "Identity", limit: int = PAGE_SIZE) -> tuple[ImportRun, ...]:
    """List the newest import runs of this organisation."""
    return tuple(
        db.scalars(
            select(ImportRun)
            .where(ImportRun.organisation_id == by.organisation_id)
            .order_by(ImportRun.started_at.desc(), ImportRun.id.desc())
            .limit(limit)
        )
    )


@dataclass(frozen=True, kw_only=True)
class ImportRunPage:
    run: ImportRun
    lines_read: int
    rejected: tuple[RejectedRecord, ...]
    rejected_total: int


def import_run_page(db: "Session", public_id: str, *, by: "Identity") -> ImportRunPage:
    """Show one import run with the lines that it refused.

    :raises NotFoundError: if this organisation has no such run.
    """
    run = find_import(db, public_id, by=by)
    of_run = RejectedRecord.import_run_id == run.id
    return ImportRunPage(
        run=run,
        lines_read=lines_read(db, run),
        rejected=tuple(
            db.scalars(
                select(RejectedRecord)
                .where(of_run)
                .order_by(RejectedRecord.line, RejectedRecord.id)
                .limit(SHOWN_REJECTED)
            )
        ),
        rejected_total=db.scalar(select(func.count(RejectedRecord.id)).where(of_run)) or 0,
    )


def find_import(db: "Session", public_id: str, *, by: "Identity") -> ImportRun:
    """Give a run of this organisation.

    :raises NotFoundError: if there is none of that id.
    """
    run = db.scalar(
        select(ImportRun).where(
            ImportRun.public_id == public_id, ImportRun.organisation_id == by.organisation_id
        )
    )
    if run is None:
        raise NotFoundError("There is no such import.")
    return run


def rejected_csv(db: "Session", public_id: str, *, by: "Identity") -> str:
    """Write the lines that were not taken in as CSV: where, whose number, why. No formulas."""
    run = find_import(db, public_id, by=by)
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(("Line", "Employee number", "Why"))
    for line, number, reason in db.execute(
        select(RejectedRecord.line, RejectedRecord.employee_number, RejectedRecord.reason)
        .where(RejectedRecord.import_run_id == run.id)
        .order_by(RejectedRecord.line, RejectedRecord.id)
    ):
        rows.writerow((line, plain_cell(number or ""), plain_cell(reason)))
    audit.record(db, AuditKind.REJECTED_SAVED, run, by=by, reason="role")
    return text.getvalue()
