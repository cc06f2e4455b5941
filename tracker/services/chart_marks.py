"""What is marked on charts: where their lines start anew, and what happened when."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from tracker.errors import InvalidInputError, NotFoundError
from tracker.models import Annotation, AuditKind, OrganisationUnit, OutcomeMeasure, Rebase
from tracker.services import audit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor

LONGEST = 300
#: Counted from the records of incidents.
OF_INCIDENTS = frozenset(
    {
        "incident_reporting",
        "use_related_incidents",
        "technical_incidents",
        "unclear_incidents",
        "harm_share",
        "harm_count",
        "days_between_serious",
        "reporting_delay",
    }
)


@dataclass(frozen=True, kw_only=True)
class MarkDraft:
    """A month and the words for it, as somebody wrote them. No unit: every unit."""

    month: date
    words: str
    unit: OrganisationUnit | None = None


def rebase_chart(
    db: "Session", measure: OutcomeMeasure, draft: MarkDraft, *, by: "Actor", today: date
) -> Rebase:
    """Start a chart's lines anew from a month on, with the reason: a process that changed, say."""
    _check(draft, today)
    if _known(db, measure, draft) is not None:
        raise InvalidInputError("The lines start anew in this month already.", field="month")
    return _add(db, measure, draft, by=by)


def break_chart(
    db: "Session", measure: OutcomeMeasure, draft: MarkDraft, *, by: "Actor", today: date
) -> Rebase:
    """Break a chart where numbers before and after cannot be compared. Safe to do twice.

    Unlike a rebase by judgement, it also ends what the report's own test looks back on.
    """
    _check(draft, today)
    known = _known(db, measure, draft)
    if known is None:
        return _add(db, measure, draft, by=by, is_break=True)
    if not known.is_break:
        known.is_break, known.reason = True, draft.words.strip()
        _note(db, known, measure, by)
    return known


def remove_rebase(db: "Session", measure: OutcomeMeasure, public_id: str, *, by: "Actor") -> None:
    """Take a rebase back. One that a changed definition or a new system forced stays."""
    rebase = db.scalar(
        select(Rebase).where(Rebase.outcome_measure_id == measure.id, Rebase.public_id == public_id)
    )
    if rebase is None:
        raise NotFoundError("There is no such month. It may have been taken back already.")
    if rebase.is_break:
        raise InvalidInputError("Numbers before and after this month cannot be compared: it stays.")
    _note(db, rebase, measure, by, what="rebase taken back")
    db.delete(rebase)


def remove_annotation(
    db: "Session", measure: OutcomeMeasure, public_id: str, *, by: "Actor"
) -> None:
    annotation = db.scalar(
        select(Annotation).where(
            Annotation.organisation_id == measure.organisation_id,
            Annotation.public_id == public_id,
            or_(
                Annotation.outcome_measure_id == measure.id, Annotation.outcome_measure_id.is_(None)
            ),
        )
    )
    if annotation is None:
        raise NotFoundError("There is no such note. It may have been taken back already.")
    _note(db, annotation, measure, by, what="note taken back")
    db.delete(annotation)


def _known(db: "Session", measure: OutcomeMeasure, draft: MarkDraft) -> Rebase | None:
    same_unit = (
        Rebase.organisation_unit_id.is_(None)
        if draft.unit is None
        else Rebase.organisation_unit_id == draft.unit.id
    )
    return db.scalar(
        select(Rebase).where(
            Rebase.outcome_measure_id == measure.id, Rebase.month == draft.month, same_unit
        )
    )


def _add(
    db: "Session",
    measure: OutcomeMeasure,
    draft: MarkDraft,
    *,
    by: "Actor",
    is_break: bool = False,
) -> Rebase:
    rebase = Rebase(
        organisation_id=measure.organisation_id,
        outcome_measure_id=measure.id,
        organisation_unit_id=draft.unit.id if draft.unit else None,
        month=draft.month,
        reason=draft.words.strip(),
        is_break=is_break,
        author_id=by.staff_id,
    )
    db.add(rebase)
    _note(db, rebase, measure, by)
    return rebase


def _note(
    db: "Session",
    about: Rebase | Annotation,
    measure: OutcomeMeasure,
    by: "Actor",
    *,
    what: str = "rebase",
) -> None:
    audit.record(db, AuditKind.MEASURE_DEFINED, about, by=by, key=measure.key, what=what)


def annotate_charts(  # noqa: PLR0913 - each is one plain thing
    db: "Session",
    measure: OutcomeMeasure,
    draft: MarkDraft,
    *,
    by: "Actor",
    today: date,
    on_every_chart: bool = False,
) -> Annotation:
    """Write on the chart of a measure, or of every measure, what happened in a month."""
    _check(draft, today)
    annotation = Annotation(
        organisation_id=measure.organisation_id,
        outcome_measure_id=None if on_every_chart else measure.id,
        organisation_unit_id=draft.unit.id if draft.unit else None,
        month=draft.month,
        author_id=by.staff_id,
        text=draft.words.strip(),
    )
    db.add(annotation)
    _note(db, annotation, measure, by, what="note")
    return annotation


def _check(draft: MarkDraft, today: date) -> None:
    if not draft.words.strip():
        raise InvalidInputError(
            "Say in a few words what happened. It is shown on the chart.", field="words"
        )
    if len(draft.words) > LONGEST:
        raise InvalidInputError(f"Use {LONGEST} characters or fewer.", field="words")
    if draft.month > today:
        raise InvalidInputError(
            "That month is in the future. Choose one that has begun.", field="month"
        )
