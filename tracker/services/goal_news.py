"""What waits for somebody on their page for today, around goals: three numbers in one query."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.models import GoalOffer, KeptText
from tracker.services.goal_groups import open_offers

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

#: How long before its day a review is shown to the owner.
AHEAD = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class GoalNews:
    """How many texts were kept, goals are offered, and reviews are due soon."""

    kept_texts: int
    offered: int
    to_review: int


def goal_news(db: "Session", *, by: "Identity", today: date) -> GoalNews:
    offered = open_offers(by.organisation_id, by.staff_id, today, GoalOffer.id).subquery()
    kept, waiting, reviews = db.execute(
        select(
            select(func.count(KeptText.id))
            .where(KeptText.staff_member_id == by.staff_id)
            .scalar_subquery(),
            select(func.count()).select_from(offered).scalar_subquery(),
            select(func.count(GoalOffer.id))
            .where(
                GoalOffer.organisation_id == by.organisation_id,
                GoalOffer.owner_id == by.staff_id,
                GoalOffer.ended_at.is_(None),
                GoalOffer.review_on <= today + AHEAD,
            )
            .scalar_subquery(),
        )
    ).one()
    return GoalNews(kept_texts=kept, offered=waiting, to_review=reviews)
