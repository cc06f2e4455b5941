"""Changes a measure: what it was is kept, and a changed definition breaks its chart visibly."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from tracker.errors import InvalidInputError
from tracker.models import BETWEEN_EVENTS, AuditKind, MeasureVersion, Organisation, OutcomeMeasure
from tracker.services import audit
from tracker.services.chart_marks import MarkDraft, break_chart
from tracker.services.measure_words import DEFINING, FIELD_WORDS
from tracker.services.measures import MeasureDraft, check_draft, keys_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor

#: What a trust may change of a measure that comes with the product: its feeds count the rest.
OF_BUILT_IN = frozenset({"why_it_matters", "misleads_when", "owner", "review_on", "target"})
LONGEST_REASON = 250


@dataclass(frozen=True, kw_only=True)
class MeasureChange:
    """What a measure is to be, why, and from which month it is counted so."""

    draft: MeasureDraft
    reason: str
    from_month: date | None = None
    #: the version that the writer saw
    seen: int | None = None


def change_measure(
    db: "Session", measure: OutcomeMeasure, change: MeasureChange, *, by: "Actor", today: date
) -> MeasureVersion | None:
    """Make a new version, and break the chart where what is counted is another thing now."""
    changed = changed_fields(measure, change.draft)
    if not changed:
        return None
    is_break = bool(changed & set(DEFINING))
    _check(db, measure, change, changed, is_break=is_break)
    _keep_first(db, measure)
    for name in changed:
        setattr(measure, name, getattr(change.draft, name))
    measure.version += 1
    version = MeasureVersion(
        organisation_id=measure.organisation_id,
        outcome_measure_id=measure.id,
        number=measure.version,
        from_month=change.from_month if is_break else None,
        is_break=is_break,
        reason=change.reason.strip(),
        content=content_of(measure),
        author_id=by.staff_id,
    )
    db.add(version)
    if is_break and change.from_month is not None:
        words = f"What is counted changed (version {version.number}): {version.reason}"
        break_chart(
            db, measure, MarkDraft(month=change.from_month, words=words), by=by, today=today
        )
    audit.record(
        db,
        AuditKind.MEASURE_CHANGED,
        measure,
        by=by,
        key=measure.key,
        version=measure.version,
        fields=", ".join(sorted(changed)),
    )
    return version


def changed_fields(measure: OutcomeMeasure, draft: MeasureDraft) -> set[str]:
    """List what a draft would change. A built-in measure's own words stay with the product."""
    able = OF_BUILT_IN if measure.is_built_in else set(FIELD_WORDS) - {"chart_kind"}
    return {name for name in able if getattr(measure, name) != getattr(draft, name)}


def content_of(measure: OutcomeMeasure) -> dict[str, Any]:
    """Give every field as it can be kept."""
    return {name: _plain(getattr(measure, name)) for name in FIELD_WORDS}


def versions_of(db: "Session", measure: OutcomeMeasure) -> list[MeasureVersion]:
    """List the versions that were kept, the newest first."""
    return list(
        db.scalars(
            select(MeasureVersion)
            .where(
                MeasureVersion.organisation_id == measure.organisation_id,
                MeasureVersion.outcome_measure_id == measure.id,
            )
            .order_by(MeasureVersion.number.desc())
        )
    )


def _check(
    db: "Session",
    measure: OutcomeMeasure,
    change: MeasureChange,
    changed: set[str],
    *,
    is_break: bool,
) -> None:
    if change.seen is not None and change.seen != measure.version:
        raise InvalidInputError(
            "Somebody else changed this measure meanwhile. Look at it, and write your change again."
        )
    if not change.reason.strip():
        raise InvalidInputError("Say why you change it, in a few words.", field="reason")
    if len(change.reason) > LONGEST_REASON:
        raise InvalidInputError(f"Use {LONGEST_REASON} characters or fewer.", field="reason")
    if is_break and change.from_month is None:
        raise InvalidInputError(
            "What is counted changes. Choose the first month that is counted in the new way.",
            field="from_month",
        )
    if not measure.is_built_in:
        organisation = db.get_one(Organisation, measure.organisation_id)
        check_draft(change.draft, keys_of(db, organisation))
        _check_feed(measure, change.draft)
        _check_family(db, measure, changed)


def _check_feed(measure: OutcomeMeasure, draft: MeasureDraft) -> None:
    """Refuse to make months of dates, or dates of months: nothing that came would fit."""
    if (measure.unit in BETWEEN_EVENTS) != (draft.unit in BETWEEN_EVENTS):
        raise InvalidInputError(
            "Numbers by month and a list of dates cannot be turned into each other. Add another "
            "measure instead.",
            field="unit",
        )


def _check_family(db: "Session", measure: OutcomeMeasure, changed: set[str]) -> None:
    """Refuse to take a measure away from those that lean on it."""
    if "family" not in changed:
        return
    leaning = db.scalar(
        select(func.count()).where(
            OutcomeMeasure.organisation_id == measure.organisation_id,
            (OutcomeMeasure.denominator_key == measure.key)
            | (OutcomeMeasure.for_outcome_key == measure.key),
        )
    )
    if leaning:
        raise InvalidInputError(
            "Other measures lean on this one, so its family stays as it is.", field="family"
        )


def _keep_first(db: "Session", measure: OutcomeMeasure) -> None:
    """Keep the measure as it was before it was ever changed."""
    known = db.scalar(
        select(MeasureVersion.id).where(MeasureVersion.outcome_measure_id == measure.id).limit(1)
    )
    if known is None:
        db.add(
            MeasureVersion(
                organisation_id=measure.organisation_id,
                outcome_measure_id=measure.id,
                number=measure.version,
                reason="As it was first defined.",
                content=content_of(measure),
            )
        )


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
