"""Role profiles on pages: what each asks, where each line comes from, whom a change touches."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.errors import InvalidInputError, NotFoundError, StaleError
from tracker.models import (
    Assignment,
    AuditKind,
    Competence,
    Domain,
    Framework,
    OrganisationUnit,
    Post,
    RoleProfile,
    RoleRequirement,
)
from tracker.services import audit
from tracker.services.framework_drafts import key_for
from tracker.services.framework_versions import in_use_on
from tracker.services.profiles import (
    Profile,
    ProfileBook,
    Work,
    exactness_of,
    profile_book,
    work_of,
)
from tracker.services.reporting import is_primary_today

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

MOST_UNITS = 12
#: people in fewer numbers than these are not told apart by unit
FEWEST_SHOWN = 8
FOR_WHOM = ("Everybody", "Staff group", "Job role", "Job role", "Posts of one title", "One post")


@dataclass(frozen=True, kw_only=True)
class ProfileDraft:
    """What somebody wrote of a profile."""

    name: str
    staff_group: str | None = None
    job_role: str | None = None
    post_title: str | None = None
    post_id: int | None = None
    minimum_optional: int | None = None
    #: competence public id: level and whether it is essential
    needs: dict[str, tuple[int, bool]] = field(default_factory=dict)
    edition: int | None = None


@dataclass(frozen=True, kw_only=True)
class Choosable:
    """A competence that a profile may ask for."""

    id: int
    public_id: str
    name: str
    domain: str


@dataclass(frozen=True, kw_only=True)
class NeedLine:
    """One competence as people of this work are asked for it, and which profile says so."""

    competence: Choosable
    level: int
    is_essential: bool
    profile_name: str
    is_own: bool
    #: what wider profiles say, where this profile says otherwise
    instead_of: str = ""


@dataclass(frozen=True, kw_only=True)
class ListedProfile:
    profile: RoleProfile
    for_whom: str
    asks: int
    people: int


@dataclass(frozen=True, kw_only=True)
class Touched:
    """How many people a change touches, and where; nobody's record."""

    people: int
    units: Sequence[tuple[str, int]]
    more_units: int


@dataclass(frozen=True, kw_only=True)
class ProfilePage:
    profile: RoleProfile
    for_whom: str
    wider: Sequence[RoleProfile]
    lines: Sequence[NeedLine]
    minimum_optional: int
    touched: Touched


def for_whom(work: Work | RoleProfile, post: Post | None = None) -> str:
    """Say in words what work a profile is for."""
    if work.post_id is not None:
        return f"The post “{post.title if post else ''}”"
    if work.post_title is not None:
        return f"Posts with the title “{work.post_title}”"
    if work.job_role and work.staff_group:
        return f"{work.job_role}, in {work.staff_group}"
    return work.job_role or work.staff_group or "Everybody"


def list_profiles(db: "Session", *, by: "Identity", today: "date") -> list[ListedProfile]:
    """List the profiles, the widest first, with how many people each fits."""
    book = profile_book(db, by.organisation_id, today=today)
    people = _people_by_profile(db, book, by.organisation_id, today)
    asks = {one.id: len(one.requirements) for one in book.profiles}
    profiles = db.scalars(
        select(RoleProfile)
        .where(RoleProfile.organisation_id == by.organisation_id)
        .options(joinedload(RoleProfile.post))
    ).all()
    return [
        ListedProfile(
            profile=one,
            for_whom=for_whom(one, one.post),
            asks=asks.get(one.id, 0),
            people=people[one.id],
        )
        for one in sorted(profiles, key=lambda one: (exactness_of(_work(one)), one.name))
    ]


def profile_page(db: "Session", public_id: str, *, by: "Identity", today: "date") -> ProfilePage:
    """Show what people of this work are asked for, each line with where it comes from."""
    profile = find_profile(db, public_id, by=by)
    book = profile_book(db, by.organisation_id, today=today)
    work = _full_work(profile)
    needs = book.needs_of(work)
    known = {one.id: one for one in choosable(db, by.organisation_id, today=today)}
    wider_ids = [one for one in needs.profile_ids if one != profile.id]
    wider = {
        one.id: one for one in db.scalars(select(RoleProfile).where(RoleProfile.id.in_(wider_ids)))
    }
    without = ProfileBook([one for one in book.profiles if one.id != profile.id]).needs_of(work)
    lines = [
        NeedLine(
            competence=known[competence_id],
            level=need.needed_level,
            is_essential=need.is_essential,
            profile_name=need.profile_name,
            is_own=need.profile_id == profile.id,
            instead_of=_instead(need.profile_id == profile.id, without.needs.get(competence_id)),
        )
        for competence_id, need in needs.needs.items()
        if competence_id in known
    ]
    lines.sort(key=lambda one: (not one.is_essential, not one.is_own))
    return ProfilePage(
        profile=profile,
        for_whom=for_whom(profile, profile.post),
        wider=[wider[one] for one in wider_ids if one in wider],
        lines=lines,
        minimum_optional=needs.minimum_optional,
        touched=touched(db, profile, by=by, today=today),
    )


def _instead(is_own: bool, other: object) -> str:  # noqa: FBT001
    if not is_own or other is None:
        return ""
    level = getattr(other, "needed_level", 0)
    weight = "essential" if getattr(other, "is_essential", False) else "optional"
    return f"{getattr(other, 'profile_name', '')}: level {level}, {weight}"


def find_profile(db: "Session", public_id: str, *, by: "Identity") -> RoleProfile:
    profile = db.scalar(
        select(RoleProfile)
        .where(
            RoleProfile.public_id == public_id, RoleProfile.organisation_id == by.organisation_id
        )
        .options(joinedload(RoleProfile.post))
    )
    if profile is None:
        raise NotFoundError("There is no such profile.")
    return profile


def choosable(db: "Session", organisation_id: int, *, today: "date") -> list[Choosable]:
    """List the competences in use, in the order of their frameworks."""
    rows = db.execute(
        select(Competence.id, Competence.public_id, Competence.name, Domain.name)
        .join(Domain, Domain.id == Competence.domain_id)
        .join(Framework, Framework.id == Domain.framework_id)
        .where(Framework.organisation_id == organisation_id, in_use_on(today))
        .order_by(Framework.key, Domain.position, Competence.position)
    )
    return [
        Choosable(id=competence_id, public_id=public_id, name=name, domain=domain)
        for competence_id, public_id, name, domain in rows
    ]


def draft_of(db: "Session", profile: RoleProfile, *, today: "date") -> ProfileDraft:
    """Give a profile as its form shows it: of the frameworks in use."""
    known = {one.id: one.public_id for one in choosable(db, profile.organisation_id, today=today)}
    return ProfileDraft(
        name=profile.name,
        staff_group=profile.staff_group,
        job_role=profile.job_role,
        post_title=profile.post_title,
        post_id=profile.post_id,
        minimum_optional=profile.minimum_optional,
        needs={
            known[one.competence_id]: (one.needed_level, one.is_essential)
            for one in profile.requirements
            if one.competence_id in known
        },
        edition=profile.edition,
    )


def touched(
    db: "Session", work: "RoleProfile | ProfileDraft", *, by: "Identity", today: "date"
) -> Touched:
    """Count whom a profile for this work fits today, by unit. Small units are put together."""
    profile = Profile(id=0, name="", work=_work(work), minimum_optional=None, requirements=())
    works = work_of(db, by.organisation_id, None, today=today)
    people = [staff_id for staff_id, theirs in works.items() if profile.fits(theirs)]
    wanted = set(people)
    units: Counter[str] = Counter()
    for staff_id, name in db.execute(
        select(Assignment.staff_member_id, OrganisationUnit.name)
        .join(OrganisationUnit, OrganisationUnit.id == Assignment.organisation_unit_id)
        .where(Assignment.organisation_id == by.organisation_id, is_primary_today(today))
    ):
        if staff_id in wanted:
            wanted.discard(staff_id)
            units[name] += 1
    shown = [(name, number) for name, number in units.most_common() if number >= FEWEST_SHOWN]
    return Touched(
        people=len(people),
        units=shown[:MOST_UNITS],
        more_units=len(units) - len(shown[:MOST_UNITS]),
    )


def save_profile(
    db: "Session",
    profile: RoleProfile | None,
    draft: ProfileDraft,
    *,
    by: "Identity",
    today: "date",
) -> RoleProfile:
    """Keep a profile: new, or changed if nobody else changed it in the meantime."""
    _require_own_work(db, profile, draft, by=by)
    known = {one.public_id: one.id for one in choosable(db, by.organisation_id, today=today)}
    if set(draft.needs) - known.keys():
        raise InvalidInputError("Choose only competences that are shown", field="name")
    kind = AuditKind.PROFILE_CHANGED
    if profile is None:
        kind = AuditKind.PROFILE_ADDED
        keys = set(
            db.scalars(
                select(RoleProfile.key).where(RoleProfile.organisation_id == by.organisation_id)
            )
        )
        profile = RoleProfile(
            organisation_id=by.organisation_id, key=key_for(draft.name, keys), edition=0
        )
        db.add(profile)
    else:
        db.refresh(profile, with_for_update=True)
        if draft.edition is not None and draft.edition != profile.edition:
            raise StaleError("Somebody else changed this profile in the meantime. Look again.")
    profile.name = draft.name
    profile.staff_group, profile.job_role = draft.staff_group, draft.job_role
    profile.post_title, profile.post_id = draft.post_title, draft.post_id
    profile.minimum_optional = draft.minimum_optional
    profile.edition += 1
    _keep_needs(profile, {known[one]: said for one, said in draft.needs.items()}, known.values())
    db.flush()
    audit.record(db, kind, profile, by=by, asks=len(draft.needs))
    return profile


def _keep_needs(
    profile: RoleProfile, needs: dict[int, tuple[int, bool]], in_use: Iterable[int]
) -> None:
    """Change what is asked of the versions in use. What older versions asked stays as it was."""
    in_use = set(in_use)
    there = {one.competence_id: one for one in profile.requirements}
    for competence_id, (level, is_essential) in needs.items():
        if competence_id in there:
            there[competence_id].needed_level = level
            there[competence_id].is_essential = is_essential
        else:
            profile.requirements.append(
                RoleRequirement(
                    organisation_id=profile.organisation_id,
                    competence_id=competence_id,
                    needed_level=level,
                    is_essential=is_essential,
                )
            )
    for competence_id, one in there.items():
        if competence_id in in_use and competence_id not in needs:
            profile.requirements.remove(one)


def _require_own_work(
    db: "Session", profile: RoleProfile | None, draft: ProfileDraft, *, by: "Identity"
) -> None:
    """Refuse a second profile for the same work: nobody could say which one counts."""
    other = db.scalar(
        select(RoleProfile.name).where(
            RoleProfile.organisation_id == by.organisation_id,
            RoleProfile.id != (profile.id if profile else 0),
            *(
                getattr(RoleProfile, name).is_(None)
                if getattr(draft, name) is None
                else getattr(RoleProfile, name) == getattr(draft, name)
                for name in ("staff_group", "job_role", "post_title", "post_id")
            ),
        )
    )
    if other is not None:
        raise InvalidInputError(
            f"There is a profile for this work already: {other}. Change that one.", field="name"
        )


def _people_by_profile(
    db: "Session", book: ProfileBook, organisation_id: int, today: "date"
) -> Counter[int]:
    works = Counter(work_of(db, organisation_id, None, today=today).values())
    people: Counter[int] = Counter()
    for work, number in works.items():
        for profile in book.fitting(work):
            people[profile.id] += number
    return people


def _work(one: "RoleProfile | ProfileDraft") -> Work:
    return Work(
        staff_group=one.staff_group,
        job_role=one.job_role,
        post_id=one.post_id,
        post_title=one.post_title,
    )


def _full_work(profile: RoleProfile) -> Work:
    """Give the work of somebody whom this profile fits, as far as it says."""
    if profile.post is None:
        return _work(profile)
    return Work(
        staff_group=profile.post.staff_group,
        job_role=profile.post.job_role,
        post_id=profile.post_id,
        post_title=profile.post.title,
    )
