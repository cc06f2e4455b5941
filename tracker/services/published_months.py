"""Remembers which months anybody could once read by the month.

Small numbers may come later and turn a series into quarters. A quarter less two months that are
known gives the third; so what was known is handed to the rule that holds small numbers back.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from tracker.models import PublishedMonths

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Span = tuple[date, date]
#: measure id, and unit (none: the whole organisation)
Place = tuple[int, int | None]


def known_spans(db: "Session", organisation_id: int) -> dict[Place, Span]:
    """Give from when to when each series was once known by the month."""
    rows = db.execute(
        select(
            PublishedMonths.outcome_measure_id,
            PublishedMonths.organisation_unit_id,
            func.min(PublishedMonths.first_month),
            func.max(PublishedMonths.last_month),
        )
        .where(PublishedMonths.organisation_id == organisation_id)
        .group_by(PublishedMonths.outcome_measure_id, PublishedMonths.organisation_unit_id)
    )
    return {(measure, unit): (first, last) for measure, unit, first, last in rows}


def remember(
    db: "Session", organisation_id: int, spans: Mapping[Place, Span], known: Mapping[Place, Span]
) -> None:
    """Note what is known from now on, beyond what was."""
    rows = [
        {
            "organisation_id": organisation_id,
            "outcome_measure_id": measure,
            "organisation_unit_id": unit,
            "first_month": first,
            "last_month": last,
            "recorded_at": datetime.now(UTC),
        }
        for (measure, unit), (first, last) in spans.items()
        if not _holds(known.get((measure, unit)), first, last)
    ]
    if rows:
        db.execute(insert(PublishedMonths), rows)


def _holds(known: Span | None, first: date, last: date) -> bool:
    return known is not None and known[0] <= first and last <= known[1]
