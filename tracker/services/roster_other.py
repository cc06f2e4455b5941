"""Knows people and places again when a trust's staff come from another HR system than before.

Its keys are new, and maybe its employee numbers too. People are known by number, NHS Unique ID or
work email where those agree (docs/adr, "Another HR system is asked about"); facts that disagree
join nobody. Units are known by name and code, posts by unit and title.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from sqlalchemy import (
    Column,
    ColumnElement,
    String,
    Table,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)

from tracker.models import Induction, InductionStage, OrganisationUnit, Post, StaffMember
from tracker.services.roster_people import OF_SCIM
from tracker.services.roster_sets import count, rows_changed, table_of
from tracker.services.roster_staging import PEOPLE, POSTS, UNITS, GuardRailError, analyze

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase, Session

#: Of fewer people it cannot be told.
FEWEST = 3
#: so long after it, somebody still counts as new; a first day that moves by less is a correction
STARTER_FOR, LATER = timedelta(days=90), timedelta(days=28)
#: the start of a key or number that gave way to another system's
BEFORE = "before:"
_staff, _units, _posts = table_of(StaffMember), table_of(OrganisationUnit), table_of(Post)


class OtherSystemError(GuardRailError):
    """Raised instead of taking everybody for somebody else. Nothing was changed."""


@dataclass(frozen=True, kw_only=True)
class OtherSystem:
    """How many are known again, and by what."""

    staff: int
    by_key: int
    by_number: int
    by_nhs_id: int
    by_email: int
    joining: int
    missing: int
    #: would have begun lately, and have not
    begun_anew: int

    def counts(self) -> dict[str, int]:
        return {
            "known_by_number": self.by_number,
            "known_by_nhs_unique_id": self.by_nhs_id,
            "known_by_email": self.by_email,
        }

    def ask(self) -> NoReturn:
        """Stop, and say what it looks like.

        :raises OtherSystemError: always.
        """
        raise OtherSystemError(
            f"This looks like another HR system: most of the {self.staff} current staff have "
            f"another key in it. {self.by_number} are known by employee number, {self.by_nhs_id} "
            f"by NHS Unique ID and {self.by_email} by work email and name. They stay who they "
            "are, with their appraisals, goals and inductions, and nobody counts as moved for it. "
            f"{self.missing} of your staff are not in the file, or cannot be told, and would "
            f"leave. {self.joining} in it are not known here, and would join. {self._first_days()}"
            "Nothing was changed. Say yes only if your HR system has changed."
        )

    def _first_days(self) -> str:
        if not self.begun_anew:
            return ""
        return (
            f"{self.begun_anew} would have a later first day than before, in the last three "
            "months, and count as new: check what the file has as first day. "
        )


def know_again(db: "Session", organisation_id: int, *, today: date) -> OtherSystem | None:
    """Say whom a full file of another system means, and note it; none for the usual system's.

    Two sums over the staff are the cost of asking.
    """
    is_here = and_(
        _staff.c.organisation_id == organisation_id,
        or_(_staff.c.left_on.is_(None), _staff.c.left_on >= today),
        ~_staff.c.source_key.startswith(OF_SCIM),
    )
    if not db.scalar(select(exists().where(is_here))):
        return None
    staff = count(db, _staff, is_here)
    same = exists().where(
        PEOPLE.c.source_key == _staff.c.source_key,
        or_(PEOPLE.c.employee_number == _staff.c.employee_number, _names_agree()),
    )
    if staff < FEWEST or 2 * count(db, _staff, is_here, same) >= staff:
        return None
    by_key, by_number, by_nhs_id, by_email = _match(db, organisation_id, is_here)
    is_met = PEOPLE.c.known_id == _staff.c.id
    met = count(db, _staff, is_here, exists().where(is_met))
    if 2 * met < staff:
        db.execute(update(PEOPLE).values(known_id=None))
        return None  # it is not these people's file at all
    will_stay = or_(PEOPLE.c.left_on.is_(None), PEOPLE.c.left_on >= today)
    return OtherSystem(
        staff=staff,
        by_key=by_key,
        by_number=by_number,
        by_nhs_id=by_nhs_id,
        by_email=by_email,
        joining=count(db, PEOPLE, PEOPLE.c.known_id.is_(None), will_stay),
        missing=staff - met,
        begun_anew=count(
            db,
            PEOPLE,
            PEOPLE.c.hired_on >= today - STARTER_FOR,
            exists().where(is_met, _staff.c.hired_on < today - STARTER_FOR - LATER),
        ),
    )


def _names_agree() -> ColumnElement[bool]:
    return or_(
        func.lower(PEOPLE.c.family_name) == func.lower(_staff.c.family_name),
        func.lower(PEOPLE.c.given_name) == func.lower(_staff.c.given_name),
    )


def _nhs_ids_differ() -> ColumnElement[bool]:
    return PEOPLE.c.nhs_unique_id != _staff.c.nhs_unique_id  # unknown where one side has none


def _match(
    db: "Session", organisation_id: int, is_here: ColumnElement[bool]
) -> tuple[int, int, int, int]:
    ours = _staff.c.organisation_id == organisation_id
    other = _staff.alias()
    of_another = exists().where(
        other.c.organisation_id == organisation_id,
        func.lower(other.c.email) == func.lower(PEOPLE.c.email),
        other.c.id != _staff.c.id,
        other.c.left_on.is_(None),
    )
    same_number = ours & (_staff.c.employee_number == PEOPLE.c.employee_number)
    against = or_(func.coalesce(_nhs_ids_differ(), literal(False)), ~_names_agree())
    numbers = PEOPLE.join(_staff, same_number)
    fit = db.scalar(select(func.count()).select_from(numbers)) or 0
    wrong = db.scalar(select(func.count()).select_from(numbers).where(against)) or 0
    mean_the_same = 2 * wrong <= fit
    analyze(db, PEOPLE)

    def join(*where: ColumnElement[bool]) -> int:
        return rows_changed(
            db,
            update(PEOPLE)
            .values(known_id=_staff.c.id)
            .where(PEOPLE.c.known_id.is_(None), *where, _is_free(_staff, PEOPLE)),
        )

    agrees = and_(_names_agree(), ~func.coalesce(_nhs_ids_differ(), literal(False)))
    by_key = join(ours, _staff.c.source_key == PEOPLE.c.source_key, agrees)
    by_number = join(same_number, ~against, ~of_another) if mean_the_same else 0
    taken = select(_staff.c.employee_number).where(ours).correlate(None)
    # A number that is somebody else's here speaks against, where numbers mean the same as before.
    free = PEOPLE.c.employee_number.not_in(taken) if mean_the_same else literal(True)
    nhs_id = _once(PEOPLE.c.nhs_unique_id), _once(_staff.c.nhs_unique_id, is_here)
    by_nhs_id = join(
        is_here, _staff.c.nhs_unique_id == PEOPLE.c.nhs_unique_id, *nhs_id, ~of_another, free
    )
    mail = _once(func.lower(PEOPLE.c.email)), _once(func.lower(_staff.c.email), is_here)
    same_mail = func.lower(_staff.c.email) == func.lower(PEOPLE.c.email)
    by_email = join(is_here, same_mail, *mail, agrees, free)
    return by_key, by_number, by_nhs_id, by_email


def _once(value: Any, *where: ColumnElement[bool]) -> ColumnElement[bool]:  # noqa: ANN401
    """Say that nobody else has this value."""
    inner = select(value).where(*where).group_by(value).having(func.count() == 1)
    is_it: ColumnElement[bool] = value.in_(inner.correlate(None))
    return is_it


def _is_free(target: Table, staged: Table) -> ColumnElement[bool]:
    """Say that a record of ours is nobody's yet."""
    known = staged.alias().c.known_id
    return target.c.id.not_in(select(known).where(known.is_not(None)))


def take_people_over(db: "Session", organisation_id: int) -> None:
    """Give those who are known again their keys and numbers in the other system."""
    _take_over(db, organisation_id, StaffMember, PEOPLE, PEOPLE.c.source_key)
    _take_over(db, organisation_id, StaffMember, PEOPLE, PEOPLE.c.employee_number)
    # What a mover's plan began with is the old system's row: without it, the plan goes on.
    induction = table_of(Induction)
    db.execute(
        update(induction)
        .values(assignment_key=None)
        .where(
            induction.c.organisation_id == organisation_id,
            induction.c.stage == InductionStage.UNDER_WAY,
        )
    )


def know_units_again(db: "Session", organisation_id: int) -> None:
    """Say which units of ours are meant, by name; by code is said for any file."""
    new, known = UNITS.c, _units.c
    is_it = (known.id == new.known_id) & or_(
        known.code == new.code, func.lower(known.name) == func.lower(new.name)
    )
    db.execute(update(UNITS).values(known_id=None).where(~exists().where(is_it)))
    ours = known.organisation_id == organisation_id
    same = ours & (func.lower(known.name) == func.lower(new.name))
    once = _once(func.lower(new.name)), _once(func.lower(known.name), ours)
    _join(db, _units, UNITS, same, *once)


def take_units_over(db: "Session", organisation_id: int) -> None:
    _take_over(db, organisation_id, OrganisationUnit, UNITS, UNITS.c.source_key)


def take_posts_over(db: "Session", organisation_id: int) -> None:
    """Know posts by their unit and title, so that a profile for a post goes on."""
    new, known = POSTS.c, _posts.c
    db.execute(
        update(POSTS)
        .values(known_id=None)
        .where(
            ~exists().where(
                known.id == new.known_id, func.lower(known.title) == func.lower(new.title)
            )
        )
    )
    ours = known.organisation_id == organisation_id
    unit = known.organisation_unit_id == new.organisation_unit_id
    same = ours & unit & (func.lower(known.title) == func.lower(new.title))
    _join(db, _posts, POSTS, same, _alone(POSTS), _alone(_posts))
    _take_over(db, organisation_id, Post, POSTS, POSTS.c.source_key)


def _alone(table: Table) -> ColumnElement[bool]:
    """Say that a unit has one post of this title."""
    other = table.alias().c
    key = "line" if table is POSTS else "id"
    return ~exists().where(
        other.organisation_unit_id == table.c.organisation_unit_id,
        func.lower(other.title) == func.lower(table.c.title),
        other[key] != table.c[key],
    )


def _join(db: "Session", target: Table, staged: Table, *where: ColumnElement[bool]) -> None:
    db.execute(
        update(staged)
        .values(known_id=target.c.id)
        .where(staged.c.known_id.is_(None), *where, _is_free(target, staged))
    )


def _take_over(
    db: "Session",
    organisation_id: int,
    model: "type[DeclarativeBase]",
    staged: Table,
    column: Column[Any],
) -> None:
    """Give known records what the file calls them. Whoever else is called so gives way first."""
    target = table_of(model)
    ours, name = target.c.organisation_id == organisation_id, column.name
    has_other = exists().where(staged.c.known_id == target.c.id, column != target.c[name])
    is_others = exists().where(
        column == target.c[name], staged.c.known_id.is_distinct_from(target.c.id)
    )
    if name == "employee_number":  # who is not known, and has somebody's number, is refused
        is_others = exists().where(column == target.c[name], staged.c.known_id != target.c.id)
    aside = literal(BEFORE) + target.c.id.cast(String)
    db.execute(update(target).values({name: aside}).where(ours, has_other | is_others))
    db.execute(
        update(target)
        .values({name: column})
        .where(ours, target.c.id == staged.c.known_id, column != target.c[name])
    )
