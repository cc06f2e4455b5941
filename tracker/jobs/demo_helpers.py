"""Gives the invented trust champions of every profession, and what people say of its systems."""

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from tracker.models import (
    Assignment,
    Champion,
    DigitalSystem,
    Organisation,
    Reliability,
    ShiftPattern,
    StaffMember,
    SystemOpinion,
    new_public_id,
)
from tracker.services.reporting import is_primary_today

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

#: one champion for so many people
ONE_IN = 25
#: how many people spoke about each of the systems that many use
VOICES = 24
HELPS_WITH = (
    "The drug chart, and what its boxes mean.",
    "First steps with a computer. I was slow once, too.",
    "Video calls and shared calendars.",
    "The rota, swapping shifts, payslips.",
    "Finding results, and marking them as seen.",
    "Passwords, cards and safe mail.",
)
WORKS = (
    (ShiftPattern.DAYS,),
    (ShiftPattern.DAYS, ShiftPattern.WEEKENDS),
    (ShiftPattern.NIGHTS, ShiftPattern.WEEKENDS),
    (ShiftPattern.DAYS, ShiftPattern.EVENINGS),
)
SAYS = {
    "drug-chart": (Reliability.WORKS_WELL,) * 8 + (Reliability.SOMETIMES_STOPS,) * 2,
    "results": (Reliability.WORKS_WELL,) * 6 + (Reliability.SOMETIMES_STOPS,) * 4,
    "shared-computer": (Reliability.OFTEN_STOPS,) * 8 + (Reliability.SOMETIMES_STOPS,) * 2,
    "mail": (Reliability.WORKS_WELL,) * 9 + (Reliability.SOMETIMES_STOPS,),
}


def settle_champions(db: "Session", organisation: Organisation, *, today: date) -> int:
    """Make champions, and let people speak, unless the trust has some. Returns how many."""
    if db.scalar(select(Champion.id).where(Champion.organisation_id == organisation.id).limit(1)):
        return 0
    draw = random.Random(f"champions {organisation.code}")  # noqa: S311 - an invented trust
    people = db.execute(
        select(StaffMember.id, Assignment.staff_group)
        .join(Assignment, Assignment.staff_member_id == StaffMember.id)
        .where(
            StaffMember.organisation_id == organisation.id,
            StaffMember.left_on.is_(None),
            StaffMember.hired_on < today - timedelta(days=200),
            is_primary_today(today),
        )
        .order_by(Assignment.staff_group, StaffMember.id)
    ).all()
    chosen = [row.id for row in people[:: min(ONE_IN, max(1, len(people) // 8))]]
    if chosen:
        db.execute(insert(Champion), [_champion(organisation, one, draw, today) for one in chosen])
    _let_people_speak(db, organisation, [row.id for row in people], draw, today)
    return len(chosen)


def _champion(
    organisation: Organisation, staff_member_id: int, draw: random.Random, today: date
) -> dict[str, object]:
    return {
        "organisation_id": organisation.id,
        "public_id": new_public_id(),
        "staff_member_id": staff_member_id,
        "helps_with": draw.choice(HELPS_WITH),
        "hours_a_month": draw.choice((1, 2, 2, 4)),
        "most_people": draw.choice((1, 2, 2, 3)),
        "works": ",".join(one.value for one in draw.choice(WORKS)),
        "offered_on": today - timedelta(days=draw.randrange(20, 400)),
        "version": 1,
    }


def _let_people_speak(
    db: "Session",
    organisation: Organisation,
    people: list[int],
    draw: random.Random,
    today: date,
) -> None:
    systems = db.execute(
        select(DigitalSystem.id, DigitalSystem.key).where(
            DigitalSystem.organisation_id == organisation.id, DigitalSystem.key.in_(SAYS)
        )
    ).all()
    rows = [
        {
            "organisation_id": organisation.id,
            "system_id": system.id,
            "staff_member_id": one,
            "says": draw.choice(SAYS[system.key]),
            "said_on": today - timedelta(days=draw.randrange(90)),
        }
        for system in systems
        for one in draw.sample(people, min(VOICES, len(people)))
    ]
    if rows:
        db.execute(insert(SystemOpinion), rows)
