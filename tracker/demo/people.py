"""Invents the people of one unit: who they are, what they do, and when they came and went."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

import numpy as np

from tracker.demo import personas
from tracker.demo.jobs import JOBS, Job, seats
from tracker.demo.names import MAIL_DOMAIN, Name, SignInNames, invent_name
from tracker.demo.plan import HEAD_REPORTS, TrustPlan, UnitPlan, manager_of_head

FIRST_PERSON_KEY = 30_000_000
FIRST_EMPLOYEE_NUMBER = 20_000_000
EMPLOYEE_NUMBERS = 7_999_993  # a prime, so that stepping through it never meets a number twice
EMPLOYEE_NUMBER_STEP = 1_234_577

PART_TIME = 0.38
NEWLY_STARTED = 0.035
MOVED_WITHIN_A_YEAR = 0.05
ALSO_ON_THE_BANK = 0.06
ONLY_ON_THE_BANK = 0.03
DAYS_IN_A_YEAR = 365.25


class Standing(StrEnum):
    """Where somebody stands on the day the trust is written."""

    HERE = "here"
    LEFT = "left"
    STARTING = "starting"


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """One invented member of staff."""

    number: int
    name: Name
    uid: str
    unit: UnitPlan
    job_key: str
    standing: Standing
    supervisor: int | None
    hired_on: date
    left_on: date | None
    fte: Decimal
    is_bank_only: bool
    has_bank_post: bool
    moved_on: date | None
    moved_from: UnitPlan | None
    renamed_on: date | None
    born_on: date

    @property
    def job(self) -> Job:
        return JOBS[self.job_key]

    @property
    def person_key(self) -> int:
        return FIRST_PERSON_KEY + self.number

    @property
    def employee_number(self) -> str:
        return employee_number(self.number)

    @property
    def email(self) -> str:
        return f"{self.uid}@{MAIL_DOMAIN}"


def employee_number(number: int) -> str:
    """Scatter the numbers, so that they say nothing of who joined when."""
    return str(FIRST_EMPLOYEE_NUMBER + number * EMPLOYEE_NUMBER_STEP % EMPLOYEE_NUMBERS)


def people_of(plan: TrustPlan, unit: UnitPlan, names: SignInNames) -> Iterator[Person]:
    """Invent everybody in a unit, head first. The same seed brings the same people."""
    rng = np.random.default_rng([plan.seed, 1, unit.index])
    job_keys = seats(unit.template.profile, unit.staff, unit.leaders)
    for seat, job_key in enumerate(job_keys):
        place = _Seat(unit=unit, number=seat, job_key=job_key, standing=Standing.HERE)
        person = _invent(rng, plan, place)
        yield _named(personas.cast(plan, person, seat), names)
    for extra in range(unit.extra_people):
        starts_soon = (unit.index + extra) % 5 == 0 and not unit.is_demo_ward
        standing = Standing.STARTING if starts_soon else Standing.LEFT
        job_key = job_keys[-1 - extra % max(unit.staff - 1 - unit.leaders, 1)]
        number = unit.staff + extra
        place = _Seat(unit=unit, number=number, job_key=job_key, standing=standing)
        yield _named(_invent(rng, plan, place), names)


def supervisor_of(plan: TrustPlan, unit: UnitPlan, seat: int) -> int | None:
    """Give the head twelve people or so, among them the leaders, who share the others."""
    if seat == 0:
        return manager_of_head(plan, unit)
    if unit.leaders == 0 or seat <= unit.leaders:
        return unit.first_person
    others = seat - 1 - unit.leaders
    straight_to_head = max(HEAD_REPORTS - unit.leaders, 0)
    if others < straight_to_head:
        return unit.first_person
    return unit.first_person + 1 + (others - straight_to_head) % unit.leaders


def _named(person: Person, names: SignInNames) -> Person:
    return person if person.uid else replace(person, uid=names.next_for(person.name))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seat:
    """One place in a unit, to be filled."""

    unit: UnitPlan
    number: int
    job_key: str
    standing: Standing


def _invent(rng: np.random.Generator, plan: TrustPlan, place: _Seat) -> Person:
    unit, seat, standing = place.unit, place.number, place.standing
    name = invent_name(rng)
    chance = rng.random(8)
    leads = seat <= unit.leaders
    hired_on, left_on = _service(rng, plan.until, standing, leads=leads)
    is_bank_only = not leads and bool(chance[0] < ONLY_ON_THE_BANK)
    moved_on = moved_from = None
    if standing is Standing.HERE and not leads and chance[1] < MOVED_WITHIN_A_YEAR:
        moved_on, moved_from = _move(rng, plan, unit, hired_on)
    renamed = name.previous_family and hired_on < plan.until - timedelta(days=500)
    return Person(
        number=unit.first_person + seat,
        name=name,
        uid="",
        unit=unit,
        job_key=place.job_key,
        standing=standing,
        supervisor=supervisor_of(plan, unit, seat if seat < unit.staff else unit.staff - 1),
        hired_on=hired_on,
        left_on=left_on,
        fte=Decimal(0) if is_bank_only else _fte(chance[2], chance[3], leads=leads),
        is_bank_only=is_bank_only,
        has_bank_post=not is_bank_only and bool(chance[4] < ALSO_ON_THE_BANK),
        moved_on=moved_on,
        moved_from=moved_from,
        renamed_on=plan.until - timedelta(days=int(30 + chance[5] * 400)) if renamed else None,
        born_on=hired_on - timedelta(days=int((19 + chance[6] * 30) * DAYS_IN_A_YEAR)),
    )


def _service(
    rng: np.random.Generator, until: date, standing: Standing, *, leads: bool
) -> tuple[date, date | None]:
    """Return when the person started and, for a leaver, the last day."""
    days = int(min(rng.exponential(7 * DAYS_IN_A_YEAR), 38 * DAYS_IN_A_YEAR))
    long_ago = until - timedelta(days=days + (400 if leads else 100))
    recent = until - timedelta(days=int(rng.integers(1, 91)))
    soon = until + timedelta(days=int(rng.integers(1, 29)))
    last_day = until - timedelta(days=int(rng.integers(5, 120)))
    is_new = rng.random() < NEWLY_STARTED
    if standing is Standing.STARTING:
        return soon, None
    if standing is Standing.LEFT:
        return long_ago - timedelta(days=60), last_day
    return (recent if is_new and not leads else long_ago), None


def _move(
    rng: np.random.Generator, plan: TrustPlan, unit: UnitPlan, hired_on: date
) -> tuple[date | None, UnitPlan | None]:
    """Someone who came from another unit of the same division within the last year."""
    moved_on = plan.until - timedelta(days=int(rng.integers(20, 340)))
    neighbours = [
        plan.units[index]
        for index in range(max(unit.index - 8, 0), min(unit.index + 9, len(plan.units)))
        if plan.units[index].parent == unit.parent
        and index != unit.index
        and plan.units[index].template.profile == unit.template.profile
    ]
    if not neighbours or hired_on >= moved_on - timedelta(days=30):
        return None, None
    return moved_on, neighbours[int(rng.integers(len(neighbours)))]


def _fte(chance: float, size: float, *, leads: bool) -> Decimal:
    if leads or chance >= PART_TIME:
        return Decimal(1)
    return Decimal(str(round(0.4 + 0.05 * int(size * 11), 2)))
