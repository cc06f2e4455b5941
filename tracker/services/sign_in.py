"""Signs people in: asks the directory, finds their staff record, begins and ends their session.

The directory may take seconds to answer. So what asks it is given `open_session`, which opens a
short transaction of its own, rather than a session that would keep others waiting.
"""

import enum
import math
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select

from integrations.ldap import errors
from integrations.ldap.client import authenticate
from tracker.errors import TrackerError
from tracker.models import AuditKind, Organisation, StaffMember
from tracker.security import sessions
from tracker.security.group_roles import roles_in
from tracker.security.identity import Identity, Role
from tracker.security.proof import DIRECTORY, PROVIDER, Proof
from tracker.services import audit, sign_in_limits
from tracker.services.directory_roles import granted
from tracker.services.fact_index import Match
from tracker.services.scim_groups import group_names
from tracker.services.staff_matching import find_staff

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from integrations.ldap.records import DirectoryPerson
    from tracker.settings import Settings

OpenSession = Callable[[], AbstractContextManager["Session"]]

log = structlog.get_logger()


class Refusal(enum.StrEnum):
    """Why somebody is not signed in; each has words of its own."""

    EMPTY = "empty"
    WRONG = "wrong"
    LOCKED = "locked"
    PASSWORD_EXPIRED = "password_expired"  # noqa: S105 - not a password
    MUST_CHANGE = "must_change"
    DISABLED = "disabled"
    ACCOUNT_EXPIRED = "account_expired"
    NOT_ALLOWED = "not_allowed"
    TOO_MANY = "too_many"
    DOWN = "down"
    SLOW = "slow"
    CERTIFICATE = "certificate"
    SETUP = "setup"
    NOT_ON_LIST = "not_on_list"
    HAS_LEFT = "has_left"
    UNCLEAR = "unclear"
    CONTRADICTS = "contradicts"
    NOT_HERE = "not_here"
    PROVIDER_DOWN = "provider_down"
    PROVIDER_SETUP = "provider_setup"
    PROVIDER_NO = "provider_no"
    PROVIDER_UNSURE = "provider_unsure"
    PROVIDER_LATE = "provider_late"
    PROOF_OVER = "proof_over"


#: The service cannot sign anybody in: not the person's doing.
OUTAGES = frozenset(
    {
        Refusal.DOWN,
        Refusal.SLOW,
        Refusal.CERTIFICATE,
        Refusal.SETUP,
        Refusal.PROVIDER_DOWN,
        Refusal.PROVIDER_SETUP,
    }
)

_NOT_WORKING = "Sign-in is not working just now. "
#: A directory says "locked" to any password, so a stranger would learn that there is an account.
_WRONG_OR_LOCKED = (
    "The user name or password is not right, or the account is locked. Check both and try again. "
    "A locked account may open by itself after a while, or your IT service desk can unlock it."
)
WORDS: dict[Refusal, str] = {
    Refusal.EMPTY: "Enter your user name and your password.",
    Refusal.WRONG: _WRONG_OR_LOCKED,
    Refusal.LOCKED: _WRONG_OR_LOCKED,
    Refusal.PASSWORD_EXPIRED: (
        "This password is too old. Choose a new one on a trust computer, then sign in here."
    ),
    Refusal.MUST_CHANGE: (
        "You need to choose a new password first. Do it on a trust computer, then sign in here."
    ),
    Refusal.DISABLED: (
        "This account is switched off. Ask your IT service desk to switch it on again."
    ),
    Refusal.ACCOUNT_EXPIRED: (
        "This account has passed its end date. Ask your manager or your IT service desk for help."
    ),
    Refusal.NOT_ALLOWED: (
        "This account may not sign in here at this time. Ask your IT service desk why."
    ),
    Refusal.TOO_MANY: (
        "There have been too many tries. To keep the account safe, wait {wait} and then try "
        "again. If you have forgotten your password, ask your IT service desk."
    ),
    Refusal.DOWN: (
        _NOT_WORKING + "We cannot reach your trust's list of accounts. Wait a few minutes and try "
        "again. If it still does not work, tell your IT service desk."
    ),
    Refusal.SLOW: (
        _NOT_WORKING + "Your trust's list of accounts took too long to answer. Wait a few minutes "
        "and try again. If it still does not work, tell your IT service desk."
    ),
    Refusal.CERTIFICATE: (
        _NOT_WORKING + "We could not be sure that we had reached your trust's own list of "
        "accounts, so we did not sign you in. Tell your IT service desk."
    ),
    Refusal.SETUP: (
        _NOT_WORKING + "The link to your trust's list of accounts is not set up right. "
        "Tell your IT service desk."
    ),
    Refusal.NOT_ON_LIST: (
        "Your password is right, but we cannot find you in the list of staff. If you are new, "
        "try again in a day or two. If not, ask HR to check your employee number and email."
    ),
    Refusal.HAS_LEFT: (
        "Your password is right, but HR's records say that you have left. "
        "If that is wrong, ask HR to put it right."
    ),
    Refusal.UNCLEAR: (
        "Your password is right, but more than one staff record could be yours. "
        "Ask HR to check your employee number and email."
    ),
    Refusal.CONTRADICTS: (
        "Your password is right, but your account does not fit HR's record of you: the employee "
        "number or the email is another one. Ask HR and your IT service desk to compare them."
    ),
    Refusal.PROVIDER_DOWN: (
        "Single sign-on does not answer just now. Use your user name and password here, or wait a "
        "few minutes and try again."
    ),
    Refusal.PROVIDER_SETUP: (
        "The link to single sign-on is not set up right. Use your user name and password here, "
        "and tell your IT service desk."
    ),
    Refusal.PROVIDER_NO: (
        "Single sign-on did not let you in, or you went back. Try again, or use your user name "
        "and password here."
    ),
    Refusal.PROVIDER_UNSURE: (
        "We could not be sure that the answer was from single sign-on, so we did not use "
        "it. Try again. If it happens again, tell your IT service desk."
    ),
    Refusal.PROVIDER_LATE: (
        "This sign-in took too long, or you began it in another window. Please start again."
    ),
    Refusal.PROOF_OVER: (
        "That took a while, or the text has changed since. Please show once more who you are."
    ),
    Refusal.NOT_HERE: (
        "Your password is right, but you are not on the list of staff of this organisation."
    ),
}

_FROM_DIRECTORY: dict[type[errors.SignInRefusedError], Refusal] = {
    errors.NothingToCheckError: Refusal.EMPTY,
    errors.WrongCredentialsError: Refusal.WRONG,
    errors.AmbiguousNameError: Refusal.WRONG,
    errors.AccountLockedError: Refusal.LOCKED,
    errors.PasswordExpiredError: Refusal.PASSWORD_EXPIRED,
    errors.PasswordMustChangeError: Refusal.MUST_CHANGE,
    errors.AccountDisabledError: Refusal.DISABLED,
    errors.AccountExpiredError: Refusal.ACCOUNT_EXPIRED,
    errors.SignInNotAllowedError: Refusal.NOT_ALLOWED,
}

#: After these the directory has counted a failure, or may have.
_COUNTED = frozenset({Refusal.WRONG, Refusal.LOCKED, Refusal.NOT_ALLOWED})

_FROM_MATCH = {
    Match.NOBODY: Refusal.NOT_ON_LIST,
    Match.HAS_LEFT: Refusal.HAS_LEFT,
    Match.UNCLEAR: Refusal.UNCLEAR,
    Match.CONTRADICTS: Refusal.CONTRADICTS,
}


class SignInRefusedError(TrackerError):
    """Raised when somebody cannot be signed in, with words for the person."""

    def __init__(
        self, refusal: Refusal, *, wait: timedelta = timedelta(0), method: str = DIRECTORY
    ) -> None:
        words = WORDS[refusal].replace("{wait}", _minutes(wait))
        if method == PROVIDER:
            words = words.replace("Your password is right", "Single sign-on knows you")
        super().__init__(words)
        self.refusal = refusal
        self.wait = wait


@dataclass(frozen=True, kw_only=True)
class Place:
    """An organisation that somebody may sign in to, and as what."""

    staff_member: StaffMember
    organisation_code: str
    organisation_name: str
    roles: frozenset[Role]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What somebody typed to show who they are, and where they did."""

    username: str
    password: str
    address: str | None

    def __repr__(self) -> str:
        return "Claim(…)"


def prove(
    open_session: OpenSession, settings: "Settings", claim: Claim, *, now: datetime
) -> "DirectoryPerson":
    """Ask the directory whether somebody is who they say, unless there were too many tries.

    :raises SignInRefusedError: with the reason.
    """
    if not claim.username.strip() or not claim.password.strip():
        raise SignInRefusedError(Refusal.EMPTY)
    who = sign_in_limits.caller(settings.secret, username=claim.username, address=claim.address)
    with open_session() as db:
        attempt, wait = sign_in_limits.admit(db, settings.sign_in_limits, who, now=now)
        attempt_id = attempt.id if attempt else None
    if attempt_id is None:
        log.info("sign_in.held_back", seconds=round(wait.total_seconds()))
        raise SignInRefusedError(Refusal.TOO_MANY, wait=wait)
    tries = [attempt_id]

    def may_try(key: str) -> bool:
        with open_session() as db:
            account = sign_in_limits.account(settings.secret, key)
            passed = sign_in_limits.admit_account(db, settings.sign_in_limits, account, now=now)
        tries.extend([] if passed is None else [passed])
        return passed is not None

    try:
        person = authenticate(settings.directory, claim.username, claim.password, may_try=may_try)
    except (errors.SignInRefusedError, errors.DirectoryUnavailableError) as problem:
        refusal = _refusal(problem)
        log.info("sign_in.refused", reason=str(refusal), why=str(problem))
        if refusal not in _COUNTED and not getattr(problem, "password_sent", False):
            with open_session() as db:
                sign_in_limits.take_back(db, *tries)
        raise SignInRefusedError(refusal) from None
    with open_session() as db:
        sign_in_limits.forgive(db, who, sign_in_limits.account(settings.secret, person.key))
    return person


def find_places(
    db: "Session",
    settings: "Settings",
    person: "DirectoryPerson",
    *,
    today: date,
    method: str = DIRECTORY,
) -> list[Place]:
    """Find where somebody who was proved works; usually one place.

    :raises SignInRefusedError: if it is nowhere, or cannot be told.
    """
    found = find_staff(db, person, today=today, organisation_codes=settings.directory_organisations)
    if isinstance(found, Match):
        log.info("sign_in.unmatched", reason=str(found))
        raise SignInRefusedError(_FROM_MATCH[found], method=method)
    by_account = group_names(db, [staff_member.id for staff_member, _ in found])
    return [
        Place(
            staff_member=staff_member,
            organisation_code=organisation.code,
            organisation_name=organisation.name,
            roles=roles_in(
                organisation.code,
                person.groups,
                granted(db, organisation, settings),
                names=(*person.groups, *by_account.get(staff_member.id, ())),
            ),
        )
        for staff_member, organisation in found
    ]


def find_places_again(
    db: "Session", kept: Iterable[tuple[int, Iterable[str]]], *, today: date
) -> list[Place]:
    """Find the places offered a moment ago, by staff id and roles: the person now chooses one."""
    roles = {staff_id: frozenset(Role(role) for role in held) for staff_id, held in kept}
    rows = db.execute(
        select(StaffMember, Organisation)
        .join(Organisation, Organisation.id == StaffMember.organisation_id)
        .where(StaffMember.id.in_(roles))
        .order_by(Organisation.name)
    )
    return [
        Place(
            staff_member=staff_member,
            organisation_code=organisation.code,
            organisation_name=organisation.name,
            roles=roles[staff_member.id],
        )
        for staff_member, organisation in rows
        if not staff_member.has_left(today)
    ]


def enter(
    db: "Session",
    staff_member: StaffMember,
    roles: frozenset[Role],
    *,
    now: datetime,
    method: str = DIRECTORY,
) -> str:
    """Begin a session and give its token, which nobody has known before."""
    token = sessions.start_session(db, staff_member, roles, now=now)
    who = Identity(staff_id=staff_member.id, organisation_id=staff_member.organisation_id)
    audit.record(
        db,
        AuditKind.SIGNED_IN,
        staff_member,
        by=who,
        subject_id=staff_member.id,
        reason=method,
    )
    log.info("sign_in.succeeded", roles=len(roles), method=method)
    return token


def leave(db: "Session", token: str, *, by: Identity | None, now: datetime) -> None:
    """End a session for good: the cookie that held its token opens nothing any more."""
    sessions.end_session(db, token, now=now)
    if by is not None:
        staff_member = db.get_one(StaffMember, by.staff_id)
        audit.record(db, AuditKind.SIGNED_OUT, staff_member, by=by, subject_id=by.staff_id)


def confirm_identity(  # noqa: PLR0913 - each is one plain fact
    open_session: OpenSession,
    settings: "Settings",
    claim: Claim,
    *,
    organisation_id: int,
    now: datetime,
    today: date,
) -> Proof:
    """Have somebody prove again who they are, to sign. It need not be whose session it is.

    :raises SignInRefusedError: with the reason.
    """
    person = prove(open_session, settings, claim, now=now)
    with open_session() as db:
        for place in find_places(db, settings, person, today=today):
            if place.staff_member.organisation_id == organisation_id:
                return Proof(
                    staff_id=place.staff_member.id,
                    organisation_id=organisation_id,
                    proved_at=now,
                    method=DIRECTORY,
                )
    raise SignInRefusedError(Refusal.NOT_HERE)


def _refusal(
    problem: errors.SignInRefusedError | errors.DirectoryUnavailableError,
) -> Refusal:
    if isinstance(problem, errors.DirectoryUnavailableError):
        return Refusal(str(problem.kind))
    return _FROM_DIRECTORY[type(problem)]


def _minutes(wait: timedelta) -> str:
    minutes = max(1, math.ceil(wait / timedelta(minutes=1)))
    return "a minute" if minutes == 1 else f"{minutes} minutes"
