"""Marks where LFPSE took over from NRLS: the two count differently, so the charts start anew."""

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import delete, extract, func, select

from tracker.models import Incident, IncidentFeed, OutcomeMeasure, Rebase
from tracker.security.identity import System
from tracker.services.chart_marks import OF_INCIDENTS, MarkDraft, break_chart

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Organisation

REASON = "LFPSE took over from NRLS. What the two count cannot be compared."


def mark_switch(db: "Session", organisation: "Organisation", *, today: date) -> str | None:
    """Start the lines of all incident charts anew in the month of the switch; say so, once."""
    month = switch_month(db, organisation.id)
    if month is None:
        return None
    is_new = False
    for measure in db.scalars(
        select(OutcomeMeasure).where(
            OutcomeMeasure.organisation_id == organisation.id, OutcomeMeasure.key.in_(OF_INCIDENTS)
        )
    ).all():
        marked = db.scalars(
            select(Rebase.month).where(
                Rebase.outcome_measure_id == measure.id,
                Rebase.organisation_unit_id.is_(None),
                (Rebase.reason == REASON) | ((Rebase.month == month) & Rebase.is_break),
            )
        ).all()
        if month in marked:
            continue
        # Older records came in since, and the switch was earlier than we thought.
        db.execute(
            delete(Rebase).where(Rebase.outcome_measure_id == measure.id, Rebase.reason == REASON)
        )
        mark = MarkDraft(month=month, words=REASON)
        break_chart(db, measure, mark, by=System(organisation_id=organisation.id), today=today)
        is_new = True
    if not is_new:
        return None
    return f"LFPSE took over from NRLS in {month:%m/%Y}. The incident charts start anew there."


def switch_month(db: "Session", organisation_id: int) -> date | None:
    """Give the first month with more records from LFPSE than from NRLS, if both are here."""
    year, month = extract("year", Incident.occurred_on), extract("month", Incident.occurred_on)
    counted: dict[date, dict[IncidentFeed, int]] = defaultdict(dict)
    for feed, in_year, in_month, number in db.execute(
        select(Incident.feed, year, month, func.count())
        .where(
            Incident.organisation_id == organisation_id,
            Incident.feed.in_((IncidentFeed.NRLS, IncidentFeed.LFPSE)),
        )
        .group_by(Incident.feed, year, month)
    ):
        counted[date(int(in_year), int(in_month), 1)][feed] = number
    if not any(IncidentFeed.NRLS in feeds for feeds in counted.values()):
        return None
    return min(
        (
            at
            for at, feeds in counted.items()
            if feeds.get(IncidentFeed.LFPSE, 0) > feeds.get(IncidentFeed.NRLS, 0)
        ),
        default=None,
    )
