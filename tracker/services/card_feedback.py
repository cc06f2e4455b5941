"""Keeps what became of cards: each answer once, the last one counts, also before its card is here.

A card that nobody answers sends nothing: that it was ignored follows from the log of alerts shown.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from tracker.models import AlertEvent, AlertFeedback, AlertResponse, AlertStaleDay

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from integrations.outcomes.cds_feedback import CardAnswer

#: so many answers go in by one statement
AT_ONCE = 500
#: An answer from later than this is from a clock that is wrong: when it came is nearer the truth.
AHEAD = timedelta(minutes=5)


def take_feedback(
    db: "Session",
    organisation_id: int,
    service: str,
    answers: "Iterable[CardAnswer]",
    *,
    now: datetime,
) -> int:
    """Keep answers, and let the alerts that are here say them. Say how many were new."""
    rows = [
        {
            "organisation_id": organisation_id,
            "source_key": one.card,
            "service": service,
            "response": AlertResponse(one.response),
            "has_reason": one.has_reason,
            "answered_at": now if one.answered_at > now + AHEAD else one.answered_at,
            "received_at": now,
        }
        for one in answers
    ]
    dialect = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
    new = 0
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        done = db.execute(
            dialect.insert(AlertFeedback)
            .values(some)
            .on_conflict_do_nothing()
            .returning(AlertFeedback.id)
        )
        new += len(done.all())
        _let_alerts_say(db, organisation_id, {row["source_key"] for row in some})
    return new


def _let_alerts_say(db: "Session", organisation_id: int, cards: Iterable[object]) -> None:
    """Give each alert that is here its last answer, and note the days to count anew."""
    cards = sorted(map(str, cards))
    answers = db.scalars(
        select(AlertFeedback)
        .where(
            AlertFeedback.organisation_id == organisation_id, AlertFeedback.source_key.in_(cards)
        )
        .order_by(AlertFeedback.answered_at, AlertFeedback.id)
    )
    last = {one.source_key: one for one in answers}
    alerts = db.scalars(
        select(AlertEvent).where(
            AlertEvent.organisation_id == organisation_id, AlertEvent.source_key.in_(cards)
        )
    )
    days = set()
    for alert in alerts:
        answer = last[alert.source_key]
        minutes = None
        if alert.fired_at is not None and answer.answered_at >= alert.fired_at:
            minutes = int((answer.answered_at - alert.fired_at).total_seconds() // 60)
        says = (answer.response, answer.has_reason, minutes)
        if says != (alert.response, alert.has_reason, alert.minutes_to_respond):
            alert.response, alert.has_reason, alert.minutes_to_respond = says
            days.add(alert.fired_on)
    mark_stale(db, organisation_id, days)


def mark_stale(db: "Session", organisation_id: int, days: "Iterable[date]") -> None:
    """Note days whose alerts say something else now, so that they are counted anew."""
    dialect = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
    for day in sorted(days):
        db.execute(
            dialect.insert(AlertStaleDay)
            .values(organisation_id=organisation_id, day=day, is_restated=True)
            .on_conflict_do_update(
                index_elements=["organisation_id", "day"], set_={"is_restated": True}
            )
        )
