"""Writes the register of the invented trust's digital systems: about 300, as a hospital has."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from integrations.systems.csv_file import write_register
from integrations.systems.records import AlertRecord, SystemRecord, UseRecord
from tracker.demo.catalogue import CATALOGUE, DIGITAL, UnitTemplate
from tracker.demo.jobs import CLERICAL
from tracker.demo.plan import TrustPlan
from tracker.demo.register_core import CORE, Core

SUPPLIERS = tuple(f"Made-up supplier {letter}" for letter in "ABCDEFGHJKLMNPRSTUW")
OWN_WORK = "Made here"
#: what every team comes to have of its own, often without asking: its kind and what it is for
LOCAL = (
    ("stock list", "stock and equipment", "What the team has on its shelves, and what runs low."),
    ("training log", "learning", "Who of the team has learned what, and by when to refresh it."),
    ("shift planner", "rotas and pay", "Wishes for shifts before they go into the rota."),
    ("checks and rounds", "safety and quality", "Daily checks: fridges, trolleys, doors."),
    ("shared notes", "phones and messages", "Notes that the whole team reads before a shift."),
)
LOCAL_OF_DIVISION = (
    ("money view", "finance", "What the division has spent, month by month."),
    ("waiting list view", "reports", "How long people wait in this division."),
)
#: of a team's own systems: how many came through governance, did not, and nobody knows
LOCAL_GOVERNANCE = ("yes", "no", "no", "not_known", "not_known")


def write_systems(folder: Path, plan: TrustPlan) -> Path:
    """Write systems.csv. The same trust writes the same bytes."""
    path = folder / "systems.csv"
    path.write_text(write_register(systems_of(plan)), encoding="utf-8", newline="")
    return path


def systems_of(plan: TrustPlan) -> Iterator[SystemRecord]:
    draw = random.Random(f"systems {plan.seed}")  # noqa: S311 - an invented trust
    for one in CORE:
        yield _core(plan, one, draw)
    for template in CATALOGUE:
        for word, family, purpose in LOCAL_OF_DIVISION if is_division(template) else LOCAL:
            yield _local(plan, template, word, family, purpose, draw)


def is_division(template: UnitTemplate) -> bool:
    return template.code == template.division


def _core(plan: TrustPlan, one: Core, draw: random.Random) -> SystemRecord:
    uses = [UseRecord(staff_group=group) for group in one.groups]
    uses += [UseRecord(unit=code) for unit in one.units for code in _codes(plan, unit)]
    return SystemRecord(
        key=_key(one.name),
        name=one.name,
        purpose=one.purpose,
        family=one.family,
        supplier=draw.choice(SUPPLIERS),
        owner_team="Digital Services",
        governance="yes",
        starts_on=plan.until + timedelta(days=one.live_in) if one.live_in else None,
        help_link=f"https://help.aldwater.nhs.example/{_key(one.name)}",
        help_contact="Service desk, 2222, day and night",
        uses=tuple(uses) or (() if one.units else (UseRecord(),)),
        alerts=tuple(AlertRecord(name=a, looks_like=b, what_to_do=c) for a, b, c in one.alerts),
    )


def _local(  # noqa: PLR0913, PLR0917 - a row of the table above, and where it stands
    plan: TrustPlan,
    template: UnitTemplate,
    word: str,
    family: str,
    purpose: str,
    draw: random.Random,
) -> SystemRecord:
    governance = "yes" if template.code == DIGITAL else draw.choice(LOCAL_GOVERNANCE)
    bought = draw.random() < 0.5  # noqa: PLR2004
    ended = draw.random() < 0.03  # noqa: PLR2004
    return SystemRecord(
        key=f"{template.code}-{_key(word)}",
        name=f"{template.name}: {word}",
        purpose=purpose,
        family=family,
        supplier=draw.choice(SUPPLIERS) if bought else OWN_WORK,
        owner_team=template.name if draw.random() < 0.8 else "",  # noqa: PLR2004
        governance=governance,
        ends_on=_some_day_before(plan.until, draw) if ended else None,
        help_contact="The person in charge of the shift" if draw.random() < 0.6 else "",  # noqa: PLR2004
        uses=tuple(
            UseRecord(unit=code, staff_group=CLERICAL if is_division(template) else "")
            for code in _codes(plan, template.code)
        ),
    )


def _codes(plan: TrustPlan, template_code: str) -> list[str]:
    return [unit.code for unit in plan.units if unit.template.code == template_code]


def _some_day_before(day: date, draw: random.Random) -> date:
    return day - timedelta(days=draw.randrange(30, 700))


def _key(name: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
