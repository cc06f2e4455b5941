"""Lays the trust out for a number of staff: which units there are and how many work in each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from tracker.demo.catalogue import (
    CATALOGUE,
    DEMO_WARD,
    EXECUTIVE,
    NOMINAL_STAFF,
    ORGANISATION_CODE,
    ORGANISATION_NAME,
    SITE_NAMES,
    UnitTemplate,
)

FEWEST_STAFF = 50
MONTHS_OF_HISTORY = 36
MONTHS_SINCE_CHANGE = 12

SMALLEST_UNIT = 6
DEMO_TEAM = 12
HEAD_REPORTS = 12
HEAD_ALONE_REPORTS = 20
LEADER_REPORTS = 18
ONE_SITE_UP_TO = 3_500


class TooFewStaffError(ValueError):
    def __init__(self, staff: int) -> None:
        super().__init__(
            f"A demo trust needs at least {FEWEST_STAFF} staff. You asked for {staff}."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitPlan:
    """One unit of the trust, with its place in the tree and its share of the work."""

    index: int
    code: str
    name: str
    template: UnitTemplate
    parent: int | None
    staff: int
    first_person: int
    extra_people: int
    site: int = 0

    @property
    def kind(self) -> str:
        return self.template.kind

    @property
    def size_ratio(self) -> float:
        """Say how large the unit is beside the same unit in a trust of the usual size."""
        return self.staff / (self.template.staff * NOMINAL_STAFF / _NOMINAL_WEIGHT)

    @property
    def leaders(self) -> int:
        """Return how many team leaders stand between the head and the rest."""
        reports = self.staff - 1
        if reports <= HEAD_ALONE_REPORTS:
            return 0
        return -(-(reports - HEAD_REPORTS) // LEADER_REPORTS)

    @property
    def is_demo_ward(self) -> bool:
        return self.site == 0 and self.template.code == DEMO_WARD


@dataclass(frozen=True, kw_only=True)
class TrustPlan:
    """The whole trust. Only units are held in memory; people are made unit by unit."""

    seed: int
    staff: int
    until: date
    units: tuple[UnitPlan, ...]

    @property
    def months(self) -> tuple[date, ...]:
        """Return the first day of each of the 36 months that are over, oldest first."""
        last = self.until.year * 12 + self.until.month - 2
        return tuple(
            date(number // 12, number % 12 + 1, 1)
            for number in range(last - MONTHS_OF_HISTORY + 1, last + 1)
        )

    @property
    def change_month(self) -> date:
        return self.months[-MONTHS_SINCE_CHANGE]

    @property
    def people(self) -> int:
        return sum(unit.staff + unit.extra_people for unit in self.units)

    def ancestors(self, unit: UnitPlan) -> Iterator[UnitPlan]:
        while unit.parent is not None:
            unit = self.units[unit.parent]
            yield unit

    def find(self, code: str, site: int = 0) -> UnitPlan:
        return self._places[code, site]

    def has(self, code: str) -> bool:
        return (code, 0) in self._places

    @cached_property
    def _places(self) -> dict[tuple[str, int], UnitPlan]:
        return {(unit.template.code, unit.site): unit for unit in self.units}


def lay_out(*, seed: int, staff: int, until: date) -> TrustPlan:
    """Decide on sites, divisions, wards and departments for this many staff."""
    if staff < FEWEST_STAFF:
        raise TooFewStaffError(staff)
    sites = 1 if staff <= ONE_SITE_UP_TO else round(staff / NOMINAL_STAFF)
    builder = _Builder(many_sites=sites > 1)
    for site in range(sites):
        builder.add_site(site, staff // sites + (1 if site < staff % sites else 0))
    return TrustPlan(seed=seed, staff=staff, until=until, units=tuple(builder.units))


class _Builder:
    """Gives every unit its index, its parent and its stretch of person numbers."""

    def __init__(self, *, many_sites: bool) -> None:
        self.units: list[UnitPlan] = []
        self._many_sites = many_sites
        self._next_person = 1
        self._add(_ROOT, None, 0, staff=0)

    def add_site(self, site: int, staff: int) -> None:
        top = 0
        if self._many_sites:
            top = self._add(_SITE, 0, site, staff=0)
        places: dict[str, int] = {}
        for template, count in _share_out(staff):
            is_division = template.code == template.division
            parent = top if is_division else places[template.division]
            places[template.code] = self._add(template, parent, site, staff=count)

    def _add(self, template: UnitTemplate, parent: int | None, site: int, *, staff: int) -> int:
        index = len(self.units)
        extra = (
            staff * 7 + index % 220
        ) // 220  # about one in thirty has left or is about to start
        unit = UnitPlan(
            index=index,
            code=self._code(template, site),
            name=self._name(template, site),
            template=template,
            parent=parent,
            staff=staff,
            first_person=self._next_person,
            extra_people=extra,
            site=site,
        )
        self.units.append(unit)
        self._next_person += staff + extra
        return index

    def _code(self, template: UnitTemplate, site: int) -> str:
        return f"{site + 1}{template.code}" if self._many_sites else template.code

    def _name(self, template: UnitTemplate, site: int) -> str:
        if not self._many_sites or template is _ROOT:
            return template.name
        site_name = _site_name(site)
        return site_name if template is _SITE else f"{template.name}, {site_name}"


def _site_name(site: int) -> str:
    name = SITE_NAMES[site % len(SITE_NAMES)]
    return name if site < len(SITE_NAMES) else f"{name} {site // len(SITE_NAMES) + 1}"


def _share_out(staff: int) -> list[tuple[UnitTemplate, int]]:
    """Choose the units a site of this size can have, and how many people each gets."""
    chosen = _choose(staff)
    weight = sum(template.staff for template in chosen)
    counts = {
        template.code: max(_fewest(template), round(template.staff * staff / weight))
        for template in chosen
    }
    ward = counts[DEMO_WARD]
    if ward - 1 <= HEAD_ALONE_REPORTS:
        counts[DEMO_WARD] = DEMO_TEAM + 1
    movable = [t for t in chosen if t.code != DEMO_WARD]
    _settle(counts, movable, staff)
    return [(template, counts[template.code]) for template in chosen]


def _settle(counts: dict[str, int], movable: Sequence[UnitTemplate], staff: int) -> None:
    """Add or take one person at a time, largest units first, until the sum is right."""
    while difference := staff - sum(counts.values()):
        step = 1 if difference > 0 else -1
        largest = sorted(movable, key=lambda t: counts[t.code] - _fewest(t), reverse=True)
        for template in largest[: abs(difference)]:
            if step > 0 or counts[template.code] > _fewest(template):
                counts[template.code] += step


def _choose(staff: int) -> list[UnitTemplate]:
    kept: set[str] = set()
    left = staff
    for template in sorted(CATALOGUE, key=lambda t: t.priority):
        if template.code == template.division:
            continue
        needed = _fewest(template) + (0 if template.division in kept else 1)
        if needed <= left:
            kept |= {template.code, template.division}
            left -= needed
    return [template for template in CATALOGUE if template.code in kept]


def _fewest(template: UnitTemplate) -> int:
    if template.code == template.division:
        return 1
    return DEMO_TEAM + 1 if template.code == DEMO_WARD else SMALLEST_UNIT


def manager_of_head(plan: TrustPlan, unit: UnitPlan) -> int | None:
    """Return who the head answers to: the division's head, and above that the executive."""
    executive = plan.find(EXECUTIVE, unit.site)
    if unit.index == executive.index:
        above = None if unit.site == 0 else plan.find(EXECUTIVE, (unit.site - 1) // 10)
        return above.first_person if above else None
    if unit.template.code == unit.template.division:
        return executive.first_person
    parent = plan.units[unit.parent] if unit.parent is not None else None
    return parent.first_person if parent else None


_NOMINAL_WEIGHT = sum(template.staff for template in CATALOGUE)
_ROOT = UnitTemplate(ORGANISATION_CODE, ORGANISATION_NAME, "Trust", "office", 1)
_SITE = UnitTemplate("0000", "Site", "Site", "office", 1)
