"""Gives everybody in a full file one main assignment, where HR says none or several."""

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select, update

from tracker.services.roster_staging import ASSIGNMENTS, Rejections

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

_row = ASSIGNMENTS.c


def choose_main(db: "Session", rejected: Rejections, today: "date") -> None:
    """Of what holds today, the one with the most hours is the main one, or else the oldest.

    The day of the last change does not count: a new line about one of them would move people.
    """
    holds = and_(
        _row.effective_from <= today,
        or_(_row.effective_to.is_(None), _row.effective_to >= today),
        or_(_row.ended_on.is_(None), _row.ended_on >= today),
    )
    main = func.count().filter(_row.is_primary)
    doubtful = select(_row.person_key).where(holds).group_by(_row.person_key).having(main != 1)
    if db.execute(doubtful.limit(1)).first() is None:
        return
    order = (
        _row.is_primary.desc(),
        func.coalesce(_row.fte, 0).desc(),
        func.coalesce(_row.started_on, _row.effective_from),
        _row.source_key,
        _row.line,
    )
    place = func.row_number().over(partition_by=_row.person_key, order_by=order).label("place")
    ranked = (
        select(_row.line, _row.is_primary, place)
        .where(holds, _row.person_key.in_(doubtful.correlate(None)))
        .subquery()
    )
    best = select(ranked.c.line).where(ranked.c.place == 1, ~ranked.c.is_primary)
    db.execute(update(ASSIGNMENTS).values(is_primary=True).where(_row.line.in_(best)))
    others = select(ranked.c.line).where(ranked.c.place > 1, ranked.c.is_primary)
    for line in db.scalars(others.order_by(ranked.c.line)):
        rejected.add(
            line,
            "The assignment was used, but not as the main one: the person has more than one main "
            "assignment, and another has more hours or is older. Correct it in HR.",
            None,
        )
    rejected.write()
    db.execute(update(ASSIGNMENTS).values(is_primary=False).where(_row.line.in_(others)))
