"""Things to learn from that the trust trusts: a short list that an administrator keeps."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import select

from tracker.errors import InvalidInputError, NotFoundError, StaleTextError
from tracker.models import (
    AuditKind,
    Competence,
    Domain,
    Framework,
    FrameworkState,
    LearningResource,
)
from tracker.services import audit
from tracker.services.holding import hold
from tracker.services.preparations import SOMEBODY_ELSE_SAVED

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity


@dataclass(frozen=True, kw_only=True)
class ResourceDraft:
    """What an administrator wrote about something to learn from."""

    title: str
    link: str
    about: str = ""
    #: keys of the competences that it is for; none: for anything
    competence_keys: tuple[str, ...] = ()
    is_retired: bool = False
    version: int = 0


def resources_of(
    db: "Session", organisation_id: int, *, also_retired: bool = False
) -> list[LearningResource]:
    query = select(LearningResource).where(LearningResource.organisation_id == organisation_id)
    if not also_retired:
        query = query.where(LearningResource.is_retired.is_(False))
    return list(db.scalars(query.order_by(LearningResource.is_retired, LearningResource.title)))


def keys_in(resource: LearningResource) -> tuple[str, ...]:
    return tuple(key for key in resource.competence_keys.split(",") if key)


def fitting_first(
    resources: Iterable[LearningResource], competence_key: str | None
) -> list[LearningResource]:
    """Put first what is for this competence; then what is for anything; then the rest."""

    def distance(resource: LearningResource) -> int:
        keys = keys_in(resource)
        if competence_key is not None and competence_key in keys:
            return 0
        return 2 if keys else 1

    return sorted(resources, key=distance)


def competences_to_choose(db: "Session", organisation_id: int) -> list[tuple[str, str]]:
    """List the competences of the trust's published frameworks: (key, name), each key once."""
    rows = db.execute(
        select(Competence.key, Competence.name)
        .join(Domain, Domain.id == Competence.domain_id)
        .join(Framework, Framework.id == Domain.framework_id)
        .where(
            Framework.organisation_id == organisation_id,
            Framework.state == FrameworkState.PUBLISHED,
        )
        .order_by(Framework.id, Domain.position, Competence.position)
    )
    return list({key: (key, name) for key, name in rows}.values())


def key_of_competence(db: "Session", organisation_id: int, competence_id: int | None) -> str | None:
    if competence_id is None:
        return None
    return db.scalar(
        select(Competence.key).where(
            Competence.id == competence_id, Competence.organisation_id == organisation_id
        )
    )


def chosen(db: "Session", organisation_id: int, public_id: str) -> LearningResource | None:
    """Give what was picked from the list; none for nothing, or for what is not ours."""
    if not public_id:
        return None
    return db.scalar(
        select(LearningResource).where(
            LearningResource.organisation_id == organisation_id,
            LearningResource.public_id == public_id,
            LearningResource.is_retired.is_(False),
        )
    )


def resource_to_change(db: "Session", public_id: str, *, by: "Identity") -> LearningResource:
    found = db.scalar(
        select(LearningResource).where(
            LearningResource.organisation_id == by.organisation_id,
            LearningResource.public_id == public_id,
        )
    )
    if found is None:
        raise NotFoundError("There is no such thing to learn from.")
    return found


def add_resource(db: "Session", draft: ResourceDraft, *, by: "Identity") -> LearningResource:
    _check_link(draft)
    known = db.scalar(
        select(LearningResource).where(
            LearningResource.organisation_id == by.organisation_id,
            LearningResource.link == draft.link,
        )
    )
    if known is not None:
        raise InvalidInputError(
            "This link is on the list already. Change that one instead.", field="link"
        )
    resource = LearningResource(organisation_id=by.organisation_id, **_values(draft))
    db.add(resource)
    audit.record(db, AuditKind.RESOURCE_CHANGED, resource, by=by, reason="role")
    return resource


def change_resource(
    db: "Session", resource: LearningResource, draft: ResourceDraft, *, by: "Identity"
) -> None:
    """Change it. Goals that point to it keep the words and the link of their day.

    :raises StaleTextError: when somebody else changed it in the meantime.
    """
    _check_link(draft)
    hold(db, resource)
    values = _values(draft)
    if all(getattr(resource, name) == value for name, value in values.items()):
        return
    if resource.version != draft.version:
        raise StaleTextError(
            SOMEBODY_ELSE_SAVED,
            saved={"title": resource.title, "link": resource.link, "about": resource.about},
            version=resource.version,
        )
    for name, value in values.items():
        setattr(resource, name, value)
    resource.version += 1
    audit.record(db, AuditKind.RESOURCE_CHANGED, resource, by=by, reason="role")


def _values(draft: ResourceDraft) -> dict[str, str | bool]:
    keys = "".join(f",{key}" for key in draft.competence_keys)
    return {
        "title": draft.title,
        "link": draft.link,
        "about": draft.about,
        "competence_keys": f"{keys}," if keys else "",
        "is_retired": draft.is_retired,
    }


def _check_link(draft: ResourceDraft) -> None:
    """Take only an address of a web page: any other kind of link could run something."""
    try:
        parts = urlsplit(draft.link)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"https", "http"} or not parts.hostname or " " in draft.link:
        raise InvalidInputError(
            "Give the address of a web page, such as https://library.trust.example/typing",
            field="link",
        )
