"""Frameworks that come in from other organisations and go out to them."""

import json
from importlib import resources
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from integrations.frameworks.document import tidy
from integrations.frameworks.files import write_framework
from integrations.frameworks.records import (
    LEVELS,
    CompetenceRecord,
    DomainRecord,
    FrameworkRecord,
)
from tracker.errors import NotFoundError
from tracker.models import (
    AuditKind,
    Competence,
    Domain,
    Framework,
    FrameworkState,
    LevelDescriptor,
    Organisation,
    new_public_id,
)
from tracker.services import audit
from tracker.services.bulk import insert_rows
from tracker.services.framework_changes import Changes, compare

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor


def exchange_schema() -> dict[str, Any]:
    """Give the schema of the exchange format, against which every file is checked."""
    text = resources.files("tracker.content").joinpath("framework.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def find_framework(
    db: "Session", organisation: Organisation, key: str, *, version: int | None = None
) -> Framework:
    """Give the version asked for, or the one in use, or else the latest.

    :raises NotFoundError: when the organisation has no such framework or version.
    """
    versions = db.scalars(_versions(organisation.id, key)).all()
    if version is not None:
        versions = [one for one in versions if one.version == version]
    if not versions:
        raise NotFoundError(_not_there(db, organisation))
    in_use = [one for one in versions if one.state is FrameworkState.PUBLISHED]
    return (in_use or versions)[0]


def changes_of(db: "Session", organisation: Organisation, new: FrameworkRecord) -> Changes:
    """Say what taking in this framework would change, against the latest version there is."""
    return compare(_latest_record(db, organisation, new.key), new)


def add_draft(
    db: "Session", organisation: Organisation, new: FrameworkRecord, *, by: "Actor"
) -> Framework | None:
    """Keep the framework as a new draft; none if it says the same as the latest version."""
    # One at a time in an organisation, so that two do not take the same number.
    db.scalar(select(Organisation.id).where(Organisation.id == organisation.id).with_for_update())
    latest = db.scalar(_latest(organisation.id, new.key))
    if latest is not None and compare(_record_by_rows(db, latest), new).is_nothing:
        return None
    draft = Framework(
        organisation_id=organisation.id,
        key=new.key,
        version=latest.version + 1 if latest else 1,
        name=new.name,
        state=FrameworkState.DRAFT,
    )
    db.add(draft)
    db.flush()
    _add_parts(db, draft, new)
    audit.record(
        db,
        AuditKind.FRAMEWORK_IMPORTED,
        draft,
        by=by,
        version=draft.version,
        competences=sum(len(domain.competences) for domain in new.domains),
    )
    return draft


def with_texts(db: "Session", framework: Framework) -> Framework:
    """Read all the texts of a version in a few questions, however many there are."""
    return db.scalars(
        _versions(framework.organisation_id, framework.key).where(Framework.id == framework.id)
    ).one()


def as_file(db: "Session", framework: Framework, kind: str, *, by: "Actor") -> tuple[str, bytes]:
    """Give a version as a file to hand on: its name and its content."""
    record = record_of(with_texts(db, framework))
    content = write_framework(
        record, f".{kind}", version=framework.version, state=framework.state.value
    )
    audit.record(
        db, AuditKind.FRAMEWORK_EXPORTED, framework, by=by, version=framework.version, file=kind
    )
    return f"{framework.key}-{framework.version}.{kind}", content


def record_of(framework: Framework) -> FrameworkRecord:
    """Give a framework as a file has it. A domain without competences has no place in one."""
    return FrameworkRecord(
        key=framework.key,
        name=tidy(framework.name),
        domains=tuple(
            DomainRecord(
                key=domain.key,
                name=tidy(domain.name),
                competences=tuple(_record(one) for one in domain.competences),
            )
            for domain in framework.domains
            if domain.competences
        ),
    )


def _record(one: Competence) -> CompetenceRecord:
    said = {level.level: tidy(level.description) for level in one.levels}
    return CompetenceRecord(
        key=one.key,
        name=tidy(one.name),
        description=tidy(one.description),
        levels=tuple(said.get(level, "") for level in range(1, LEVELS + 1)),
    )


def _latest_record(db: "Session", organisation: Organisation, key: str) -> FrameworkRecord | None:
    latest = db.scalar(_latest(organisation.id, key))
    return _record_by_rows(db, latest) if latest else None


def _latest(organisation_id: int, key: str) -> "Select[Framework]":
    return (
        select(Framework)
        .where(Framework.organisation_id == organisation_id, Framework.key == key)
        .order_by(Framework.version.desc())
        .limit(1)
    )


def _record_by_rows(db: "Session", framework: Framework) -> FrameworkRecord:
    """Give what `record_of` gives, from plain rows: a file of thousands is compared with it."""
    said: dict[int, dict[int, str]] = {}
    in_it = Domain.framework_id == framework.id
    for competence_id, level, text in db.execute(
        select(LevelDescriptor.competence_id, LevelDescriptor.level, LevelDescriptor.description)
        .join(Competence, Competence.id == LevelDescriptor.competence_id)
        .join(Domain, Domain.id == Competence.domain_id)
        .where(in_it)
    ):
        said.setdefault(competence_id, {})[level] = tidy(text)
    domains: dict[tuple[str, str], list[CompetenceRecord]] = {}
    for row in db.execute(
        select(
            Domain.key.label("domain"),
            Domain.name.label("domain_name"),
            Competence.id,
            Competence.key,
            Competence.name,
            Competence.description,
        )
        .join(Domain, Domain.id == Competence.domain_id)
        .where(in_it)
        .order_by(Domain.position, Competence.position)
    ):
        levels = said.get(row.id, {})
        domains.setdefault((row.domain, tidy(row.domain_name)), []).append(
            CompetenceRecord(
                key=row.key,
                name=tidy(row.name),
                description=tidy(row.description),
                levels=tuple(levels.get(level, "") for level in range(1, LEVELS + 1)),
            )
        )
    return FrameworkRecord(
        key=framework.key,
        name=tidy(framework.name),
        domains=tuple(
            DomainRecord(key=key, name=name, competences=tuple(some))
            for (key, name), some in domains.items()
        ),
    )


def _versions(organisation_id: int, key: str) -> "Select[Framework]":
    """Select the versions of a framework with all their texts, the latest first."""
    return (
        select(Framework)
        .where(Framework.organisation_id == organisation_id, Framework.key == key)
        .order_by(Framework.version.desc())
        .options(
            selectinload(Framework.domains)
            .selectinload(Domain.competences)
            .selectinload(Competence.levels)
        )
    )


def _not_there(db: "Session", organisation: Organisation) -> str:
    keys = db.scalars(
        select(Framework.key).where(Framework.organisation_id == organisation.id).distinct()
    )
    there = ", ".join(sorted(keys))
    if not there:
        return "There is no framework yet. Add the one that we ship with: tracker framework add"
    return f"There is no such framework or version. These are there: {there}."


def _add_parts(db: "Session", draft: Framework, new: FrameworkRecord) -> None:
    """Write all domains, competences and levels in three statements, however many there are."""
    ours = {"organisation_id": draft.organisation_id}
    domains = [
        ours
        | {
            "public_id": new_public_id(),
            "framework_id": draft.id,
            "key": one.key,
            "name": one.name,
            "position": position,
        }
        for position, one in enumerate(new.domains)
    ]
    domain_ids = {
        key: id_ for id_, key in insert_rows(db, Domain, domains, returning=("id", "key"))
    }
    competences = [
        ours
        | {
            "public_id": new_public_id(),
            "domain_id": domain_ids[domain.key],
            "key": one.key,
            "name": one.name,
            "description": one.description,
            "position": position,
        }
        for domain in new.domains
        for position, one in enumerate(domain.competences)
    ]
    competence_ids = {
        key: id_ for id_, key in insert_rows(db, Competence, competences, returning=("id", "key"))
    }
    levels = [
        ours | {"competence_id": competence_ids[one.key], "level": level, "description": said}
        for domain in new.domains
        for one in domain.competences
        for level, said in enumerate(one.levels, start=1)
    ]
    insert_rows(db, LevelDescriptor, levels)
    db.expire(draft, ["domains"])
