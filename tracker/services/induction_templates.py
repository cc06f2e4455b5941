"""The templates of a trust: those that we ship, those in force, and who fits which."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tracker.content import induction as content
from tracker.models import (
    EntryKind,
    InductionTemplate,
    InductionTemplateVersion,
    LineKind,
    OrganisationUnit,
    TaskOwner,
)
from tracker.services.induction_plan import (
    Content,
    Line,
    MilestoneContent,
    Place,
    TemplateInForce,
    read_content,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Induction, Organisation

#: A tree of units deeper than this is a mistake, or a loop.
DEEPEST = 30


def seed_templates(db: "Session", organisation: "Organisation") -> None:
    """Give the trust the inductions that we ship, unless it has them."""
    known = set(
        db.scalars(
            select(InductionTemplate.key).where(
                InductionTemplate.organisation_id == organisation.id
            )
        )
    )
    now = datetime.now(UTC)
    for text in content.TEMPLATES:
        if text.key in known:
            continue
        template = InductionTemplate(
            organisation_id=organisation.id,
            key=text.key,
            name=text.name,
            kind=EntryKind(text.entry) if text.entry else None,
        )
        template.versions.append(
            InductionTemplateVersion(
                organisation_id=organisation.id,
                number=1,
                content=shipped_content(text).as_json(),
                published_at=now,
            )
        )
        db.add(template)
    db.flush()


def shipped_content(text: content.TemplateText) -> Content:
    """Turn a text that we ship into what a version keeps."""
    where = {line.key: line for line in content.EVERYONE.lines}
    return Content(
        milestones=tuple(
            MilestoneContent(key=one.key, name=one.name, days=one.days_from_start)
            for one in text.milestones
        ),
        lines=(
            *(
                Line(
                    key=one.key,
                    milestone=one.milestone,
                    owner=TaskOwner(one.owner),
                    kind=LineKind(one.kind),
                    wording=one.wording,
                    purpose=one.purpose,
                    link=one.link,
                )
                for one in text.lines
            ),
            *(left_out(_as_line(where[key])) for key in text.leaves_out),
        ),
    )


def _as_line(text: content.LineText) -> Line:
    return Line(
        key=text.key,
        milestone=text.milestone,
        owner=TaskOwner(text.owner),
        kind=LineKind(text.kind),
        wording=text.wording,
        purpose=text.purpose,
        link=text.link,
    )


def left_out(line: Line) -> Line:
    """Give the line that takes another one away."""
    return Line(**{**vars(line), "is_left_out": True})


def templates_in_force(db: "Session", organisation_id: int) -> list[TemplateInForce]:
    """Give each template with its latest published version."""
    rows = db.execute(
        select(InductionTemplate, InductionTemplateVersion.content)
        .join(InductionTemplateVersion)
        .where(
            InductionTemplate.organisation_id == organisation_id,
            InductionTemplate.is_retired.is_(False),
            InductionTemplateVersion.published_at.is_not(None),
        )
        .order_by(InductionTemplate.id, InductionTemplateVersion.number)
    )
    latest = {template.id: (template, stored) for template, stored in rows}
    return [in_force(template, read_content(stored)) for template, stored in latest.values()]


def in_force(template: InductionTemplate, said: Content) -> TemplateInForce:
    return TemplateInForce(
        id=template.id,
        name=template.name,
        kind=template.kind,
        staff_group=template.staff_group,
        job_role=template.job_role,
        organisation_unit_id=template.organisation_unit_id,
        content=said,
    )


def units_above(
    db: "Session", organisation_id: int, unit_ids: Iterable[int | None]
) -> dict[int, tuple[int, ...]]:
    """Give each of these units with those above it, the closest first, in one query."""
    wanted = {one for one in unit_ids if one is not None}
    if not wanted:
        return {}
    parents = {
        row.id: row.parent_id
        for row in db.execute(
            select(OrganisationUnit.id, OrganisationUnit.parent_id).where(
                OrganisationUnit.organisation_id == organisation_id
            )
        )
    }
    return {one: _chain(parents, one) for one in wanted}


def _chain(parents: dict[int, int | None], unit_id: int) -> tuple[int, ...]:
    chain: list[int] = []
    step: int | None = unit_id
    while step is not None and step not in chain and len(chain) < DEEPEST:
        chain.append(step)
        step = parents.get(step)
    return tuple(chain)


def place_of(db: "Session", induction: "Induction") -> Place:
    """Say to which work one induction leads."""
    above = units_above(db, induction.organisation_id, [induction.organisation_unit_id])
    return Place(
        kind=induction.kind,
        staff_group=induction.staff_group,
        job_role=induction.job_role,
        unit_ids=above.get(induction.organisation_unit_id or 0, ()),
    )


def all_templates(db: "Session", organisation_id: int) -> list[InductionTemplate]:
    """List the templates with their versions, the most general first."""
    return list(
        db.scalars(
            select(InductionTemplate)
            .where(InductionTemplate.organisation_id == organisation_id)
            .order_by(InductionTemplate.is_retired, InductionTemplate.id)
            .options(
                selectinload(InductionTemplate.versions),
                selectinload(InductionTemplate.organisation_unit),
            )
        )
    )
