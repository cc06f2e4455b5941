"""Gives the demo trust three years of practice: everybody's first round, as their unit does."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, insert, select

from tracker.demo.people import employee_number
from tracker.demo.practice import Said, day_of, first_round, month_of
from tracker.models import (
    Assignment,
    Organisation,
    OrganisationUnit,
    PracticeAnswer,
    PracticeForm,
    StaffMember,
)
from tracker.models.base import new_public_id
from tracker.practice import the_bank
from tracker.services.practice import QUITE_SURE
from tracker.services.practice_counts import count_difficulty, count_practice
from tracker.services.practice_forms import SEEDS
from tracker.services.profiles import profile_book, work_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.demo.plan import TrustPlan, UnitPlan

NOON = time(12, 0, tzinfo=UTC)
BATCH = 5_000
Row = dict[str, Any]


def tell_practice(
    db: "Session", organisation: Organisation, plan: "TrustPlan", *, today: date, now: datetime
) -> int:
    """Bring everybody's first round in, unless somebody has practised; say how many that was."""
    if db.scalar(select(exists().where(PracticeForm.organisation_id == organisation.id))):
        return 0
    rounds = list(_rounds(db, organisation, plan, today=today))
    form_ids = _write_forms(db, organisation, [form for form, _ in rounds])
    answers = [
        {**answer, "practice_form_id": form_ids[form["public_id"]]}
        for form, several in rounds
        for answer in several
    ]
    for start in range(0, len(answers), BATCH):
        db.execute(insert(PracticeAnswer), answers[start : start + BATCH])
    count_practice(db, organisation, today=today, now=now)
    count_difficulty(db, organisation)
    return len(rounds)


def _write_forms(db: "Session", organisation: Organisation, forms: Sequence[Row]) -> dict[str, int]:
    for start in range(0, len(forms), BATCH):
        db.execute(insert(PracticeForm), forms[start : start + BATCH])
    rows = db.execute(
        select(PracticeForm.public_id, PracticeForm.id).where(
            PracticeForm.organisation_id == organisation.id
        )
    )
    return {public_id: form_id for public_id, form_id in rows}  # noqa: C416 - mypy reads it


def _rounds(
    db: "Session", organisation: Organisation, plan: "TrustPlan", *, today: date
) -> Iterator[tuple[Row, list[Row]]]:
    places = {
        employee_number(unit.first_person + seat): (unit, unit.first_person + seat)
        for unit in plan.units
        for seat in range(unit.staff)
    }
    people = _people(db, organisation, today=today)
    profiles = _profiles(db, organisation, today=today)
    seen: set[int] = set()
    for staff_id, number, hired_on, unit_id, staff_group in people:
        if number not in places or staff_id in seen:
            continue
        seen.add(staff_id)
        unit, person = places[number]
        month = month_of(plan, person, hired_on)
        day = day_of(plan, month, person)
        if hired_on is not None and hired_on > day:
            continue  # still before their first day
        form = {
            "organisation_id": organisation.id,
            "public_id": new_public_id(),
            "staff_member_id": staff_id,
            "organisation_unit_id": unit_id,
            "staff_group": staff_group,
            "role_profile_id": profiles.get(staff_id),
            "started_on": hired_on,
            "attempt": 1,
            "begun_on": day,
            "begun_at": datetime.combine(day, NOON),
        }
        yield _answered(form, plan, unit, person, month)


def _profiles(db: "Session", organisation: Organisation, *, today: date) -> dict[int, int]:
    """Give everybody's most exact role profile."""
    book = profile_book(db, organisation.id, today=today)
    works = work_of(db, organisation.id, None, today=today)
    fitting = {staff_id: book.needs_of(work).profile_ids for staff_id, work in works.items()}
    return {staff_id: ids[-1] for staff_id, ids in fitting.items() if ids}


def _people(db: "Session", organisation: Organisation, *, today: date) -> Sequence[Any]:
    return db.execute(
        select(
            StaffMember.id,
            StaffMember.employee_number,
            StaffMember.hired_on,
            OrganisationUnit.id,
            Assignment.staff_group,
        )
        .join(Assignment, Assignment.staff_member_id == StaffMember.id)
        .join(OrganisationUnit, OrganisationUnit.id == Assignment.organisation_unit_id)
        .where(
            StaffMember.organisation_id == organisation.id,
            Assignment.is_primary,
            Assignment.current_on(today),
        )
        .order_by(StaffMember.id, Assignment.id)
    ).all()


def _answered(
    form: Row, plan: "TrustPlan", unit: "UnitPlan", person: int, month: int
) -> tuple[Row, list[Row]]:
    """Put what was said beside screens."""
    draw = Random(f"screens:{plan.seed}:{person}")  # noqa: S311 - an invented trust
    said = list(first_round(plan, unit, person, month))
    keys = draw.sample(sorted(the_bank()), len(said))
    items: list[list[Any]] = [
        [key, draw.randrange(SEEDS), one.has_signal] for key, one in zip(keys, said, strict=True)
    ]
    answers = [
        {
            "organisation_id": form["organisation_id"],
            "public_id": new_public_id(),
            "position": position,
            "says_action": one.says_action,
            "how_sure": one.how_sure,
            "has_signal": one.has_signal,
            "is_correct": one.is_right,
            "is_first_attempt": True,
            "answered_on": form["begun_on"],
            "answered_at": form["begun_at"],
            "template_key": items[position][0],
        }
        for position, one in enumerate(said)
    ]
    return {**form, "items": items, **_sums(said)}, answers


def _sums(said: Sequence[Said]) -> Row:
    sure = [one for one in said if one.how_sure == QUITE_SURE]
    return {
        "hits": sum(one.has_signal and one.says_action for one in said),
        "misses": sum(one.has_signal and not one.says_action for one in said),
        "false_alarms": sum(not one.has_signal and one.says_action for one in said),
        "correct_rejections": sum(not one.has_signal and not one.says_action for one in said),
        "sure": len(sure),
        "sure_and_wrong": sum(not one.is_right for one in sure),
    }
