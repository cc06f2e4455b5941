"""Gives a trust the frameworks and role profiles that we ship, and later those that came since.

What a trust has already is never changed: its people have answered to it, and it may be their own.
"""

from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.content import framework, work_tasks
from tracker.content.profiles import PROFILES
from tracker.models import (
    Competence,
    Domain,
    Framework,
    FrameworkState,
    LevelDescriptor,
    RoleProfile,
    RoleRequirement,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.content.texts import CompetenceText, DomainText, FrameworkText, ProfileText
    from tracker.models import Organisation


def seed_framework(db: "Session", organisation: "Organisation") -> Framework:
    """Add what we ship and the trust lacks; give the framework of digital skills.

    A trust that has gone on to a version of its own, or has put ours away, keeps it as it is.
    """
    _seed_draft(db, organisation, work_tasks.FRAMEWORK)
    latest = _latest(db, organisation, framework.FRAMEWORK.key)
    if latest is None:
        latest = _new_framework(organisation.id, framework.FRAMEWORK)
        db.add(latest)
    elif not is_shipped(latest):
        return latest
    else:
        _add_missing_competences(latest, framework.FRAMEWORK)
    db.flush()  # the profiles point at the competences
    _add_missing_profiles(db, organisation, latest)
    db.flush()
    return latest


def _latest(db: "Session", organisation: "Organisation", key: str) -> Framework | None:
    return db.scalar(
        select(Framework)
        .where(Framework.organisation_id == organisation.id, Framework.key == key)
        .order_by(Framework.version.desc())
        .limit(1)
    )


def is_shipped(latest: Framework) -> bool:
    """Say whether the trust still works with the version that we ship."""
    shipped = framework.FRAMEWORK
    return latest.version == shipped.version and latest.state is FrameworkState.PUBLISHED


def _seed_draft(db: "Session", organisation: "Organisation", text: "FrameworkText") -> None:
    if _latest(db, organisation, text.key) is None:
        db.add(_new_framework(organisation.id, text))


def _new_framework(organisation_id: int, text: "FrameworkText") -> Framework:
    return Framework(
        organisation_id=organisation_id,
        key=text.key,
        version=text.version,
        name=text.name,
        state=FrameworkState.DRAFT if text.is_draft else FrameworkState.PUBLISHED,
        domains=[
            _new_domain(organisation_id, domain, position)
            for position, domain in enumerate(text.domains)
        ],
    )


def _new_domain(organisation_id: int, text: "DomainText", position: int) -> Domain:
    return Domain(
        organisation_id=organisation_id,
        key=text.key,
        name=text.name,
        position=position,
        competences=[
            _new_competence(organisation_id, one, place)
            for place, one in enumerate(text.competences)
        ],
    )


def _new_competence(organisation_id: int, text: "CompetenceText", position: int) -> Competence:
    return Competence(
        organisation_id=organisation_id,
        key=text.key,
        name=text.name,
        description=text.description,
        position=position,
        levels=[
            LevelDescriptor(organisation_id=organisation_id, level=level, description=said)
            for level, said in enumerate(text.levels, start=1)
        ],
    )


def _add_missing_competences(ours: Framework, text: "FrameworkText") -> None:
    domains = {domain.key: domain for domain in ours.domains}
    known = {competence.key for domain in ours.domains for competence in domain.competences}
    for domain_text in text.domains:
        domain = domains.get(domain_text.key)
        if domain is None:
            ours.domains.append(_new_domain(ours.organisation_id, domain_text, len(ours.domains)))
            continue
        for one in domain_text.competences:
            if one.key not in known:
                place = len(domain.competences)
                domain.competences.append(_new_competence(ours.organisation_id, one, place))


def _add_missing_profiles(db: "Session", organisation: "Organisation", ours: Framework) -> None:
    """Add each profile whose name, and whose kind of work, the trust has no profile for."""
    ids = {
        competence.key: competence.id
        for domain in ours.domains
        for competence in domain.competences
    }
    keys: set[str] = set()
    work: set[tuple[str | None, str | None]] = set()
    rows = db.execute(
        select(RoleProfile.key, RoleProfile.staff_group, RoleProfile.job_role).where(
            RoleProfile.organisation_id == organisation.id
        )
    )
    for key, staff_group, job_role in rows:
        keys.add(key)
        work.add((staff_group, job_role))
    db.add_all(
        _new_profile(text, organisation.id, ids)
        for text in PROFILES
        if text.key not in keys and (text.staff_group, text.job_role) not in work
    )


def _new_profile(
    text: "ProfileText", organisation_id: int, competence_ids: dict[str, int]
) -> RoleProfile:
    return RoleProfile(
        organisation_id=organisation_id,
        key=text.key,
        name=text.name,
        staff_group=text.staff_group,
        job_role=text.job_role,
        requirements=[
            RoleRequirement(
                organisation_id=organisation_id,
                competence_id=competence_ids[need.competence],
                needed_level=need.level,
                is_essential=need.is_essential,
            )
            for need in text.needs
        ],
    )
