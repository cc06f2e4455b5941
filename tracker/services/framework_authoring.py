"""Writing a draft of a framework: its domains, competences and levels."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from tracker.errors import InvalidInputError, NotAllowedNowError, NotFoundError, StaleTextError
from tracker.models import (
    AuditKind,
    Competence,
    CompetenceOrigin,
    Domain,
    Framework,
    FrameworkComment,
    FrameworkState,
    LevelDescriptor,
    OriginKind,
)
from tracker.services import audit
from tracker.services.framework_drafts import key_for
from tracker.services.framework_life import LEVELS, lock, version_before

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor

CHANGED_MEANWHILE = "Somebody else changed this in the meantime. Their text is shown: choose again."


@dataclass(frozen=True, kw_only=True)
class CompetenceDraft:
    """What somebody wrote of a competence."""

    name: str
    description: str
    levels: tuple[str, ...]
    domain_id: str
    #: public ids of the competences of the version in use whose place it takes
    takes_place_of: tuple[str, ...] = ()
    #: whether an answer given to those still counts
    counts_still: bool = True
    edition: int | None = None


def rename_framework(db: "Session", framework: Framework, name: str, *, by: "Actor") -> None:
    require_draft(db, framework)
    framework.name = name
    _note(db, framework, by=by)


def add_domain(db: "Session", framework: Framework, name: str, *, by: "Actor") -> Domain:
    require_draft(db, framework)
    domain = Domain(
        organisation_id=framework.organisation_id,
        framework_id=framework.id,
        key=key_for(name, {one.key for one in framework.domains}),
        name=name,
        position=max((one.position for one in framework.domains), default=-1) + 1,
    )
    framework.domains.append(domain)
    db.flush()
    _note(db, framework, by=by)
    return domain


def change_domain(
    db: "Session", domain: Domain, name: str, *, edition: int | None, by: "Actor"
) -> None:
    require_draft(db, domain.framework)
    db.refresh(domain, with_for_update=True)
    if edition is not None and domain.edition != edition and domain.name != name:
        raise StaleTextError(CHANGED_MEANWHILE, saved={"name": domain.name}, version=domain.edition)
    if domain.name != name:
        domain.name, domain.edition = name, domain.edition + 1
        _note(db, domain.framework, by=by)


def move_domain(db: "Session", domain: Domain, *, up: bool, by: "Actor") -> None:
    require_draft(db, domain.framework)
    _swap(list(domain.framework.domains), domain, up=up)
    _note(db, domain.framework, by=by)


def remove_domain(db: "Session", domain: Domain, *, by: "Actor") -> None:
    """Take an empty domain out."""
    framework = domain.framework
    require_draft(db, framework)
    if db.scalar(select(func.count()).where(Competence.domain_id == domain.id)):
        raise NotAllowedNowError("There are competences in it. Move them or take them out first.")
    db.delete(domain)
    db.flush()
    _note(db, framework, by=by)


def add_competence(
    db: "Session", framework: Framework, draft: CompetenceDraft, *, by: "Actor"
) -> Competence:
    require_draft(db, framework)
    domain = _domain_in(framework, draft.domain_id)
    taken = set(
        db.scalars(
            select(Competence.key)
            .join(Domain, Domain.id == Competence.domain_id)
            .join(Framework, Framework.id == Domain.framework_id)
            # also of earlier versions: a new thing must not look like an old one
            .where(
                Framework.organisation_id == framework.organisation_id,
                Framework.key == framework.key,
            )
        )
    )
    competence = Competence(
        organisation_id=framework.organisation_id,
        key=key_for(draft.name, taken),
        name=draft.name,
        description=draft.description,
        position=_end_of(db, domain),
        levels=[
            LevelDescriptor(
                organisation_id=framework.organisation_id, level=level, description=said
            )
            for level, said in enumerate(draft.levels, start=1)
        ],
        domain_id=domain.id,
    )
    db.add(competence)
    db.flush()
    _point_back(db, framework, competence, draft)
    db.expire(domain, ["competences"])
    _note(db, framework, by=by)
    return competence


def change_competence(
    db: "Session", competence: Competence, draft: CompetenceDraft, *, by: "Actor"
) -> None:
    """Keep what somebody wrote, unless another wrote something else in the meantime.

    :raises StaleTextError: with the other one's text, so that the second writer sees both.
    """
    framework = competence.domain.framework
    require_draft(db, framework)
    db.refresh(competence, with_for_update=True)
    if draft.edition is not None and draft.edition != competence.edition:
        raise StaleTextError(
            CHANGED_MEANWHILE, saved=as_text(competence), version=competence.edition
        )
    domain = _domain_in(framework, draft.domain_id)
    if domain.id != competence.domain_id:
        was = competence.domain
        competence.domain_id, competence.position = domain.id, _end_of(db, domain)
        db.flush()
        db.expire(was, ["competences"])
        db.expire(domain, ["competences"])
    competence.name, competence.description = draft.name, draft.description
    said = {one.level: one for one in competence.levels}
    for level, words in enumerate(draft.levels, start=1):
        if level in said:
            said[level].description = words
        else:
            competence.levels.append(
                LevelDescriptor(
                    organisation_id=competence.organisation_id, level=level, description=words
                )
            )
    competence.edition += 1
    db.flush()
    _point_back(db, framework, competence, draft)
    _note(db, framework, by=by)


def move_competence(db: "Session", competence: Competence, *, up: bool, by: "Actor") -> None:
    require_draft(db, competence.domain.framework)
    _swap(list(competence.domain.competences), competence, up=up)
    _note(db, competence.domain.framework, by=by)


def remove_competence(db: "Session", competence: Competence, *, by: "Actor") -> None:
    """Take a competence out of a draft. Answers to the version in use stay as they are."""
    domain = competence.domain
    require_draft(db, domain.framework)
    db.execute(delete(CompetenceOrigin).where(CompetenceOrigin.competence_id == competence.id))
    db.execute(
        update(FrameworkComment)
        .where(FrameworkComment.competence_id == competence.id)
        .values(competence_id=None)
    )
    for level in list(competence.levels):
        db.delete(level)
    db.flush()
    db.delete(competence)
    db.flush()
    db.expire(domain, ["competences"])
    _note(db, domain.framework, by=by)


def as_text(competence: Competence) -> dict[str, str]:
    """Give the words of a competence by the names of the boxes that they stand in."""
    said = {one.level: one.description for one in competence.levels}
    return {
        "name": competence.name,
        "description": competence.description,
        **{f"level_{level}": said.get(level, "") for level in range(1, LEVELS + 1)},
    }


def require_draft(db: "Session", framework: Framework) -> None:
    """Refuse to change words that somebody reads for review, or that people have answered to."""
    lock(db, framework)
    if framework.state is FrameworkState.IN_REVIEW:
        raise NotAllowedNowError(
            "This version is being read, so its words stand still. "
            "Send it back to its authors to change it."
        )
    if framework.state is not FrameworkState.DRAFT:
        raise NotAllowedNowError(
            "People have answered to these words, so they stay. Begin a new version to change them."
        )


def _note(db: "Session", framework: Framework, *, by: "Actor") -> None:
    audit.record(db, AuditKind.FRAMEWORK_CHANGED, framework, by=by, version=framework.version)


def _domain_in(framework: Framework, public_id: str) -> Domain:
    for domain in framework.domains:
        if domain.public_id == public_id:
            return domain
    raise InvalidInputError("Choose one of the domains that are shown", field="domain_id")


def _end_of(db: "Session", domain: Domain) -> int:
    last = db.scalar(select(func.max(Competence.position)).where(Competence.domain_id == domain.id))
    return 0 if last is None else last + 1


def _swap(
    siblings: "list[Domain] | list[Competence]", one: "Domain | Competence", *, up: bool
) -> None:
    """Change places with the neighbour. At the end of the list there is nothing to do."""
    at = [other.id for other in siblings].index(one.id)
    to = at - 1 if up else at + 1
    if 0 <= to < len(siblings):
        order: list[Domain | Competence] = [*siblings]
        order[at], order[to] = order[to], order[at]
        for place, other in enumerate(order):
            other.position = place


def _point_back(
    db: "Session", framework: Framework, competence: Competence, draft: CompetenceDraft
) -> None:
    """Keep which competences of the version in use this one takes the place of."""
    before = version_before(db, framework)
    ids = (
        db.scalars(
            select(Competence.id)
            .join(Domain, Domain.id == Competence.domain_id)
            .where(Domain.framework_id == before.id, Competence.public_id.in_(draft.takes_place_of))
            .order_by(Competence.id)
        ).all()
        if before and draft.takes_place_of
        else []
    )
    if len(ids) != len(set(draft.takes_place_of)):
        raise NotFoundError("One of those is not there any more. Look again at the list.")
    db.execute(delete(CompetenceOrigin).where(CompetenceOrigin.competence_id == competence.id))
    kind = OriginKind.RENAMED if draft.counts_still else OriginKind.CHANGED
    db.add_all(
        CompetenceOrigin(
            organisation_id=framework.organisation_id,
            competence_id=competence.id,
            predecessor_id=one,
            kind=kind,
        )
        for one in ids
    )
    db.flush()
