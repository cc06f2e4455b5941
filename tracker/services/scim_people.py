"""Brings the list of staff to what an identity provider's accounts say.

HR's word stands: of a person whom HR brought, an account adds a missing mail and, where HR names
no manager, a manager. A person whom HR does not know is on the list for as long as the account
is switched on, and is never deleted.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import or_, select, update

from tracker.errors import NotAllowedNowError
from tracker.models import AccountState, ScimUser, SignInSession, StaffMember
from tracker.services.fact_index import COLUMNS, FactIndex, Match, as_compared, has_any
from tracker.services.roster_people import OF_SCIM
from tracker.services.scim_lines import draw_line, draw_lines_of_staff, end_lines
from tracker.services.scim_new import add_person
from tracker.services.scim_places import give_place, leave_place

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from integrations.scim.accounts import Account

DAY = timedelta(days=1)
_STATES = {
    Match.UNCLEAR: AccountState.UNCLEAR,
    Match.HAS_LEFT: AccountState.UNCLEAR,
    Match.CONTRADICTS: AccountState.CONTRADICTS,
}


class ClaimedError(NotAllowedNowError):
    """Raised where two accounts, of one source or of two, claim one person. Nothing was changed."""


def follow_account(
    db: "Session", user: ScimUser, account: "Account", *, now: "datetime", today: date
) -> None:
    """Find whose account it is, and bring that person's entry up to date.

    :raises ClaimedError: if the person has another account already.
    """
    was = user.staff_member
    found = _find(db, user, account, today=today)
    user.state = found if isinstance(found, AccountState) else AccountState.WAITING
    person = None if isinstance(found, AccountState) else found
    if person is not None:
        _check_claim(db, user, person)
    elif user.state is AccountState.WAITING:
        if not user.id and account.employee_number and account.is_active:
            add_person(db, user, account, today=today)
            return
        person = _kept_or_made(user, was, account)
    if person is not None:
        user.state = AccountState.MADE if _is_made(person) else AccountState.JOINED
    if was is not None and was is not person:
        _let_go(db, was, now=now, today=today)
    user.staff_member = person
    db.add(user)
    if person is not None:
        _bring_up_to_date(db, person, user, account, now=now, today=today)
    db.flush()
    if person is not was and user.version > 1:  # to a new account, nobody's can lead yet
        draw_lines_of_staff(db, user, today=today)


def forget_account(db: "Session", user: ScimUser, *, now: "datetime", today: date) -> None:
    """Let go of the person of an account that is deleted at its source."""
    if user.staff_member is not None:
        _let_go(db, user.staff_member, now=now, today=today)
        user.staff_member = None
        db.flush()


def _find(
    db: "Session", user: ScimUser, account: "Account", *, today: date
) -> StaffMember | AccountState | None:
    """Find a person by employee number, else by mail.

    Whom an account put on the list is not looked for: they change with it.
    """
    told = (("employee_number", account.employee_number), ("email", account.email))
    facts = as_compared((name, value) for name, value in told if value)
    if not facts:
        return None
    ours = StaffMember.organisation_id == user.organisation_id
    found = db.execute(select(*COLUMNS).where(ours, has_any(facts)))
    was = user.staff_member
    but = was.id if was is not None and _is_made(was) else None
    answer = FactIndex((tuple(row) for row in found if row[0] != but), today=today).whose(facts)
    if not isinstance(answer, Match):
        return db.get_one(StaffMember, answer[0])
    if was is not None and _is_made(was):
        if answer is Match.CONTRADICTS:
            raise ClaimedError(
                "The account now has the mail of somebody with another employee number. Correct "
                "one of the two at the source."
            )
        return None  # they stay who they are
    if answer is Match.HAS_LEFT and account.employee_number:
        return None  # somebody new, with an address that two leavers had
    return _STATES.get(answer)


def _is_made(person: StaffMember) -> bool:
    """Tell whether only an account put somebody on the list."""
    return person.source_key.startswith(OF_SCIM)


def _kept_or_made(
    user: ScimUser, was: StaffMember | None, account: "Account"
) -> StaffMember | None:
    """Keep the person whom this account made; else make one, if it can be told that they work here.

    An account without an employee number may be a machine's.
    """
    if was is not None and _is_made(was):
        return was
    if not account.employee_number or not account.is_active:
        return None
    return StaffMember(
        organisation_id=user.organisation_id,
        source_key=f"{OF_SCIM}{user.public_id}",
        employee_number=account.employee_number,
    )


def _check_claim(db: "Session", user: ScimUser, person: StaffMember) -> None:
    other = db.scalar(
        select(ScimUser).where(
            ScimUser.staff_member_id == person.id, ScimUser.id.is_distinct_from(user.id)
        )
    )
    if other is None:
        return
    if other.source.revoked_at is not None:  # a source that is gone claims nobody any more
        other.staff_member, other.state = None, AccountState.WAITING
        db.flush()
        return
    if other.access_token_id == user.access_token_id:
        raise ClaimedError(
            "Another account of this source belongs to the same person: it has the same employee "
            "number or mail. Correct one of the two at the source."
        )
    raise ClaimedError(
        "Two sources claim this person: another source has an account with the same employee "
        "number or mail. Leave the person out of one of the two sources."
    )


def _bring_up_to_date(  # noqa: PLR0913
    db: "Session",
    person: StaffMember,
    user: ScimUser,
    account: "Account",
    *,
    now: "datetime",
    today: date,
) -> None:
    if user.state is AccountState.MADE:
        _write_person(person, account)
        if account.is_active:
            person.left_on = None
            give_place(db, person, account, today=today)
        else:
            _leave(db, person, today=today)
    elif person.email is None and account.email:
        person.email = account.email
    if account.is_active:
        draw_line(db, user, today=today)
    else:
        _sign_out(db, person, now=now)


def _write_person(person: StaffMember, account: "Account") -> None:
    person.employee_number = account.employee_number or person.employee_number
    person.title = account.title
    person.family_name = account.family_name
    person.given_name = account.given_name
    person.preferred_name = account.preferred_name
    person.email = account.email


def _let_go(db: "Session", person: StaffMember, *, now: "datetime", today: date) -> None:
    """Have a person leave whom only an account kept on the list; HR's people stay."""
    if _is_made(person):
        _leave(db, person, today=today)
        _sign_out(db, person, now=now)


def _leave(db: "Session", person: StaffMember, *, today: date) -> None:
    if person.left_on is not None and person.left_on < today:
        return
    person.left_on = today - DAY
    leave_place(db, person, on=person.left_on)
    end_lines(db, person, on=person.left_on)


def _sign_out(db: "Session", person: StaffMember, *, now: "datetime") -> None:
    """End the sessions of somebody whose account was switched off, wherever they are."""
    db.execute(
        update(SignInSession)
        .where(
            SignInSession.staff_member_id == person.id,
            or_(SignInSession.ended_at.is_(None), SignInSession.ended_at > now),
        )
        .values(ended_at=now)
    )
