"""Practice by groups: how far screens are told apart, and how sure we are. Never one person.

Each round carries its own sums, so that a page adds up rounds and not answers. What may be shown is
decided by metrics.disclosure over every unit at once, so that no group follows by subtraction.
"""

import enum
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Integer,
    case,
    cast,
    distinct,
    extract,
    func,
    literal,
    null,
    outerjoin,
    select,
    union_all,
)

from tracker.models import AuditKind, Organisation, OrganisationUnit, PracticeForm, RoleProfile
from tracker.services import audit
from tracker.services.unit_tree import units_and_those_above

if TYPE_CHECKING:
    from sqlalchemy import CTE, ColumnElement
    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor

FEWEST_STAFF = 8
#: a unit's whole, beside its groups
WHOLE = ""
BANDS = ((2, "Months 1 and 2"), (4, "Months 3 and 4"), (7, "Months 5 to 7"), (13, "Months 8 to 13"))
LATER = "Later than that"
UNKNOWN = "Not known"
LATER_ROUNDS, LATER_NAME = 2, "Later rounds"
#: above or below nought by less than this, people are neither cautious nor ready to say yes
MIDDLE = 0.15
SUMS = ("hits", "misses", "false_alarms", "correct_rejections", "sure", "sure_and_wrong")


class GroupBy(enum.StrEnum):
    """What the people of a unit are told apart by."""

    UNIT = "unit"
    WORK = "work"
    PROFILE = "profile"
    COHORT = "cohort"
    MONTHS = "months"
    ROUND = "round"


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A number with its 95% interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class PracticeGroup:
    """One group of eight or more: nothing is a mark, and nothing is about one person."""

    name: str
    people: int
    screens: int
    spotted: Estimate
    false_alarms: Estimate
    recognition: Estimate
    caution: Estimate
    #: of those who were quite sure, the share that was wrong; none: too few were
    sure_and_wrong: Estimate | None

    @property
    def in_words(self) -> str:
        if self.recognition.low <= 0:
            return "No better than guessing, as far as we can tell."
        if self.caution.value < -MIDDLE:
            return "Says yes readily: more false alarms than misses."
        if self.caution.value > MIDDLE:
            return "Careful to say yes: more misses than false alarms."
        return "As many misses as false alarms."


@dataclass(frozen=True, kw_only=True)
class PracticeGroups:
    """The groups of one unit that may be shown, and the names of those that may not."""

    by: GroupBy
    whole: PracticeGroup | None
    groups: tuple[PracticeGroup, ...]
    hidden: tuple[str, ...]


Sums = Mapping[str, int]
Place = tuple[int | None, str]


def practice_groups(
    db: "Session",
    organisation: Organisation,
    unit: OrganisationUnit | None,
    *,
    by: GroupBy,
    actor: "Actor",
) -> PracticeGroups:
    """Add up first rounds by group; by round, also the later ones. The look is noted."""
    above = _above(db, organisation.id)
    counted = _count(db, organisation.id, by)
    shown = _may_be_shown(counted, above)
    audit.record(
        db, AuditKind.REPORT_READ, unit or organisation, by=actor, reason="role", page="practice"
    )
    unit_id = unit.id if unit else None
    here = {name: sums for (place, name), sums in counted.items() if place == unit_id}
    if by is GroupBy.UNIT:
        names = _units_below(db, organisation.id, unit_id)
        here |= {name: counted[below, WHOLE] for below, name in names if (below, WHOLE) in counted}
        may = {name for below, name in names if (below, WHOLE) in shown}
    else:
        may = {name for place, name in shown if place == unit_id}
    order = sorted((name for name in here if name != WHOLE), key=_order(by))
    return PracticeGroups(
        by=by,
        whole=_group("Everybody", here[WHOLE]) if (unit_id, WHOLE) in shown else None,
        groups=tuple(_group(name, here[name]) for name in order if name in may),
        hidden=tuple(name for name in order if name not in may),
    )


def _count(db: "Session", organisation_id: int, by: GroupBy) -> dict[Place, Sums]:
    """Count in one statement, however many rounds and units: the rounds are added up once."""
    rounds = _rounds(organisation_id, by)
    tree = units_and_those_above(organisation_id)
    sums = [func.sum(rounds.c[name]) for name in (*SUMS, "people")]
    in_units = (
        select(tree.c.above_id, rounds.c.value, *sums)
        .join(tree, tree.c.unit_id == rounds.c.unit_id)
        .group_by(tree.c.above_id, rounds.c.value)
    )
    whole = select(cast(null(), Integer), rounds.c.value, *sums).group_by(rounds.c.value)
    counted: dict[Place, dict[str, int]] = {}
    for unit_id, name, *numbers in db.execute(union_all(in_units, whole)):
        each = dict(zip((*SUMS, "people"), (int(n) for n in numbers), strict=True))
        if name != LATER_ROUNDS or by is not GroupBy.ROUND:
            _add(counted, (unit_id, WHOLE), each)
        if by is not GroupBy.UNIT:
            _add(counted, (unit_id, _named(by, name)), each)
    return dict(counted)


def _rounds(organisation_id: int, by: GroupBy) -> "CTE":
    """Add rounds up by unit and group, before the tree of units multiplies them."""
    form, value = PracticeForm, _value(by)
    with_profiles = outerjoin(form, RoleProfile, RoleProfile.id == form.role_profile_id)
    return (
        select(
            form.organisation_unit_id.label("unit_id"),
            value.label("value"),
            *(func.sum(getattr(form, name)).label(name) for name in SUMS),
            # A first round is once in a life, so that nobody is counted twice.
            (
                func.count(distinct(form.staff_member_id)) if by is GroupBy.ROUND else func.count()
            ).label("people"),
        )
        .select_from(with_profiles if by is GroupBy.PROFILE else form)
        .where(
            form.organisation_id == organisation_id,
            form.hits + form.misses + form.false_alarms + form.correct_rejections > 0,
            *(() if by is GroupBy.ROUND else (form.attempt == 1,)),
        )
        .group_by(form.organisation_unit_id, value)
        .cte("rounds")
    )


def _add(counted: dict[Place, dict[str, int]], place: Place, each: Sums) -> None:
    before = counted.setdefault(place, dict.fromkeys(each, 0))
    for name, number in each.items():
        before[name] += number


def _value(by: GroupBy) -> "ColumnElement[Any]":
    form = PracticeForm
    if by is GroupBy.WORK:
        return func.coalesce(form.staff_group, UNKNOWN)
    if by is GroupBy.PROFILE:
        return func.coalesce(RoleProfile.name, UNKNOWN)
    if by is GroupBy.COHORT:
        return extract("year", form.started_on)
    if by is GroupBy.ROUND:
        return case((form.attempt == 1, 1), else_=LATER_ROUNDS)
    if by is GroupBy.MONTHS:
        year, month = extract("year", form.begun_on), extract("month", form.begun_on)
        since_year = extract("year", form.started_on)
        since_month = extract("month", form.started_on)
        return (year - since_year) * 12 + month - since_month + 1
    return literal(1)


def _named(by: GroupBy, value: Any) -> str:  # noqa: ANN401 - a text or a number of the database's
    if value is None:
        return UNKNOWN
    if by is GroupBy.COHORT:
        return f"Started in {int(value)}"
    if by is GroupBy.ROUND:
        return "First rounds" if int(value) == 1 else LATER_NAME
    if by is GroupBy.MONTHS:
        return next((name for last, name in BANDS if int(value) <= last), LATER)
    return str(value)


def _order(by: GroupBy) -> Any:  # noqa: ANN401 - a key to sort by
    if by is GroupBy.MONTHS:
        names = [name for _, name in BANDS] + [LATER, UNKNOWN]
        return names.index
    return lambda name: (name == UNKNOWN, name)


def _above(db: "Session", organisation_id: int) -> dict[int | None, int | None]:
    rows = db.execute(
        select(OrganisationUnit.id, OrganisationUnit.parent_id).where(
            OrganisationUnit.organisation_id == organisation_id
        )
    )
    return {unit_id: parent_id for unit_id, parent_id in rows}  # noqa: C416 - mypy reads it


def _units_below(db: "Session", organisation_id: int, unit_id: int | None) -> list[tuple[int, str]]:
    """List the units right below. A single top unit is the trust itself: look below it."""
    rows = db.execute(
        select(OrganisationUnit.id, OrganisationUnit.parent_id, OrganisationUnit.name).where(
            OrganisationUnit.organisation_id == organisation_id
        )
    ).all()
    below: dict[int | None, list[tuple[int, str]]] = defaultdict(list)
    for row_id, parent_id, name in rows:
        below[parent_id].append((row_id, name))
    found = below[unit_id]
    if unit_id is None and len(found) == 1:
        return below[found[0][0]] or found
    return found


def _may_be_shown(
    counted: Mapping[Place, Sums], above: Mapping[int | None, int | None]
) -> set[Place]:
    """Ask the one place that holds small numbers back about all groups of all units together."""
    import pandas as pd

    from metrics.disclosure import Audience, Counted, disclose

    if not counted:
        return set()
    keys = {place: f"{place[0] or ''}|{place[1]}" for place in counted}
    frame = pd.DataFrame(
        {
            "series": list(keys.values()),
            "month": pd.Timestamp(2000, 1, 1),
            "numerator": [float(_screens(sums)) for sums in counted.values()],
            "denominator": [float(_screens(sums)) for sums in counted.values()],
            "contributors": [sums["people"] for sums in counted.values()],
        }
    )
    parents = {keys[place]: f"{above.get(place[0]) or ''}|{place[1]}" for place in keys if place[0]}
    # Later rounds are no part of the whole: they are kept apart from the first.
    parts = (place for place in keys if place[1] not in (WHOLE, LATER_NAME))
    wholes = {keys[place]: f"{place[0] or ''}|{WHOLE}" for place in parts}
    answer = disclose(
        frame,
        audience=Audience.INSIDE,
        counted=Counted.STAFF_ACTIONS,
        parents=parents,
        wholes=wholes,
    )
    told = set(answer.points["series"].astype(str))
    return {place for place, key in keys.items() if key in told}


def _screens(sums: Sums) -> int:
    return sum(sums[name] for name in SUMS[:4])


def _group(name: str, sums: Sums) -> PracticeGroup:
    from metrics.signal_detection import recognition

    with_, without = (
        sums["hits"] + sums["misses"],
        sums["false_alarms"] + sums["correct_rejections"],
    )
    # A group of eight has both kinds; one that somehow has not is said to know nothing.
    told = recognition(
        sums["hits"],
        max(with_, 1) - sums["hits"],
        sums["false_alarms"],
        max(without, 1) - sums["false_alarms"],
    )
    half = 1.96 * told.d_prime_se
    return PracticeGroup(
        name=name,
        people=sums["people"],
        screens=with_ + without,
        spotted=_share(sums["hits"], with_),
        false_alarms=_share(sums["false_alarms"], without),
        recognition=Estimate(value=told.d_prime, low=told.d_prime - half, high=told.d_prime + half),
        caution=Estimate(
            value=told.criterion, low=told.criterion - half / 2, high=told.criterion + half / 2
        ),
        sure_and_wrong=_share(sums["sure_and_wrong"], sums["sure"])
        if sums["sure"] >= FEWEST_STAFF
        else None,
    )


def _share(count: int, out_of: int) -> Estimate:
    import numpy as np

    from metrics.rates import share_interval

    if not out_of:
        return Estimate(value=0, low=0, high=1)
    low, high = share_interval(np.array([float(count)]), np.array([float(out_of)]))
    return Estimate(value=count / out_of, low=float(low[0]), high=float(high[0]))
