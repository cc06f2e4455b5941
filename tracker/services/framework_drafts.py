"""Beginning a framework, or the next version of one."""

import re
import unicodedata
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.errors import NotAllowedNowError
from tracker.models import (
    AuditKind,
    Competence,
    CompetenceOrigin,
    Domain,
    Framework,
    FrameworkAuthor,
    FrameworkState,
    LevelDescriptor,
    Organisation,
    OriginKind,
)
from tracker.services import audit
from tracker.services.framework_life import version_before

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor

LONGEST_KEY = 80


def key_for(name: str, taken: set[str]) -> str:
    """Make a lasting key from a name: small letters, digits and hyphens; once each."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: LONGEST_KEY - 5].strip("-") or "item"
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}-{number}", number + 1
    return key


def begin_framework(db: "Session", name: str, *, by: "Actor") -> Framework:
    """Begin a framework of the trust's own, as an empty draft."""
    _take_turns(db, by.organisation_id)
    taken = set(
        db.scalars(select(Framework.key).where(Framework.organisation_id == by.organisation_id))
    )
    framework = Framework(
        organisation_id=by.organisation_id,
        key=key_for(name, taken),
        version=1,
        name=name,
        state=FrameworkState.DRAFT,
    )
    db.add(framework)
    audit.record(db, AuditKind.FRAMEWORK_BEGUN, framework, by=by, version=1)
    return framework


def begin_version(db: "Session", framework: Framework, *, by: "Actor") -> Framework:
    """Copy what is in use as the draft of its next version, each competence with its origin."""
    _take_turns(db, framework.organisation_id)
    numbers = db.execute(
        select(Framework.version, Framework.state).where(
            Framework.organisation_id == framework.organisation_id, Framework.key == framework.key
        )
    ).all()
    if any(state in (FrameworkState.DRAFT, FrameworkState.IN_REVIEW) for _, state in numbers):
        raise NotAllowedNowError("There is a draft of the next version already. Work on that one.")
    latest = version_before(db, framework)
    if framework.version < max(number for number, _ in numbers) or (
        latest is not None and latest.version > framework.version
    ):
        raise NotAllowedNowError("There is a later version. Begin from that one.")
    draft = Framework(
        organisation_id=framework.organisation_id,
        key=framework.key,
        version=framework.version + 1,
        name=framework.name,
        state=FrameworkState.DRAFT,
        domains=[_copy_of(domain) for domain in framework.domains],
    )
    db.add(draft)
    db.flush()
    _link_copies(db, framework, draft)
    for author_id in db.scalars(
        select(FrameworkAuthor.staff_member_id).where(FrameworkAuthor.framework_id == framework.id)
    ):
        db.add(
            FrameworkAuthor(
                organisation_id=draft.organisation_id,
                framework_id=draft.id,
                staff_member_id=author_id,
            )
        )
    audit.record(db, AuditKind.FRAMEWORK_BEGUN, draft, by=by, version=draft.version)
    return draft


def _take_turns(db: "Session", organisation_id: int) -> None:
    db.scalar(select(Organisation.id).where(Organisation.id == organisation_id).with_for_update())


def _copy_of(domain: Domain) -> Domain:
    return Domain(
        organisation_id=domain.organisation_id,
        key=domain.key,
        name=domain.name,
        position=domain.position,
        competences=[
            Competence(
                organisation_id=one.organisation_id,
                key=one.key,
                name=one.name,
                description=one.description,
                position=one.position,
                levels=[
                    LevelDescriptor(
                        organisation_id=one.organisation_id,
                        level=level.level,
                        description=level.description,
                    )
                    for level in one.levels
                ],
            )
            for one in domain.competences
        ],
    )


def _link_copies(db: "Session", old: Framework, new: Framework) -> None:
    before = {one.key: one.id for domain in old.domains for one in domain.competences}
    db.add_all(
        CompetenceOrigin(
            organisation_id=new.organisation_id,
            competence_id=one.id,
            predecessor_id=before[one.key],
            kind=OriginKind.KEPT,
        )
        for domain in new.domains
        for one in domain.competences
    )
