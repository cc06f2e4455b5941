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
    Date,
    bindparam,
    case,
    delete,
    distinct,
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
PERSON_DAYS = """
CREATE TEMP TABLE IF NOT EXISTS alert_person_day (
    day date, unit_id integer, person varchar(80), shown integer, accepted integer,
    overridden integer, ignored integer, reasoned integer, audited_true integer,
    true_accepted integer, override_audited integer, override_right integer
)
"""
FILL = f"""
INSERT INTO alert_person_day
SELECT fired_on, organisation_unit_id, staff_pseudonym, count(*),
    count(*) FILTER (WHERE response = 'accepted'),
    count(*) FILTER (WHERE response = 'overridden'),
    count(*) FILTER (WHERE response = 'ignored'),
    count(*) FILTER (WHERE response = 'overridden' AND has_reason),
    count(*) FILTER (WHERE is_true_alert),
    count(*) FILTER (WHERE is_true_alert AND response = 'accepted'),
    count(*) FILTER (WHERE {OVERRIDE}),
    count(*) FILTER (WHERE {OVERRIDE} AND is_override_right)
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
"""
MERGED = """
ON CONFLICT (organisation_id, staff_pseudonym, month, organisation_unit_id) DO UPDATE SET
    has_answered = {larger}(alert_staff_month.has_answered, excluded.has_answered),
    has_true = {larger}(alert_staff_month.has_true, excluded.has_true),
    has_audited_override =
        {larger}(alert_staff_month.has_audited_override, excluded.has_audited_override)
"""
#: days are named one by one: joined to a table that was filled just now, they are sought badly
FILLED = text(FILL).bindparams(bindparam("days", type_=Date, expanding=True))
COUNTED_BY_DAY = text(BY_DAY).bindparams(bindparam("stale", type_=Date, expanding=True))
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
    is_postgresql = db.get_bind().dialect.name == "postgresql"
    merged = MERGED.format(larger="greatest" if is_postgresql else "max")
    db.execute(text(PERSON_DAYS + (" ON COMMIT DROP" if is_postgresql else "")))
    for first, days in sorted(changed.items()):
        stale = sorted(days)
        asked = {"organisation": organisation_id, "first": first, "stale": stale}
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
        db.execute(text(f"{'TRUNCATE' if is_postgresql else 'DELETE FROM'} alert_person_day"))
        db.execute(FILLED, {**asked, "days": _days_of(first) if is_restated else stale})
        db.execute(COUNTED_BY_DAY, asked)
        db.execute(
            text(STAFF if is_new else STAFF + merged).bindparams(bindparam("first", type_=Date)),
            asked,
        )


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
    person = AlertStaffMonth.staff_pseudonym
    counts = [
        func.count(distinct(case((getattr(AlertStaffMonth, flag) == 1, person)))) for flag in FLAGS
    ]
    inside: list[Any] = [AlertStaffMonth.organisation_id == organisation_id]
    if months is not None:
        inside.append(AlertStaffMonth.month.in_(sorted(months)))
    tree = units_and_those_above(organisation_id)
    names = ("shown_to", *FLAGS)
    by_unit = (
        select(tree.c.above_id, AlertStaffMonth.month, func.count(distinct(person)), *counts)
        .join(tree, tree.c.unit_id == AlertStaffMonth.organisation_unit_id)
        .where(*inside)
        .group_by(tree.c.above_id, AlertStaffMonth.month)
    )
    whole = (
        select(AlertStaffMonth.month, func.count(distinct(person)), *counts)
        .where(*inside)
        .group_by(AlertStaffMonth.month)
    )
    found = {}
    for unit_id, month, *numbers in db.execute(by_unit):
        found[unit_id, month] = _named(names, numbers)
    for month, *numbers in db.execute(whole):
        found[None, month] = _named(names, numbers)
    return found


def _last_day(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _named(names: Iterable[str], numbers: Iterable[Any]) -> Numbers:
    return {name: int(number or 0) for name, number in zip(names, numbers, strict=True)}
