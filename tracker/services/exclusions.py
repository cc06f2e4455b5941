"""Whose appraisals do not open by themselves: a staff group, a category such as bank, a person."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.errors import InvalidInputError, NotFoundError
from tracker.models import AppraisalExclusion, AuditKind, ExclusionKind, StaffMember
from tracker.services import audit
from tracker.services.colleagues import find_colleague

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity
    from tracker.services.reporting import Managed


@dataclass(frozen=True, kw_only=True)
class Exclusions:
    """Who is left out today."""

    staff_groups: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    people: frozenset[int] = frozenset()

    def leave_out(self, one: "Managed") -> bool:
        return (
            one.staff_member_id in self.people
            or _plain(one.staff_group) in self.staff_groups
            or _plain(one.category) in self.categories
        )


@dataclass(frozen=True, kw_only=True)
class ExclusionDraft:
    """Whom to leave out, why, and from when to when."""

    kind: ExclusionKind
    value: str
    email: str
    reason: str
    starts_on: date
    ends_on: date | None


def exclusions_on(db: "Session", organisation_id: int, *, today: date) -> Exclusions:
    found: dict[ExclusionKind, set[str]] = {kind: set() for kind in ExclusionKind}
    people: set[int] = set()
    for kind, value, person_id in db.execute(
        select(
            AppraisalExclusion.kind, AppraisalExclusion.value, AppraisalExclusion.staff_member_id
        ).where(
            AppraisalExclusion.organisation_id == organisation_id,
            AppraisalExclusion.current_on(today),
        )
    ):
        if person_id is None:
            found[kind].add(_plain(value))
        else:
            people.add(person_id)
    return Exclusions(
        staff_groups=frozenset(found[ExclusionKind.STAFF_GROUP]),
        categories=frozenset(found[ExclusionKind.CATEGORY]),
        people=frozenset(people),
    )


def with_one_more(
    exclusions: Exclusions, draft: ExclusionDraft, person: StaffMember | None
) -> Exclusions:
    """Give who would be left out if this were kept."""
    value = frozenset({_plain(draft.value)})
    return Exclusions(
        staff_groups=exclusions.staff_groups
        | (value if draft.kind is ExclusionKind.STAFF_GROUP else frozenset()),
        categories=exclusions.categories
        | (value if draft.kind is ExclusionKind.CATEGORY else frozenset()),
        people=exclusions.people | (frozenset({person.id}) if person else frozenset()),
    )


def check_exclusion(
    db: "Session", draft: ExclusionDraft, *, by: "Identity", today: date
) -> StaffMember | None:
    """Refuse what cannot be, and give the person where it is one.

    :raises InvalidInputError: at the field that needs mending.
    """
    if draft.ends_on is not None and draft.ends_on < max(draft.starts_on, today):
        raise InvalidInputError(
            "The last day has passed, or is before the first. Put it right.", field="ends_on"
        )
    if draft.kind is ExclusionKind.PERSON:
        return find_colleague(db, by.organisation_id, draft.email, today=today, field="email")
    if not draft.value:
        raise InvalidInputError("Choose which.", field=draft.kind.value)
    return None


def add_exclusion(
    db: "Session", draft: ExclusionDraft, *, by: "Identity", now: datetime, today: date
) -> AppraisalExclusion:
    person = check_exclusion(db, draft, by=by, today=today)
    exclusion = AppraisalExclusion(
        organisation_id=by.organisation_id,
        kind=draft.kind,
        value="" if person else draft.value,
        staff_member_id=person.id if person else None,
        reason=draft.reason,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        recorded_by_id=by.staff_id,
        recorded_at=now,
    )
    db.add(exclusion)
    _note(db, AuditKind.EXCLUSION_ADDED, exclusion, by=by)
    return exclusion


def end_exclusion(db: "Session", public_id: str, *, by: "Identity", today: date) -> None:
    """End it with yesterday, so that it stays on record. Twice does no harm.

    :raises NotFoundError: when this organisation has no such one.
    """
    exclusion = db.scalar(
        select(AppraisalExclusion).where(
            AppraisalExclusion.public_id == public_id,
            AppraisalExclusion.organisation_id == by.organisation_id,
        )
    )
    if exclusion is None:
        raise NotFoundError("There is no such entry.")
    yesterday = today - timedelta(days=1)
    if exclusion.ends_on is not None and exclusion.ends_on <= yesterday:
        return
    exclusion.ends_on = yesterday
    _note(db, AuditKind.EXCLUSION_ENDED, exclusion, by=by)


def exclusions_of(db: "Session", *, by: "Identity", today: date) -> "Sequence[AppraisalExclusion]":
    """List those of today and to come."""
    return db.scalars(
        select(AppraisalExclusion)
        .where(
            AppraisalExclusion.organisation_id == by.organisation_id,
            (AppraisalExclusion.ends_on.is_(None)) | (AppraisalExclusion.ends_on >= today),
        )
        .options(joinedload(AppraisalExclusion.staff_member))
        .order_by(AppraisalExclusion.kind, AppraisalExclusion.value, AppraisalExclusion.id)
    ).all()


def _plain(value: str | None) -> str:
    """Compare as people do: HR systems differ in spaces and capitals."""
    return " ".join((value or "").lower().split())


def _note(db: "Session", kind: AuditKind, exclusion: AppraisalExclusion, *, by: "Identity") -> None:
    audit.record(db, kind, exclusion, by=by, subject_id=exclusion.staff_member_id, reason="role")
