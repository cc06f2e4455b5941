"""The six people anybody can sign in as, and the seats they take in the trust."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tracker.demo.catalogue import DEMO_WARD, DIGITAL, PEOPLE, QUALITY
from tracker.demo.names import Gender, Name, SignInNames
from tracker.demo.plan import DEMO_TEAM

if TYPE_CHECKING:
    from tracker.demo.people import Person
    from tracker.demo.plan import TrustPlan

PASSWORD = "demo"  # noqa: S105 - the trust is invented, and so is its directory
STARTED_DAYS_AGO = 14
LONG_HERE_DAYS = 1_400


@dataclass(frozen=True, kw_only=True, slots=True)
class Persona:
    """A person of the demo trust: who they are, where they sit, and which group they are in."""

    uid: str
    given: str
    family: str
    gender: Gender
    unit_code: str
    seat: int
    does: str
    group: str | None = None
    is_starter: bool = False


QUALITY_LEADS = "tracker-quality-leads"
HR_OFFICERS = "tracker-hr-officers"
ADMINISTRATORS = "tracker-administrators"

PERSONAS: tuple[Persona, ...] = (
    Persona(uid="mo.manager", given="Mo", family="Okafor", gender=Gender.FEMALE,
            unit_code=DEMO_WARD, seat=0, does="manages twelve people on Kestrel Ward"),
    Persona(uid="sam.staff", given="Sam", family="Whitfield", gender=Gender.MALE,
            unit_code=DEMO_WARD, seat=3, does="is a staff nurse in Mo's team"),
    Persona(uid="nia.starter", given="Nia", family="Prosser", gender=Gender.FEMALE,
            unit_code=DEMO_WARD, seat=4, does="started in Mo's team two weeks ago",
            is_starter=True),
    Persona(uid="quinn.quality", given="Quinn", family="Abernethy", gender=Gender.FEMALE,
            unit_code=QUALITY, seat=3, does="leads on quality for the whole trust",
            group=QUALITY_LEADS),
    Persona(uid="harri.hr", given="Harri", family="Lewis", gender=Gender.MALE,
            unit_code=PEOPLE, seat=3, does="is an HR officer", group=HR_OFFICERS),
    Persona(uid="ada.admin", given="Ada", family="Fenwick", gender=Gender.FEMALE,
            unit_code=DIGITAL, seat=3, does="looks after this service",
            group=ADMINISTRATORS),
)  # fmt: skip

GROUPS = (QUALITY_LEADS, HR_OFFICERS, ADMINISTRATORS)


def reserve_names(names: SignInNames) -> None:
    for persona in PERSONAS:
        names.reserve(persona.uid)


# Mo's team, seat by seat: in how many days a half-year of service is complete. That is when an
# appraisal is due for somebody who has had none here. Seat 9 is due now, the others are not yet.
HALF_YEAR_IN_DAYS = {9: 15, 10: 100, 11: 70, 12: 130}
USUAL_HALF_YEAR_IN_DAYS = 80


def cast(plan: TrustPlan, person: Person, seat: int) -> Person:
    """Put a demo person into this seat if it is kept for one."""
    if person.unit.site != 0:
        return person
    if person.unit.is_demo_ward and 0 < seat <= DEMO_TEAM:
        person = _settle(plan, person, seat)
    for persona in PERSONAS:
        if (persona.unit_code, persona.seat) == (person.unit.template.code, seat):
            return _become(plan, person, persona)
    return person


def _settle(plan: TrustPlan, person: Person, seat: int) -> Person:
    """Give somebody of Mo's team a first day some years ago, and one plain post since."""
    half_year = plan.until + timedelta(days=HALF_YEAR_IN_DAYS.get(seat, USUAL_HALF_YEAR_IN_DAYS))
    day = min(half_year.day, 28)
    return replace(
        person,
        hired_on=date(half_year.year - 2 - seat % 5, half_year.month, day),
        left_on=None,
        fte=person.fte or Decimal(1),
        is_bank_only=False,
        moved_on=None,
        moved_from=None,
        renamed_on=None,
    )


def _become(plan: TrustPlan, person: Person, persona: Persona) -> Person:
    days_here = STARTED_DAYS_AGO if persona.is_starter else LONG_HERE_DAYS
    name = Name(
        title="Mr." if persona.gender is Gender.MALE else "Ms.",
        given=persona.given,
        family=persona.family,
        middle="",
        preferred="",
        previous_family="",
        gender=persona.gender,
    )
    return replace(
        person,
        name=name,
        uid=persona.uid,
        hired_on=plan.until - timedelta(days=days_here),
        left_on=None,
        fte=Decimal(1),
        is_bank_only=False,
        has_bank_post=False,
        moved_on=None,
        moved_from=None,
        renamed_on=None,
    )
