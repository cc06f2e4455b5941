"""Lets go of records whose time is up, by a schedule that each organisation can set."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update

from tracker.content.retention import KEPT
from tracker.errors import InvalidInputError
from tracker.models import (
    AlertEvent,
    AlertStaffMonth,
    Appraisal,
    AppraisalPreparation,
    AppraisalStage,
    AuditEvent,
    AuditKind,
    Base,
    Disposal,
    Evidence,
    EvidenceMove,
    EvidenceStep,
    FrameworkUpload,
    ImportRun,
    KeptText,
    Organisation,
    OutboxMessage,
    PracticeAnswer,
    PracticeForm,
    PrivateNote,
    RegisterFile,
    RejectedRecord,
    RetentionPeriod,
    SignInSession,
    StaffMember,
    new_public_id,
)
from tracker.services import audit
from tracker.services.personal_data import PERSON, deepest_first, is_about, table_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor

LONGEST_DAYS = 36_525  # a hundred years


@dataclass(frozen=True, kw_only=True)
class Kept:
    """How long one kind of record is kept here."""

    key: str
    what: str
    since: str
    days: int
    is_own: bool


@dataclass(frozen=True, kw_only=True)
class Disposed:
    """What one disposal let go of."""

    #: rows by table; only where there were any
    counts: dict[str, int]


def schedule_of(db: "Session", organisation_id: int) -> list[Kept]:
    """Give the schedule: the organisation's own word, else ours."""
    own = {
        row[0]: row[1]
        for row in db.execute(
            select(RetentionPeriod.key, RetentionPeriod.days).where(
                RetentionPeriod.organisation_id == organisation_id
            )
        )
    }
    return [
        Kept(
            key=one.key,
            what=one.what,
            since=one.since,
            days=own.get(one.key, one.days),
            is_own=one.key in own,
        )
        for one in KEPT
    ]


def set_period(db: "Session", key: str, days: int, *, by: "Actor") -> None:
    """Set how long one kind of record is kept.

    :raises InvalidInputError: for a kind that there is not, or a number that makes no sense.
    """
    if key not in {one.key for one in KEPT}:
        raise InvalidInputError("There is no such kind of record.")
    least = next(one.least for one in KEPT if one.key == key)
    if not least <= days <= LONGEST_DAYS:
        raise InvalidInputError(f"Choose a number of days from {least} to {LONGEST_DAYS}.")
    row = db.scalar(
        select(RetentionPeriod).where(
            RetentionPeriod.organisation_id == by.organisation_id, RetentionPeriod.key == key
        )
    )
    if row is None:
        row = RetentionPeriod(organisation_id=by.organisation_id, key=key, days=days)
        db.add(row)
    row.days = days
    db.flush()
    audit.record(db, AuditKind.RETENTION_SET, row, by=by, days=days)


def dispose(db: "Session", organisation: Organisation, *, now: datetime) -> Disposed:
    """Delete whatever is past its time, in one transaction. Safe to run twice.

    The files of evidence go with the next sweep.
    """
    schedule = {one.key: one.days for one in schedule_of(db, organisation.id)}
    disposal = Disposal(
        organisation_id=organisation.id, schedule=schedule, counts={}, began_at=now, ended_at=None
    )
    db.add(disposal)
    db.flush()
    due = {key: now - timedelta(days=days) for key, days in schedule.items()}
    counts: dict[str, int] = {}
    leavers = _leavers(db, organisation, due["leavers"].date())
    evidence = _old_evidence(organisation, due["put_away"])
    for table, condition in _short_lived(organisation, due):
        _delete(db, table, condition, counts)
    _delete_evidence(db, evidence, counts)
    _forget_pseudonyms(db, organisation, due["live_alerts"].date(), counts)
    _let_go(db, organisation, leavers, counts)
    if counts:
        disposal.counts = counts
        disposal.ended_at = now
    else:
        db.delete(disposal)
    db.flush()
    return Disposed(counts=counts)


def _delete(
    db: "Session",
    table: Any,  # noqa: ANN401
    condition: ColumnElement[bool],
    counts: dict[str, int],
) -> None:
    done: Any = db.execute(
        delete(table).where(condition), execution_options={"synchronize_session": False}
    )
    if done.rowcount:
        counts[table.name] = counts.get(table.name, 0) + done.rowcount


def _short_lived(
    organisation: Organisation, due: Mapping[str, datetime]
) -> Iterator[tuple[Any, ColumnElement[bool]]]:
    """Give what goes by its own age, whoever it is of."""

    def of(model: type[Base]) -> Any:  # noqa: ANN401
        return model.__table__

    here = organisation.id
    closed = select(Appraisal.id).where(
        Appraisal.organisation_id == here,
        Appraisal.stage != AppraisalStage.OPEN,
        func.coalesce(Appraisal.held_on, Appraisal.opened_on) < due["drafts"].date(),
    )
    yield of(PrivateNote), PrivateNote.appraisal_id.in_(closed)
    yield of(AppraisalPreparation), AppraisalPreparation.appraisal_id.in_(closed)
    yield (
        of(KeptText),
        and_(KeptText.organisation_id == here, KeptText.kept_at < due["kept_texts"]),
    )
    old_forms = select(PracticeForm.id).where(
        PracticeForm.organisation_id == here, PracticeForm.begun_at < due["practice"]
    )
    yield of(PracticeAnswer), PracticeAnswer.practice_form_id.in_(old_forms)
    yield (
        of(OutboxMessage),
        and_(OutboxMessage.organisation_id == here, OutboxMessage.created_at < due["mail"]),
    )
    yield (
        of(SignInSession),
        and_(SignInSession.organisation_id == here, SignInSession.last_seen_at < due["sessions"]),
    )
    yield (
        of(AuditEvent),
        and_(AuditEvent.organisation_id == here, AuditEvent.at < due["audit"]),
    )
    for model, column in (
        (RegisterFile, RegisterFile.uploaded_at),
        (FrameworkUpload, FrameworkUpload.uploaded_at),
    ):
        yield of(model), and_(model.organisation_id == here, column < due["uploads"])
    yield of(RejectedRecord), _of_an_old_run(here, due["rejected"])


def _of_an_old_run(organisation_id: int, before: datetime) -> ColumnElement[bool]:
    return RejectedRecord.import_run_id.in_(
        select(ImportRun.id).where(
            ImportRun.organisation_id == organisation_id, ImportRun.started_at < before
        )
    )


def _old_evidence(organisation: Organisation, before: datetime) -> Any:  # noqa: ANN401
    """Select evidence that was put away or ran out, and stands in no signed record."""
    put_away = exists().where(
        EvidenceStep.evidence_id == Evidence.id,
        EvidenceStep.move == EvidenceMove.PUT_AWAY,
        EvidenceStep.at < before,
    )
    brought = exists().where(
        EvidenceStep.evidence_id == Evidence.id, EvidenceStep.move == EvidenceMove.BROUGHT
    )
    return select(Evidence.id).where(
        Evidence.organisation_id == organisation.id,
        or_(put_away, Evidence.expires_on < before.date()),
        ~brought,
    )


def _delete_evidence(db: "Session", evidence: Any, counts: dict[str, int]) -> None:  # noqa: ANN401
    tables = Base.metadata.tables
    ids = list(db.scalars(evidence))
    for name, column in (
        ("evidence_competence", "evidence_id"),
        ("evidence_step", "evidence_id"),
        ("evidence", "id"),
    ):
        _delete(db, tables[name], tables[name].c[column].in_(ids), counts)


def _leavers(db: "Session", organisation: Organisation, before: date) -> list[int]:
    """Find who left long ago and is still named."""
    return list(
        db.scalars(
            select(StaffMember.id).where(
                StaffMember.organisation_id == organisation.id,
                StaffMember.left_on < before,
                ~StaffMember.source_key.startswith("gone-"),
            )
        )
    )


def _forget_pseudonyms(
    db: "Session", organisation: Organisation, before: date, counts: dict[str, int]
) -> None:
    """Let events stand for their unit alone once a person's own time to see them is over."""
    done: Any = db.execute(
        update(AlertEvent)
        .where(
            AlertEvent.organisation_id == organisation.id,
            AlertEvent.fired_on < before,
            AlertEvent.staff_pseudonym.is_not(None),
        )
        .values(staff_pseudonym=None)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount:
        counts["alert_event"] = done.rowcount
    _forget_who_was_counted(db, organisation, before)


def _forget_who_was_counted(db: "Session", organisation: Organisation, before: date) -> None:
    """Keep that different people were behind a month's numbers, and no longer who they were."""
    known = db.scalars(
        select(AlertStaffMonth.staff_pseudonym)
        .where(
            AlertStaffMonth.organisation_id == organisation.id,
            AlertStaffMonth.month < before.replace(day=1),
            ~AlertStaffMonth.staff_pseudonym.startswith("gone-"),
        )
        .distinct()
    )
    for pseudonym in known.all():
        db.execute(
            update(AlertStaffMonth)
            .where(
                AlertStaffMonth.organisation_id == organisation.id,
                AlertStaffMonth.month < before.replace(day=1),
                AlertStaffMonth.staff_pseudonym == pseudonym,
            )
            .values(staff_pseudonym=f"gone-{new_public_id()}")
            .execution_options(synchronize_session=False)
        )


def _let_go(
    db: "Session", organisation: Organisation, leavers: list[int], counts: dict[str, int]
) -> None:
    """Delete all that is about people who left long ago, and take their names off their row.

    The row stays, as others' records point to it: a former colleague signed theirs.
    """
    if not leavers:
        return
    for part in deepest_first():
        if part.table != PERSON:
            table = table_of(part)
            _delete(db, table, is_about(part.table, leavers, is_disposal=True), counts)
    _delete(
        db,
        AuditEvent.__table__,
        and_(AuditEvent.organisation_id == organisation.id, AuditEvent.subject_id.in_(leavers)),
        counts,
    )
    for person in db.scalars(select(StaffMember).where(StaffMember.id.in_(leavers))):
        person.title = person.preferred_name = person.email = person.nhs_unique_id = None
        person.given_name, person.family_name = "Former", "colleague"
        person.employee_number = person.source_key = f"gone-{person.id}"
        person.hired_on = None
    counts[PERSON] = len(leavers)
