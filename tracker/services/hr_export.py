"""Hands to HR what it may know: appraisal dates, and achievements that were verified and agreed.

Each fact goes once. What went when is kept, so that the same files can be fetched again.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from tracker.errors import NotFoundError
from tracker.models import (
    Appraisal,
    AppraisalStage,
    Assignment,
    AuditKind,
    HRExport,
    HRExportKind,
    HRExportLine,
    Organisation,
    ReturnState,
    StaffMember,
    Verification,
    VerificationOutcome,
    VerificationStep,
)
from tracker.services import audit
from tracker.services.hr_export_map import ExportMap, map_of
from tracker.services.spreadsheet_text import plain_cell
from tracker.services.verification_views import OUTCOMES, views_of, with_all

if TYPE_CHECKING:
    from sqlalchemy import Select, Subquery
    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor

BATCH = 500
SHOWN = 50
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class ExportPage:
    """What waits to be handed over, what was, and what came back."""

    appraisals: int
    achievements: int
    #: handed over before, and the person agrees no longer
    withdrawals: int
    exports: Sequence[HRExport]
    returned: dict[ReturnState, int]


def export_page(db: "Session", *, by: "Actor") -> ExportPage:
    ours = HRExportLine.organisation_id == by.organisation_id
    returned = db.execute(
        select(HRExportLine.state, func.count())
        .where(ours, HRExportLine.kind == HRExportKind.ACHIEVEMENTS)
        .group_by(HRExportLine.state)
    )
    waiting = _new_appraisals(by.organisation_id).subquery()
    return ExportPage(
        appraisals=db.scalar(select(func.count()).select_from(waiting)) or 0,
        achievements=sum(len(lot) for lot in _new_achievements(db, by.organisation_id)),
        withdrawals=db.scalar(select(func.count()).select_from(_withdrawn(by.organisation_id)))
        or 0,
        exports=db.scalars(
            select(HRExport)
            .where(HRExport.organisation_id == by.organisation_id)
            .order_by(HRExport.id.desc())
            .limit(SHOWN)
        ).all(),
        returned={state: number for state, number in returned},  # noqa: C416
    )


def make_export(
    db: "Session", organisation: Organisation, *, by: "Actor", now: datetime, today: date
) -> HRExport | None:
    """Hand over all that was not handed over yet; none where there is nothing.

    The organisation's row is locked, so that two at once do not hand over the same twice.
    """
    db.execute(select(Organisation.id).where(Organisation.id == organisation.id).with_for_update())
    chosen = map_of(organisation)
    lines = list(_appraisal_lines(db, organisation.id, today))
    # A line that no longer stands makes room for the same verification, agreed to anew.
    lines += _withdrawal_lines(db, organisation.id, today)
    lines += _achievement_lines(db, organisation.id, chosen, today)
    if not lines:
        return None
    counts = {kind.value: sum(line.kind is kind for line in lines) for kind in HRExportKind}
    export = HRExport(
        organisation_id=organisation.id, made_at=now, by_id=by.staff_id, counts=counts
    )
    db.add(export)
    db.flush()
    for line in lines:
        line.hr_export_id = export.id
    db.add_all(lines)
    db.flush()
    audit.record(db, AuditKind.HR_EXPORTED, export, by=by, reason="role", lines=len(lines))
    audit.record_each(
        db,
        AuditKind.HR_EXPORTED,
        HRExportLine.__tablename__,
        {line.id: line.staff_member_id for line in lines},
        by=by,
        reason="role",
    )
    return export


def find_export(db: "Session", public_id: str, *, by: "Actor") -> HRExport:
    """Give an export of the organisation.

    :raises NotFoundError: where there is none.
    """
    export = db.scalar(
        select(HRExport).where(
            HRExport.public_id == public_id, HRExport.organisation_id == by.organisation_id
        )
    )
    if export is None:
        raise NotFoundError("There is no such export.")
    return export


def kind_of(text: str) -> HRExportKind:
    return HRExportKind(text)


def export_csv(
    db: "Session", organisation: Organisation, export: HRExport, kind: HRExportKind
) -> str:
    """Write one file of an export by the trust's map. No cell is a formula."""
    chosen = map_of(organisation)
    columns = chosen.columns(kind)
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow([plain_cell(name) for name, _ in columns])
    lines = db.scalars(
        select(HRExportLine)
        .where(HRExportLine.hr_export_id == export.id, HRExportLine.kind == kind)
        .order_by(HRExportLine.id)
        .execution_options(yield_per=BATCH)
    )
    for line in lines:
        rows.writerow([plain_cell(chosen.cell(line.facts, fact)) for _, fact in columns])
    return text.getvalue()


def _new_appraisals(organisation_id: int) -> "Select[Appraisal]":
    handed = select(HRExportLine.appraisal_id).where(HRExportLine.appraisal_id.is_not(None))
    return select(Appraisal).where(
        Appraisal.organisation_id == organisation_id,
        Appraisal.stage == AppraisalStage.SIGNED,
        Appraisal.held_on.is_not(None),
        # A talk about digital goals alone is not the person's appraisal: that is held elsewhere.
        Appraisal.is_goals_only.is_(False),
        Appraisal.id.not_in(handed),
    )


def _appraisal_lines(db: "Session", organisation_id: int, today: date) -> Iterator[HRExportLine]:
    before = aliased(Appraisal)
    appraiser = aliased(StaffMember)
    last = (
        select(func.max(before.held_on))
        .where(
            before.appraisee_id == Appraisal.appraisee_id,
            before.stage == AppraisalStage.SIGNED,
            before.held_on < Appraisal.held_on,
        )
        .scalar_subquery()
    )
    rows = db.execute(
        _new_appraisals(organisation_id)
        .join(appraiser, appraiser.id == Appraisal.appraiser_id)
        .join(StaffMember, StaffMember.id == Appraisal.appraisee_id)
        .add_columns(StaffMember, appraiser.employee_number, last)
        .order_by(Appraisal.held_on, Appraisal.id)
    ).all()
    numbers = _assignment_numbers(db, [row[0].appraisee_id for row in rows], today)
    for appraisal, person, appraiser_number, held_before in rows:
        yield HRExportLine(
            organisation_id=organisation_id,
            kind=HRExportKind.APPRAISALS,
            staff_member_id=person.id,
            appraisal_id=appraisal.id,
            facts={
                **_person(person, numbers),
                "appraiser_employee_number": appraiser_number,
                "period_start": _iso(held_before + DAY if held_before else None),
                "period_end": _iso(appraisal.held_on),
                "appraisal_date": _iso(appraisal.held_on),
                "next_appraisal_date": _iso(appraisal.next_due_on),
            },
        )


def _new_achievements(db: "Session", organisation_id: int) -> Iterator[list[Verification]]:
    """Give what was verified, is agreed for HR and was not handed over, a batch at a time."""
    handed = select(HRExportLine.verification_id).where(HRExportLine.verification_id.is_not(None))
    last = 0
    while True:
        records: list[Verification] = list(
            db.scalars(
                with_all()
                .where(
                    Verification.organisation_id == organisation_id,
                    Verification.id > last,
                    Verification.id.not_in(handed),
                    Verification.id.in_(
                        select(VerificationStep.verification_id).where(
                            VerificationStep.outcome.in_(OUTCOMES)
                        )
                    ),
                )
                .order_by(None)
                .order_by(Verification.id)
                .limit(BATCH)
            )
        )
        if not records:
            return
        last = records[-1].id
        views = views_of(db, records)
        yield [
            record
            for record, view in zip(records, views, strict=True)
            if view.is_verified and view.is_for_hr and not view.is_superseded
        ]


def _achievement_lines(
    db: "Session", organisation_id: int, chosen: ExportMap, today: date
) -> Iterator[HRExportLine]:
    names = chosen.hr_names()
    for records in _new_achievements(db, organisation_id):
        numbers = _assignment_numbers(db, [one.staff_member_id for one in records], today)
        for record in records:
            step = [step for step in record.steps if step.outcome in OUTCOMES][-1]
            hr_name = names.get(record.competence.key, record.competence.name)
            yield HRExportLine(
                organisation_id=organisation_id,
                kind=HRExportKind.ACHIEVEMENTS,
                staff_member_id=record.staff_member_id,
                verification_id=record.id,
                hr_name_key=name_key(hr_name),
                facts={
                    **_person(record.staff_member, numbers),
                    "competence_key": record.competence.key,
                    "competence_name": record.competence.name,
                    "hr_competence_name": hr_name,
                    "level": str(step.level or ""),
                    "date_from": _iso(step.at.date()),
                    "date_to": "",
                },
            )


def _withdrawn(organisation_id: int) -> "Subquery":
    """Select the achievements that HR was told of and may not have any more, and since when."""
    asked = (VerificationOutcome.FOR_HR, VerificationOutcome.NOT_FOR_HR)
    last = (
        select(func.max(VerificationStep.id))
        .where(
            VerificationStep.verification_id == HRExportLine.verification_id,
            VerificationStep.outcome.in_(asked),
        )
        .correlate(HRExportLine)
        .scalar_subquery()
    )
    return (
        select(HRExportLine.id.label("line_id"), VerificationStep.at)
        .join(VerificationStep, VerificationStep.id == last)
        .where(
            HRExportLine.organisation_id == organisation_id,
            VerificationStep.outcome == VerificationOutcome.NOT_FOR_HR,
        )
        .subquery()
    )


def _withdrawal_lines(db: "Session", organisation_id: int, today: date) -> list[HRExportLine]:
    """Take back what may not be known any more: HR is asked to take it away."""
    withdrawn = _withdrawn(organisation_id)
    rows = db.execute(
        select(HRExportLine, StaffMember, withdrawn.c.at, HRExport.made_at)
        .join(withdrawn, withdrawn.c.line_id == HRExportLine.id)
        .join(StaffMember, StaffMember.id == HRExportLine.staff_member_id)
        .join(HRExport, HRExport.id == HRExportLine.hr_export_id)
        .order_by(HRExportLine.id)
    ).all()
    numbers = _assignment_numbers(db, [row[1].id for row in rows], today)
    lines = []
    for line, person, withdrawn_at, handed_at in rows:
        line.past_verification_id, line.verification_id = line.verification_id, None
        # What HR took away before it was asked is away.
        is_away = line.state is ReturnState.GONE
        line.state = ReturnState.TAKEN_AWAY if is_away else ReturnState.WITHDRAWN
        lines.append(
            HRExportLine(
                organisation_id=organisation_id,
                kind=HRExportKind.WITHDRAWALS,
                staff_member_id=person.id,
                past_verification_id=line.past_verification_id,
                hr_name_key=line.hr_name_key,
                facts={
                    **line.facts,
                    **_person(person, numbers),
                    "handed_over_on": _iso(handed_at.date()),
                    "withdrawn_on": _iso(withdrawn_at.date()),
                },
            )
        )
    db.flush()
    return lines


def name_key(name: str) -> str:
    """Give a competence's name as it is compared: ESR ends some with a bar."""
    return name.strip().rstrip("|").strip().casefold()


def _person(person: StaffMember, numbers: dict[int, str]) -> dict[str, str]:
    return {
        "employee_number": person.employee_number,
        "assignment_number": numbers.get(person.id, ""),
        "family_name": person.family_name,
        "given_name": person.given_name,
    }


def _assignment_numbers(db: "Session", staff_ids: list[int], today: date) -> dict[int, str]:
    numbers: dict[int, str] = {}
    for start in range(0, len(staff_ids), BATCH):
        rows = db.execute(
            select(Assignment.staff_member_id, Assignment.number)
            .where(
                Assignment.staff_member_id.in_(staff_ids[start : start + BATCH]),
                Assignment.current_on(today),
            )
            .order_by(Assignment.is_primary, Assignment.id)
        )
        numbers |= {staff_id: number for staff_id, number in rows}  # noqa: C416 - rows, not pairs
    return numbers


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
