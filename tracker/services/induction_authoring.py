"""Writing what new starters get: a draft that touches nobody, then a version in force.

Who is under way keeps their steps when a version is published, and is offered what is new.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.errors import InvalidInputError, NotAllowedNowError, NotFoundError
from tracker.models import (
    AuditKind,
    EntryKind,
    Induction,
    InductionStage,
    InductionTemplate,
    InductionTemplateVersion,
    LineKind,
    OrganisationUnit,
    TaskOwner,
    new_public_id,
)
from tracker.services import audit
from tracker.services.induction_plan import (
    Content,
    Line,
    MilestoneContent,
    Place,
    Plan,
    TemplateInForce,
    fits,
    plan_for,
    read_content,
)
from tracker.services.induction_templates import (
    in_force,
    left_out,
    templates_in_force,
    units_above,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

LONGEST = 300
#: A first day is not further away than this, either way.
MOST_DAYS = 730


@dataclass(frozen=True, kw_only=True)
class TemplateDraft:
    """For whom a template is."""

    name: str
    kind: str = ""
    staff_group: str = ""
    job_role: str = ""
    unit_code: str = ""


@dataclass(frozen=True, kw_only=True)
class LineDraft:
    """One line as somebody wrote it."""

    milestone: str
    owner: str
    kind: str
    wording: str
    purpose: str
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class TemplatePage:
    """A template as its writer sees it: what it says itself, and what it takes over."""

    template: InductionTemplate
    #: with the draft, if there is one
    plan: Plan
    own_keys: frozenset[str]
    milestones: tuple[MilestoneContent, ...]
    has_draft: bool
    version: int
    #: who is under way now and would be offered what is new
    under_way: int


def draft_version(template: InductionTemplate) -> InductionTemplateVersion | None:
    return next((one for one in template.versions if one.published_at is None), None)


def content_of(template: InductionTemplate) -> Content:
    """Give what the template says: its draft, or else its latest version."""
    latest = draft_version(template) or (template.versions[-1] if template.versions else None)
    return read_content(latest.content) if latest else Content()


def add_template(db: "Session", draft: TemplateDraft, *, by: "Identity") -> InductionTemplate:
    """Begin a template for a kind of starter, a staff group, a job role, a unit.

    :raises InvalidInputError: for a name or place that cannot be.
    """
    if not draft.name.strip():
        raise InvalidInputError("Give it a name, such as Ward nurses.", field="name")
    unit = unit_by_code(db, by.organisation_id, draft.unit_code)
    if draft.unit_code.strip() and unit is None:
        raise InvalidInputError(
            "There is no unit with this code. Leave it empty for all units.", field="unit_code"
        )
    template = InductionTemplate(
        organisation_id=by.organisation_id,
        key=f"own-{new_public_id()}",
        name=draft.name.strip()[:LONGEST],
        kind=EntryKind(draft.kind) if draft.kind in set(EntryKind) else None,
        staff_group=draft.staff_group.strip()[:LONGEST] or None,
        job_role=draft.job_role.strip()[:LONGEST] or None,
        organisation_unit=unit,
    )
    db.add(template)
    audit.record(db, AuditKind.TEMPLATE_CHANGED, template, by=by)
    return template


def unit_by_code(db: "Session", organisation_id: int, code: str) -> OrganisationUnit | None:
    if not code.strip():
        return None
    return db.scalar(
        select(OrganisationUnit).where(
            OrganisationUnit.organisation_id == organisation_id,
            OrganisationUnit.code == code.strip(),
        )
    )


def template_page(db: "Session", template: InductionTemplate) -> TemplatePage:
    """Show a template beside what it takes over from the more general ones."""
    place, general = _general(db, template)
    own = content_of(template)
    plan = plan_for([*general, in_force(template, own)], place)
    milestones = {one.key: one for each in general for one in each.content.milestones}
    milestones |= {one.key: one for one in own.milestones}
    published = [one for one in template.versions if one.published_at is not None]
    return TemplatePage(
        template=template,
        plan=plan,
        own_keys=frozenset(line.key for line in own.lines if not line.is_left_out),
        milestones=tuple(sorted(milestones.values(), key=lambda one: (one.days, one.key))),
        has_draft=draft_version(template) is not None,
        version=published[-1].number if published else 0,
        under_way=_under_way(db, template),
    )


def _general(db: "Session", template: InductionTemplate) -> tuple[Place, list[TemplateInForce]]:
    """Give the templates that this one builds on: those for everybody whom it is for."""
    unit_id = template.organisation_unit_id
    above = units_above(db, template.organisation_id, [unit_id])
    place = Place(
        kind=template.kind or EntryKind.NEW,
        staff_group=template.staff_group or "",
        job_role=template.job_role or "",
        unit_ids=above.get(unit_id or 0, ()),
    )
    general = [
        one
        for one in templates_in_force(db, template.organisation_id)
        if one.id != template.id
        and fits(one, place)
        and (one.kind is None or template.kind is not None)
    ]
    return place, general


def _under_way(db: "Session", template: InductionTemplate) -> int:
    rows = db.execute(
        select(
            Induction.kind,
            Induction.staff_group,
            Induction.job_role,
            Induction.organisation_unit_id,
            func.count(Induction.id),
        )
        .where(
            Induction.organisation_id == template.organisation_id,
            Induction.stage == InductionStage.UNDER_WAY,
        )
        .group_by(
            Induction.kind,
            Induction.staff_group,
            Induction.job_role,
            Induction.organisation_unit_id,
        )
    ).all()
    above = units_above(db, template.organisation_id, [row[3] for row in rows])
    mine = in_force(template, Content())
    return sum(
        row[4]
        for row in rows
        if fits(
            mine,
            Place(
                kind=row[0],
                staff_group=row[1],
                job_role=row[2],
                unit_ids=above.get(row[3] or 0, ()),
            ),
        )
    )


def line_in(page: TemplatePage, key: str) -> Line:
    """Give a line of the page, its own or one that it takes over.

    :raises NotFoundError: for one that is not there.
    """
    for _milestone, line in page.plan.lines:
        if line.key == key:
            return line
    raise NotFoundError("There is no such step here.")


def put_line(
    db: "Session", template: InductionTemplate, key: str, draft: LineDraft, *, by: "Identity"
) -> None:
    """Write a line into the draft: a new one, or in place of the one with this key.

    :raises InvalidInputError: for one that nobody could do.
    """
    page = template_page(db, template)
    if draft.milestone not in {one.key for one in page.milestones}:
        raise InvalidInputError("Choose by when it is to be done.", field="milestone")
    if not draft.wording.strip():
        raise InvalidInputError("Say what there is to do.", field="wording")
    if draft.kind != LineKind.DO and not draft.link:
        raise InvalidInputError("Say where it can be read or watched.", field="link")
    if draft.link and not is_safe_link(draft.link):
        raise InvalidInputError(
            "Give the whole address, from https:// on, or a page of ours such as /practice.",
            field="link",
        )
    line = Line(
        key=key or f"own-{new_public_id()}",
        milestone=draft.milestone,
        owner=TaskOwner(draft.owner),
        kind=LineKind(draft.kind),
        wording=draft.wording.strip()[:LONGEST],
        purpose=draft.purpose.strip()[:LONGEST],
        link=draft.link[:LONGEST],
    )
    _replace(db, template, line, by=by)


def is_safe_link(link: str) -> bool:
    is_page = link.startswith("/") and not link.startswith("//")
    is_plain = link.isprintable() and not any(letter in link for letter in " \\\"'<>")
    return is_plain and (is_page or link.startswith("https://"))


def leave_out(db: "Session", template: InductionTemplate, key: str, *, by: "Identity") -> None:
    """Take a line away for those whom this template is for: its own, or one that it takes over."""
    _place, general = _general(db, template)
    inherited = {line.key for one in general for line in one.content.lines}
    line = line_in(template_page(db, template), key)
    if key in inherited:
        _replace(db, template, left_out(line), by=by)
    else:
        bring_back(db, template, key, by=by)


def bring_back(db: "Session", template: InductionTemplate, key: str, *, by: "Identity") -> None:
    """Say nothing of its own about a line: the more general template counts again."""
    content = content_of(template)
    lines = tuple(one for one in content.lines if one.key != key)
    _save(db, template, replace(content, lines=lines), by=by)


def put_milestone(  # noqa: PLR0913 - each is one plain fact of it
    db: "Session",
    template: InductionTemplate,
    *,
    key: str,
    name: str,
    days: int | None,
    by: "Identity",
) -> None:
    """Add a milestone, or give one another name or day for those whom this template is for.

    :raises InvalidInputError: for a day that is years off.
    """
    if not name.strip():
        raise InvalidInputError("Give it a name, such as Week two.", field="name")
    if days is None or abs(days) > MOST_DAYS:
        raise InvalidInputError(
            "Type a number of days within two years, such as 14 or -7.", field="days"
        )
    content = content_of(template)
    milestone = MilestoneContent(
        key=key or f"own-{new_public_id()[:8]}", name=name.strip()[:LONGEST], days=days
    )
    others = tuple(one for one in content.milestones if one.key != milestone.key)
    _save(db, template, replace(content, milestones=(*others, milestone)), by=by)


def _replace(db: "Session", template: InductionTemplate, line: Line, *, by: "Identity") -> None:
    content = content_of(template)
    keys = [one.key for one in content.lines]
    lines = tuple(line if one.key == line.key else one for one in content.lines)
    if line.key not in keys:
        lines = (*lines, line)
    _save(db, template, replace(content, lines=lines), by=by)


def _save(db: "Session", template: InductionTemplate, content: Content, *, by: "Identity") -> None:
    draft = draft_version(template)
    if draft is None:
        number = max((one.number for one in template.versions), default=0) + 1
        draft = InductionTemplateVersion(
            organisation_id=template.organisation_id, number=number, content={}
        )
        template.versions.append(draft)
    draft.content = content.as_json()
    audit.record(db, AuditKind.TEMPLATE_CHANGED, template, by=by, version=draft.number)


def publish(db: "Session", template: InductionTemplate, *, by: "Identity", now: datetime) -> int:
    """Put the draft in force: for who starts from now on. Says who is offered what is new.

    :raises NotAllowedNowError: when there is no draft.
    """
    draft = draft_version(template)
    if draft is None:
        raise NotAllowedNowError("There is nothing new to put in force.")
    draft.published_at, draft.published_by_id = now, by.staff_id
    audit.record(db, AuditKind.TEMPLATE_PUBLISHED, template, by=by, version=draft.number)
    return _under_way(db, template)


def drop_draft(db: "Session", template: InductionTemplate, *, by: "Identity") -> None:
    """Forget what was not put in force."""
    draft = draft_version(template)
    if draft is not None:
        template.versions.remove(draft)
        db.delete(draft)
        audit.record(db, AuditKind.TEMPLATE_CHANGED, template, by=by, version=draft.number)


def retire(db: "Session", template: InductionTemplate, *, is_retired: bool, by: "Identity") -> None:
    """Use a template no more, or again. What was begun with it goes on."""
    template.is_retired = is_retired
    audit.record(db, AuditKind.TEMPLATE_CHANGED, template, by=by)
