"""What stands in people's way, by kind, and what became of it: for the outcome report.

It counts the twelve whole months before today, whatever period a report is about: two periods that
differ by a month would give away whoever is in that month.
"""

from collections import defaultdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.models import Assignment, Barrier, BarrierKind
from tracker.services.barriers import KIND_WORDS
from tracker.services.outcome_values import Audience, BarrierCount
from tracker.services.reporting import is_primary_today
from tracker.services.small_groups import shown_groups

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.services.outcome_series import UnitId, UnitTree

KINDS = tuple(BarrierKind)
MOST, HALF = 0.75, 0.4
#: kind and unit
Place = tuple[int, "UnitId"]


def count_barriers(
    db: "Session", organisation_id: int, tree: "UnitTree", *, today: date
) -> dict[Place, tuple[set[int], int, int]]:
    """Give who raised each kind in each unit with all below it, how many, and how many are done."""
    ends = datetime(today.year, today.month, 1, tzinfo=UTC)
    rows = db.execute(
        select(
            Barrier.kind,
            Barrier.staff_member_id,
            Barrier.fixed_on,
            Assignment.organisation_unit_id,
        )
        .outerjoin(
            Assignment,
            (Assignment.staff_member_id == Barrier.staff_member_id) & is_primary_today(today),
        )
        .where(
            Barrier.organisation_id == organisation_id,
            Barrier.raised_at >= ends.replace(year=ends.year - 1),
            Barrier.raised_at < ends,
        )
    )
    found: dict[Place, tuple[set[int], int, int]] = defaultdict(lambda: (set(), 0, 0))
    for kind, person, fixed_on, place in rows:
        for unit in _with_all_above(tree, place):
            people, raised, done = found[KINDS.index(kind), unit]
            people.add(person)
            is_done = fixed_on is not None and fixed_on < ends.date()
            found[KINDS.index(kind), unit] = people, raised + 1, done + is_done
    return dict(found)


def barriers_of(  # noqa: PLR0913 - each is one plain fact of what is asked
    db: "Session",
    organisation_id: int,
    tree: "UnitTree",
    unit_id: "UnitId",
    audience: Audience,
    *,
    today: date,
) -> tuple[BarrierCount, ...]:
    """List the kinds that may be shown, in their own order."""
    from metrics.disclosure import people_count

    found = count_barriers(db, organisation_id, tree, today=today)
    parents = {unit: above for unit, above in tree.above.items() if unit is not None}
    people = {place: len(who) for place, (who, _raised, _done) in found.items()}
    shown = shown_groups(people, parents) if people else set()
    listed = []
    for number, kind in enumerate(KINDS):
        if (number, unit_id) not in shown:
            continue
        who, raised, done = found[number, unit_id]
        count = len(who) if audience is Audience.INSIDE else people_count(len(who))
        if count:
            listed.append(
                BarrierCount(kind=KIND_WORDS[kind], people=count, sorted_out=_words(done, raised))
            )
    return tuple(listed)


def _words(done: int, raised: int) -> str:
    """Say it in four steps: an exact number would give single people away."""
    if not done:
        return "None is sorted out yet"
    share = done / raised
    if share >= MOST:
        return "Most are sorted out"
    return "About half are sorted out" if share >= HALF else "Some are sorted out"


def _with_all_above(tree: "UnitTree", unit: "UnitId") -> list["UnitId"]:
    found: list[UnitId] = []
    while unit is not None and unit not in found:
        found.append(unit)
        unit = tree.above.get(unit)
    return [*found, None]
