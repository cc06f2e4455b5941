"""What one kind of starter gets: the templates that fit, from the most general to the most exact.

Pure values. Each line says which template it comes from, so that a page can show it plainly.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tracker.models import EntryKind, LineKind, TaskOwner
from tracker.services.working_days import on_working_day

#: What is due in the past when an induction opens or moves is asked for within so many days.
CATCH_UP = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Line:
    """Something to do by a milestone, or worth reading, and whose it is."""

    key: str
    milestone: str
    owner: TaskOwner
    kind: LineKind = LineKind.DO
    wording: str
    purpose: str
    link: str = ""
    #: takes a line of the more general template away
    is_left_out: bool = False

    @property
    def stamp(self) -> str:
        """Tell one wording of a line from another."""
        said = f"{self.milestone}\n{self.owner}\n{self.kind}\n{self.wording}\n{self.link}"
        return hashlib.sha256(said.encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class MilestoneContent:
    key: str
    name: str
    days: int


@dataclass(frozen=True, kw_only=True)
class Content:
    """What one version of a template says."""

    milestones: tuple[MilestoneContent, ...] = ()
    lines: tuple[Line, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "milestones": [vars(one) for one in self.milestones],
            "lines": [vars(one) for one in self.lines],
        }


def read_content(stored: Mapping[str, Any]) -> Content:
    """Read what a version keeps."""
    return Content(
        milestones=tuple(
            MilestoneContent(key=one["key"], name=one["name"], days=one["days"])
            for one in stored.get("milestones", ())
        ),
        lines=tuple(_line(one) for one in stored.get("lines", ())),
    )


def _line(stored: Mapping[str, Any]) -> Line:
    return Line(
        key=stored["key"],
        milestone=stored["milestone"],
        owner=TaskOwner(stored["owner"]),
        kind=LineKind(stored["kind"]),
        wording=stored["wording"],
        purpose=stored["purpose"],
        link=stored["link"],
        is_left_out=stored["is_left_out"],
    )


@dataclass(frozen=True, kw_only=True)
class TemplateInForce:
    """A template with what it says today."""

    id: int
    name: str
    kind: EntryKind | None
    staff_group: str | None
    job_role: str | None
    organisation_unit_id: int | None
    content: Content


@dataclass(frozen=True, kw_only=True)
class Place:
    """Who somebody is to the templates: how they come, and to which work."""

    kind: EntryKind
    staff_group: str = ""
    job_role: str = ""
    #: the unit, then those above it
    unit_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PlannedLine:
    """A line in a plan, and where it comes from."""

    line: Line
    template: str
    #: whose words it takes the place of
    instead_of: str | None = None


@dataclass(frozen=True, kw_only=True)
class PlannedMilestone:
    key: str
    name: str
    days: int
    lines: tuple[PlannedLine, ...]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What one kind of starter gets."""

    template_ids: tuple[int, ...]
    names: tuple[str, ...]
    milestones: tuple[PlannedMilestone, ...]
    #: lines that a more exact template takes away, and which one does
    left_out: tuple[tuple[Line, str], ...]

    @property
    def lines(self) -> tuple[tuple[PlannedMilestone, Line], ...]:
        return tuple((one, planned.line) for one in self.milestones for planned in one.lines)


@dataclass
class _Building:
    milestones: dict[str, MilestoneContent] = field(default_factory=dict)
    lines: dict[str, PlannedLine] = field(default_factory=dict)
    left_out: dict[str, tuple[Line, str]] = field(default_factory=dict)

    def add(self, template: TemplateInForce) -> None:
        for milestone in template.content.milestones:
            self.milestones[milestone.key] = milestone
        for line in template.content.lines:
            before = self.lines.get(line.key)
            if line.is_left_out:
                if before is not None:
                    self.left_out[line.key] = (before.line, template.name)
                    del self.lines[line.key]
                continue
            self.left_out.pop(line.key, None)
            self.lines[line.key] = PlannedLine(
                line=line,
                template=template.name,
                instead_of=before.template if before else None,
            )


def fits(template: TemplateInForce, place: Place) -> bool:
    """Say whether a template is for somebody like this."""
    return (
        template.kind in {None, place.kind}
        and template.staff_group in {None, place.staff_group}
        and template.job_role in {None, place.job_role}
        and (
            template.organisation_unit_id is None or template.organisation_unit_id in place.unit_ids
        )
    )


def exactness(template: TemplateInForce, place: Place) -> tuple[int, int, int]:
    """Order the templates that fit: unit before role, role before staff group, that before kind.

    Of two units, the one closer to the person is the more exact.
    """
    unit_id = template.organisation_unit_id
    closeness = 0 if unit_id is None else len(place.unit_ids) - place.unit_ids.index(unit_id)
    weight = (
        4 * (template.job_role is not None)
        + 2 * (template.staff_group is not None)
        + (template.kind is not None)
    )
    return closeness, weight, template.id


def plan_for(templates: Iterable[TemplateInForce], place: Place) -> Plan:
    """Put together what somebody gets. A line of the same key takes the place of the earlier."""
    fitting = sorted(
        (one for one in templates if fits(one, place)), key=lambda one: exactness(one, place)
    )
    building = _Building()
    for template in fitting:
        building.add(template)
    milestones = []
    for milestone in sorted(building.milestones.values(), key=lambda one: (one.days, one.key)):
        lines = tuple(one for one in building.lines.values() if one.line.milestone == milestone.key)
        if lines:
            milestones.append(
                PlannedMilestone(
                    key=milestone.key, name=milestone.name, days=milestone.days, lines=lines
                )
            )
    return Plan(
        template_ids=tuple(one.id for one in fitting),
        names=tuple(one.name for one in fitting),
        milestones=tuple(milestones),
        left_out=tuple(building.left_out.values()),
    )


def due_on(starts_on: date, days: int, *, nation: str, today: date, is_done: bool = False) -> date:
    """Say by when something is asked for.

    What would be due before today is asked for within a week: nobody begins with a list that is
    late. What is done keeps the day that it had in the plan.
    """
    planned = on_working_day(starts_on + timedelta(days=days), forward=days >= 0, nation=nation)
    if is_done or planned >= today:
        return planned
    return on_working_day(today + CATCH_UP, nation=nation)


def canonical(content: Content) -> str:
    """Write a content so that two that say the same are the same text."""
    return json.dumps(content.as_json(), sort_keys=True)


def milestone_now(days: Sequence[int], starts_on: date, today: date) -> int | None:
    """Give the milestone that is next in days from the start, or the last one."""
    since = (today - starts_on).days
    ahead = [one for one in sorted(days) if one >= since]
    return ahead[0] if ahead else (max(days) if days else None)
