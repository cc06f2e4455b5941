"""Counts alerts anew where they changed: by day and unit, then by month for the measures.

A new day of events costs that day. A day that was restated costs its month too, because people are
counted once a month. Only when units moved in the tree are all months added up again, from days.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    bindparam,
    delete,
    extract,
    func,
    or_,
    select,
    text,
)

from tracker.models import (
    AlertDay,
    AlertStaffMonth,
    AlertStaleDay,
    AlertTree,
    Organisation,
    OrganisationUnit,
    OutcomeMeasure,
)
from tracker.services.counting import Counted, Place, record_counts
from tracker.services.unit_tree import units_and_those_above

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.services.observations import Origin

OVERRIDE = "response = 'overridden' AND is_override_right IS NOT NULL"
#: A person's day in a unit: one look at a month's events counts both alerts and different people.
WHAT = {
    "shown": "true",
    "accepted": "response = 'accepted'",
    "overridden": "response = 'overridden'",
    "ignored": "response = 'ignored'",
    "reasoned": "response = 'overridden' AND has_reason",
    "audited_true": "is_true_alert",
    "true_accepted": "is_true_alert AND response = 'accepted'",
    "override_audited": OVERRIDE,
    "override_right": f"{OVERRIDE} AND is_override_right",
}
COUNTS = ", ".join(
    f"CAST(count(*) FILTER (WHERE {which}) AS integer) AS {name}" for name, which in WHAT.items()
)
PERSON_DAYS = f"""
SELECT fired_on AS day, organisation_unit_id AS unit_id, staff_pseudonym AS person, {COUNTS}
FROM alert_event
WHERE organisation_id = :organisation AND fired_on IN :days
GROUP BY fired_on, organisation_unit_id, staff_pseudonym
"""  # noqa: S608 - our own names
BY_DAY = """
INSERT INTO alert_day (organisation_id, day, organisation_unit_id, shown, accepted, overridden,
    ignored, reasoned, audited_true, true_accepted, override_audited, override_right, staff)
SELECT :organisation, day, unit_id, sum(shown), sum(accepted), sum(overridden), sum(ignored),
    sum(reasoned), sum(audited_true), sum(true_accepted), sum(override_audited),
    sum(override_right), count(person)
FROM alert_person_day
WHERE day IN :stale
GROUP BY day, unit_id
"""
STAFF = """
INSERT INTO alert_staff_month (organisation_id, month, organisation_unit_id, staff_pseudonym,
    has_answered, has_true, has_audited_override)
SELECT :organisation, :first, coalesce(unit_id, 0), person,
    max(CASE WHEN accepted + overridden > 0 THEN 1 ELSE 0 END),
    max(CASE WHEN audited_true > 0 THEN 1 ELSE 0 END),
    max(CASE WHEN override_audited > 0 THEN 1 ELSE 0 END)
FROM alert_person_day
WHERE person IS NOT NULL
GROUP BY coalesce(unit_id, 0), person
ORDER BY person
"""
MERGED = """
ON CONFLICT (organisation_id, staff_pseudonym, month, organisation_unit_id) DO UPDATE SET
    has_answered = {larger}(alert_staff_month.has_answered, excluded.has_answered),
    has_true = {larger}(alert_staff_month.has_true, excluded.has_true),
    has_audited_override =
        {larger}(alert_staff_month.has_audited_override, excluded.has_audited_override)
"""
#: A month's people fit into memory; and to compile statements takes longer than they do.
QUICKER = "SET LOCAL work_mem = '64MB'; SET LOCAL jit = off"
PARTS = (
    "shown",
    "accepted",
    "overridden",
    "ignored",
    "audited_true",
    "true_accepted",
    "override_audited",
    "override_right",
    "staff",
)
FLAGS = ("has_answered", "has_true", "has_audited_override")
Numbers = dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Counting:
    """How one measure is made of the parts, and which of the staff are behind it."""

    numerator: str
    denominator: tuple[str, ...]
    staff: str | None


MEASURES = {
    "alert_recognition": Counting(
        numerator="true_accepted", denominator=("audited_true",), staff="has_true"
    ),
    "alert_override": Counting(
        numerator="overridden", denominator=("accepted", "overridden"), staff="has_answered"
    ),
    "alert_ignored": Counting(numerator="ignored", denominator=("shown",), staff="shown_to"),
    "alert_appropriate_override": Counting(
        numerator="override_right",
        denominator=("override_audited",),
        staff="has_audited_override",
    ),
    "alert_burden": Counting(numerator="shown", denominator=(), staff=None),
    "alert_burden_staff": Counting(numerator="shown", denominator=("staff",), staff="shown_to"),
}


def count_alerts(db: "Session", organisation: Organisation, origin: "Origin") -> set[date]:
    """Count what changed since the last time, and say which months that touched."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text(QUICKER))
    stale = db.execute(
        select(AlertStaleDay.day, AlertStaleDay.is_restated).where(
            AlertStaleDay.organisation_id == organisation.id
        )
    ).all()
    changed: dict[date, dict[date, bool]] = defaultdict(dict)
    for day, is_restated in stale:
        changed[day.replace(day=1)][day] = is_restated
    touched = set(changed)
    months: set[date] | None = set(touched)
    if stale:
        _count_days(db, organisation.id, changed)
        db.execute(delete(AlertStaleDay).where(AlertStaleDay.organisation_id == organisation.id))
    if _tree_changed(db, organisation.id) and _has_days(db, organisation.id):
        months = None
    if months:
        # A month that was not over when it was added up may be by now.
        months |= {(first - timedelta(days=1)).replace(day=1) for first in months}
    if months is None or months:
        _add_up(db, organisation, origin, months)
    return touched


def _count_days(
    db: "Session", organisation_id: int, changed: Mapping[date, Mapping[date, bool]]
) -> None:
    """Count month by month, so that no more than a month's people are held at a time."""
    for first, days in sorted(changed.items()):
        stale = sorted(days)
        # Somebody may not have been shown any after all: then the month's people are counted anew.
        is_restated = any(days.values())
        gone: Any = db.execute(
            delete(AlertDay).where(
                AlertDay.organisation_id == organisation_id, AlertDay.day.in_(stale)
            )
        )
        is_new = not gone.rowcount and not _has_days(db, organisation_id, first)
        if is_restated:
            db.execute(
                delete(AlertStaffMonth).where(
                    AlertStaffMonth.organisation_id == organisation_id,
                    AlertStaffMonth.month == first,
                )
            )
        asked = {"organisation": organisation_id, "first": first, "stale": stale}
        looked_at = _days_of(first) if is_restated else stale
        _count_month(db, {**asked, "days": looked_at}, is_new=is_new)


def _count_month(db: "Session", asked: dict[str, Any], *, is_new: bool) -> None:
    """Look at a month's events once. Its days are named one by one: so they are found quickest."""
    is_postgresql = db.get_bind().dialect.name == "postgresql"
    staff = (
        STAFF if is_new else STAFF + MERGED.format(larger="greatest" if is_postgresql else "max")
    )
    if is_postgresql:
        together = f"WITH alert_person_day AS MATERIALIZED ({PERSON_DAYS}), by_day AS ({BY_DAY})"
        statements = [f"{together} {staff}"]
    else:  # which writes to one table at a time
        kept = f"CREATE TEMP TABLE alert_person_day AS {PERSON_DAYS}"
        statements = [kept, BY_DAY, staff, "DROP TABLE alert_person_day"]
    for statement in statements:
        named = [
            bindparam(name, type_=Date, expanding=isinstance(value, list))
            for name, value in asked.items()
            if name != "organisation" and f":{name}" in statement
        ]
        db.execute(text(statement).bindparams(*named), asked)


def _days_of(first: date) -> list[date]:
    return [first + timedelta(days=n) for n in range(_last_day(first).day)]


def _has_days(db: "Session", organisation_id: int, month: date | None = None) -> bool:
    found = select(AlertDay.id).where(AlertDay.organisation_id == organisation_id).limit(1)
    if month is not None:
        found = found.where(AlertDay.day.between(month, _last_day(month)))
    return db.scalar(found) is not None


def _tree_changed(db: "Session", organisation_id: int) -> bool:
    """Tell whether units moved, merged or split since alerts were last added up under them."""
    units = db.execute(
        select(OrganisationUnit.id, OrganisationUnit.parent_id)
        .where(OrganisationUnit.organisation_id == organisation_id)
        .order_by(OrganisationUnit.id)
    )
    shape = hashlib.sha256(repr([tuple(unit) for unit in units]).encode()).hexdigest()
    known = db.scalar(select(AlertTree).where(AlertTree.organisation_id == organisation_id))
    if known is None:
        db.add(AlertTree(organisation_id=organisation_id, shape=shape))
        return True
    is_same = known.shape == shape
    known.shape = shape
    return not is_same


def _add_up(
    db: "Session", organisation: Organisation, origin: "Origin", months: set[date] | None
) -> None:
    """Make the measures say what the days come to; none: every month."""
    numbers = _by_month(db, organisation.id, months)
    staff = _staff_by_month(db, organisation.id, months)
    known = set(
        db.scalars(
            select(OutcomeMeasure.key).where(
                OutcomeMeasure.organisation_id == organisation.id, OutcomeMeasure.key.in_(MEASURES)
            )
        )
    )
    for key in sorted(known):
        counting = MEASURES[key]
        counted = [
            one
            for at, parts in numbers.items()
            if (one := _counted(counting, at, parts, staff.get(at, {}))) is not None
        ]
        record_counts(db, organisation, key, counted, origin, months=months)


def _counted(counting: Counting, at: Place, parts: Numbers, staff: Numbers) -> Counted | None:
    denominator = sum(parts[name] for name in counting.denominator)
    if counting.denominator and not denominator:
        return None
    return Counted(
        at,
        parts[counting.numerator],
        denominator if counting.denominator else None,
        staff.get(counting.staff, 0) if counting.staff else None,
    )


def _by_month(
    db: "Session", organisation_id: int, months: Iterable[date] | None
) -> dict[Place, Numbers]:
    sums = [func.sum(getattr(AlertDay, name)) for name in PARTS]
    year, month = extract("year", AlertDay.day), extract("month", AlertDay.day)
    inside: list[Any] = [AlertDay.organisation_id == organisation_id]
    if months is not None:
        days = [AlertDay.day.between(first, _last_day(first)) for first in sorted(months)]
        inside.append(or_(*days))
    tree = units_and_those_above(organisation_id)
    by_unit = (
        select(tree.c.above_id, year, month, *sums)
        .join(tree, tree.c.unit_id == AlertDay.organisation_unit_id)
        .where(*inside)
        .group_by(tree.c.above_id, year, month)
    )
    whole = select(year, month, *sums).where(*inside).group_by(year, month)
    found = {}
    for unit_id, in_year, in_month, *numbers in db.execute(by_unit):
        found[unit_id, date(int(in_year), int(in_month), 1)] = _named(PARTS, numbers)
    for in_year, in_month, *numbers in db.execute(whole):
        found[None, date(int(in_year), int(in_month), 1)] = _named(PARTS, numbers)
    return found


def _staff_by_month(
    db: "Session", organisation_id: int, months: Iterable[date] | None
) -> dict[Place, Numbers]:
    """Count different people: one who works in two teams is one person above them."""
    inside: list[Any] = [AlertStaffMonth.organisation_id == organisation_id]
    if months is not None:
        inside.append(AlertStaffMonth.month.in_(sorted(months)))
    tree = units_and_those_above(organisation_id)
    names = ("shown_to", *FLAGS)
    by_unit = _different_people(
        (tree.c.above_id, AlertStaffMonth.month),
        inside,
        join=(tree, tree.c.unit_id == AlertStaffMonth.organisation_unit_id),
    )
    whole = _different_people((AlertStaffMonth.month,), inside)
    found = {}
    for unit_id, month, *numbers in db.execute(by_unit):
        found[unit_id, month] = _named(names, numbers)
    for month, *numbers in db.execute(whole):
        found[None, month] = _named(names, numbers)
    return found


def _different_people(
    by: tuple[Any, ...],
    inside: Iterable[ColumnElement[bool]],
    join: tuple[Any, ...] | None = None,
) -> Select[Any]:
    """Put each person together first: that is much quicker than to count different ones."""
    flags = [func.max(getattr(AlertStaffMonth, flag)).label(flag) for flag in FLAGS]
    people = select(*by, *flags).select_from(AlertStaffMonth)
    if join is not None:
        people = people.join(*join)
    person = people.where(*inside).group_by(*by, AlertStaffMonth.staff_pseudonym).subquery()
    of = [person.c[column.key] for column in by]
    sums = [func.sum(person.c[flag]) for flag in FLAGS]
    return select(*of, func.count(), *sums).group_by(*of)


def _last_day(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _named(names: Iterable[str], numbers: Iterable[Any]) -> Numbers:
    return {name: int(number or 0) for name, number in zip(names, numbers, strict=True)}
