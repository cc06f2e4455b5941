"""Screens that a trust's own trainers write: a draft, tried out, in use, retired.

What is in use is never changed: a new version begins as a draft, and takes over when it is in use.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from tracker.errors import InvalidInputError, NotAllowedNowError, NotFoundError, StaleError
from tracker.models import AuditKind, Organisation, PracticeTemplate, TemplateState
from tracker.practice import Screen, Template, TemplateError, as_template, make_screen, problems_of
from tracker.practice.shape import WRITTEN
from tracker.services import audit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

FORMAT = "competence-tracker/practice-screen/1"
LONGEST_FILE = 40_000
SEEDS_TO_SHOW = 10_000
NEXT: Mapping[TemplateState, frozenset[TemplateState]] = {
    TemplateState.DRAFT: frozenset({TemplateState.TRIED, TemplateState.RETIRED}),
    TemplateState.TRIED: frozenset(
        {TemplateState.DRAFT, TemplateState.IN_USE, TemplateState.RETIRED}
    ),
    TemplateState.IN_USE: frozenset({TemplateState.RETIRED}),
    TemplateState.RETIRED: frozenset(),
}


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Both sides of one seed, and what keeps the template from being used."""

    with_signal: Screen | None
    without: Screen | None
    problems: tuple[str, ...]
    seed: int


def preview(content: Mapping[str, Any], seed: int = 1) -> Preview:
    """Draw both sides, and say what is wrong. Nothing is kept."""
    try:
        template = as_template(dict(content))
    except TemplateError as why:
        return Preview(with_signal=None, without=None, problems=(str(why),), seed=seed)
    problems = tuple(problems_of(template))
    with_signal, without = _side(template, seed, side=True), _side(template, seed, side=False)
    return Preview(with_signal=with_signal, without=without, problems=problems, seed=seed)


def _side(template: Template, seed: int, *, side: bool) -> Screen | None:
    try:
        return make_screen(template, seed % SEEDS_TO_SHOW, with_signal=side)
    except (ValueError, LookupError, TypeError):
        return None  # what is wrong is among the problems


def list_templates(db: "Session", *, by: "Identity") -> "Sequence[PracticeTemplate]":
    return db.scalars(
        select(PracticeTemplate)
        .where(PracticeTemplate.organisation_id == by.organisation_id)
        .options(joinedload(PracticeTemplate.author))
        .order_by(PracticeTemplate.key, PracticeTemplate.version.desc())
    ).all()


def find_template(db: "Session", public_id: str, *, by: "Identity") -> PracticeTemplate:
    """Find a template of one's own organisation.

    :raises NotFoundError: when there is none.
    """
    found = db.scalar(
        select(PracticeTemplate).where(
            PracticeTemplate.organisation_id == by.organisation_id,
            PracticeTemplate.public_id == public_id,
        )
    )
    if found is None:
        raise NotFoundError("There is no such screen.")
    return found


def add_template(
    db: "Session", content: Mapping[str, Any], *, by: "Identity", now: datetime
) -> PracticeTemplate:
    """Keep a new draft. Another one of its key makes it the next version of that.

    :raises InvalidInputError: for content that does not have the shape of a template.
    """
    _check_shape(content)
    # One at a time in an organisation, so that two do not take the same version.
    db.scalar(
        select(Organisation.id).where(Organisation.id == by.organisation_id).with_for_update()
    )
    last = db.scalar(
        select(func.max(PracticeTemplate.version)).where(
            PracticeTemplate.organisation_id == by.organisation_id,
            PracticeTemplate.key == content["key"],
        )
    )
    template = PracticeTemplate(
        organisation_id=by.organisation_id,
        key=content["key"],
        version=(last or 0) + 1,
        content=dict(content),
        author_id=by.staff_id,
        changed_at=now,
    )
    db.add(template)
    db.flush()
    _note(db, template, by)
    return template


def save_template(  # noqa: PLR0913 - each is one plain thing that only the caller knows
    db: "Session",
    template: PracticeTemplate,
    content: Mapping[str, Any],
    *,
    edition: int,
    by: "Identity",
    now: datetime,
) -> None:
    """Keep what was changed in a draft. One that was tried is a draft again.

    :raises NotAllowedNowError: for a screen in use or retired.
    :raises StaleError: when somebody else changed it meanwhile.
    :raises InvalidInputError: for content that does not have the shape of a template.
    """
    db.refresh(template, with_for_update=True)
    if not can_change(template):
        raise NotAllowedNowError("This screen is in use or retired. Begin a new version of it.")
    if template.edition != edition:
        raise StaleError("Somebody changed this screen since you opened it. Open it again.")
    _check_shape(content)
    template.content = {**content, "key": template.key}
    template.state = TemplateState.DRAFT
    template.edition += 1
    template.changed_at = now
    _note(db, template, by)


def move_template(
    db: "Session", template: PracticeTemplate, step: str, *, by: "Identity", now: datetime
) -> None:
    """Take a screen a step on. Only one that nothing is wrong with is tried or used.

    :raises NotAllowedNowError: for a step that does not follow, or a screen with a problem.
    """
    db.refresh(template, with_for_update=True)
    to = TemplateState(step) if step in set(TemplateState) else None
    if to is None or to not in NEXT[template.state]:
        raise NotAllowedNowError("That step does not follow from where this screen is now.")
    if to in (TemplateState.TRIED, TemplateState.IN_USE):
        problems = preview(template.content).problems
        if problems:
            raise NotAllowedNowError(f"Mend this first: {problems[0]}")
    if to is TemplateState.IN_USE:
        for other in db.scalars(
            select(PracticeTemplate).where(
                PracticeTemplate.organisation_id == template.organisation_id,
                PracticeTemplate.key == template.key,
                PracticeTemplate.state == TemplateState.IN_USE,
            )
        ):
            other.state = TemplateState.RETIRED
    template.state = to
    template.changed_at = now
    _note(db, template, by)


def can_change(template: PracticeTemplate | None) -> bool:
    return template is None or template.state in (TemplateState.DRAFT, TemplateState.TRIED)


def steps_of(template: PracticeTemplate | None) -> list[str]:
    """List the steps that follow from where a screen is."""
    return sorted(step.value for step in NEXT[template.state]) if template else []


def as_file(template: PracticeTemplate) -> str:
    """Write the screen as a file to share. It names nobody."""
    content = {"format": FORMAT, **template.content}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def read_file(data: bytes) -> dict[str, Any]:
    """Read a shared file.

    :raises InvalidInputError: with a sentence that says what is wrong and where.
    """
    if len(data) > LONGEST_FILE:
        raise InvalidInputError("This file is too large for a screen. Use 40 KB or less.")
    try:
        given = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise InvalidInputError("This file cannot be read. Choose a file of JSON.") from None
    if not isinstance(given, dict) or given.pop("format", None) != FORMAT:
        raise InvalidInputError(f"This is no shared screen: its format should be {FORMAT}.")
    _check_shape(given)
    return given


def _check_shape(content: Mapping[str, Any]) -> None:
    try:
        template = as_template(dict(content))
    except TemplateError as why:
        raise InvalidInputError(str(why)) from None
    if template.kind != WRITTEN:
        raise InvalidInputError(f"The kind of a shared screen is {WRITTEN}.")


def _note(db: "Session", template: PracticeTemplate, by: "Identity") -> None:
    audit.record(
        db,
        AuditKind.PRACTICE_SCREEN_CHANGED,
        template,
        by=by,
        key=template.key,
        version=template.version,
        state=template.state.value,
    )
