"""Where people and outcomes come from, how each source did last, and when it is asked again."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from integrations.hr.ftp import try_out
from integrations.ldap.trial import try_directory
from integrations.mail.trial import try_mail
from integrations.oidc.check import check_steps
from integrations.steps import Step
from tracker.errors import NotFoundError
from tracker.models import (
    AccessToken,
    AuditKind,
    ImportRun,
    Job,
    MessageState,
    Organisation,
    OutboxMessage,
    RunState,
    TokenPurpose,
)
from tracker.services import audit, scim_sources
from tracker.services.job_times import last_quarter, next_times

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor, Identity
    from tracker.settings import Settings

GOOD = (RunState.APPLIED, RunState.UNCHANGED)
BAD = (RunState.REFUSED, RunState.FAILED, RunState.INTERRUPTED)

WAITS = "A file waits for a yes. Open it and look at what it would change."

Trial = Callable[["Settings"], list[Step]]
Look = Callable[["Session", "Actor", datetime], list[Step]]


@dataclass(frozen=True, kw_only=True)
class Source:
    """One connection to another system."""

    key: str
    name: str
    what: str
    #: the kinds of its import runs
    kinds: tuple[str, ...] = ()
    #: the job that asks it
    job: str | None = None
    #: the keys that it comes in with
    tokens: TokenPurpose | None = None
    #: older than this, it is said to be old
    old_after: timedelta | None = None
    try_it: Trial | None = None
    #: where the other side comes to us: whether it did, and what it holds
    look: Look | None = None
    is_set_up: Callable[["Settings"], bool] = lambda _settings: True

    @property
    def can_be_tested(self) -> bool:
        return self.try_it is not None or self.look is not None


def _try_directory(settings: "Settings") -> list[Step]:
    return try_directory(settings.directory)


def _try_mail(settings: "Settings") -> list[Step]:
    if settings.mail is None:
        return [Step(name="settings", ok=False, sentence="Mail is off. Set mail.host to send any.")]
    return try_mail(settings.mail)


def _try_openid(settings: "Settings") -> list[Step]:
    if settings.provider is None:
        why = "Single sign-on is off. Set oidc.issuer to use it."
        return [Step(name="settings", ok=False, sentence=why)]
    return check_steps(settings.provider)


def _try_hr(settings: "Settings") -> list[Step]:
    steps = []
    if settings.hr_folder is not None:
        ok = settings.hr_folder.is_dir() and os.access(settings.hr_folder, os.R_OK | os.W_OK)
        said = (
            "Files can be taken from it."
            if ok
            else "It is not there, or we may not read and write in it. Check hr.folder."
        )
        steps.append(Step(name="drop folder", ok=ok, sentence=said))
    if settings.hr_hub is not None:
        steps += try_out(settings.hr_hub)
    return steps or [
        Step(name="settings", ok=True, sentence="Files are taken in by hand: no folder is set.")
    ]


def _look_at_scim(db: "Session", by: "Actor", now: datetime) -> list[Step]:
    steps = scim_sources.check_sources(db, by=by, now=now)
    why = "No identity provider has a key of ours, so none sends people."
    return steps or [Step(name="keys", ok=True, sentence=why)]


_TWO_DAYS = timedelta(days=2)
SOURCES = (
    Source(
        key="hr",
        name="HR files",
        what="Staff, posts, units and managers, from files of the HR system.",
        kinds=("hr",),
        job="hr_folder",
        try_it=_try_hr,
        old_after=_TWO_DAYS,
    ),
    Source(
        key="scim",
        name="People by SCIM",
        what="Staff and groups that an identity service sends by itself.",
        kinds=("scim",),
        tokens=TokenPurpose.SCIM,
        old_after=_TWO_DAYS,
        look=_look_at_scim,
    ),
    Source(
        key="directory",
        name="Directory",
        what="The accounts that people sign in with, and the groups that give roles.",
        kinds=("directory",),
        job="directory",
        old_after=_TWO_DAYS,
        try_it=_try_directory,
    ),
    Source(
        key="openid",
        name="Single sign-on",
        what="Another way to sign in, by OpenID Connect.",
        try_it=_try_openid,
        is_set_up=lambda settings: settings.provider is not None,
    ),
    Source(
        key="mail",
        name="Mail",
        what="Letters that leave by the trust's mail server.",
        try_it=_try_mail,
        is_set_up=lambda settings: settings.mail is not None,
    ),
    Source(
        key="outcomes",
        name="Outcome feeds",
        what="Incidents, alerts and measures, from files or sent by other systems.",
        kinds=("measure", "incidents", "alerts"),
        tokens=TokenPurpose.FEED,
        old_after=timedelta(days=40),
    ),
)
BY_KEY = {source.key: source for source in SOURCES}


@dataclass(frozen=True, kw_only=True)
class Connection:
    """How one source stands."""

    source: Source
    is_set_up: bool
    last: ImportRun | None
    #: the last run that brought something, or found nothing new
    last_good: ImportRun | None
    last_good_at: datetime | None
    days_old: int | None
    is_old: bool
    next_at: datetime | None
    #: why the last try went wrong; empty once one went well
    error: str


def connections_page(
    db: "Session", settings: "Settings", *, by: "Identity", now: datetime
) -> list[Connection]:
    """Say how each source stands, in a few queries for all of them."""
    return standing(db, settings, by.organisation_id, now=now)


def standing(
    db: "Session", settings: "Settings", organisation_id: int, *, now: datetime
) -> list[Connection]:
    organisation = db.get_one(Organisation, organisation_id)
    newest = _newest(db, organisation_id, tuple(RunState))
    good = _newest(db, organisation_id, GOOD)
    used = _tokens_used(db, organisation_id)
    next_at = next_times(organisation, now=now)
    if settings.hr_folder is not None and organisation.vpd:
        next_at["hr_folder"] = last_quarter(now + timedelta(minutes=15))
    failed = _failing_jobs(db, organisation_id)
    mail_at, mail_error = _mail(db, organisation_id)
    found = []
    for source in SOURCES:
        last = _latest(newest, source.kinds)
        last_good = _latest(good, source.kinds)
        moments = [last_good.started_at] if last_good else []
        moments += [used[source.tokens]] if source.tokens in used else []
        moments += [mail_at] if source.key == "mail" and mail_at else []
        at = max(moments, default=None)
        error = _to_mend(source, last, at, failed.get(source.job or ""))
        found.append(
            Connection(
                source=source,
                is_set_up=source.is_set_up(settings),
                last=last,
                last_good=last_good,
                last_good_at=at,
                days_old=None if at is None else (now - at).days,
                is_old=at is not None
                and source.old_after is not None
                and now - at > source.old_after,
                next_at=next_at.get(source.job or ""),
                error=mail_error if source.key == "mail" else error,
            )
        )
    return found


def _to_mend(
    source: Source,
    last: ImportRun | None,
    good_at: datetime | None,
    failed: tuple[datetime | None, str] | None,
) -> str:
    """Say what went wrong last, or waits for somebody; nothing once all is well."""
    failed_at, why = failed or (None, "")
    tried_at = max((at for at in (good_at, last and last.started_at) if at), default=None)
    if failed_at is not None and (tried_at is None or failed_at > tried_at):
        return why  # nothing was tried since
    if last is None:
        return ""
    if last.state is RunState.STAGED:
        return WAITS
    # what SCIM refused stands with what it took in: a source and day are one run
    is_bad = last.state in BAD or source.tokens is TokenPurpose.SCIM
    return last.message if is_bad else ""


def test_connection(settings: "Settings", key: str) -> list[Step]:
    """Try a connection step by step, within bounded time. Needs no database meanwhile."""
    trial = BY_KEY[key].try_it
    return trial(settings) if trial else []


def note_test(db: "Session", key: str, *, by: "Identity") -> Source:
    """Note who tests which connection.

    :raises NotFoundError: when there is no such connection, or nothing to test.
    """
    source = BY_KEY.get(key)
    if source is None or not source.can_be_tested:
        raise NotFoundError("There is no such connection.")
    organisation = db.get_one(Organisation, by.organisation_id)
    audit.record(db, AuditKind.CONNECTION_TESTED, organisation, by=by, reason=key)
    return source


def _newest(
    db: "Session", organisation_id: int, states: tuple[RunState, ...]
) -> dict[str, ImportRun]:
    """Give the newest run of each kind in one of these states."""
    ids = (
        select(func.max(ImportRun.id))
        .where(ImportRun.organisation_id == organisation_id, ImportRun.state.in_(states))
        .group_by(ImportRun.kind)
    )
    runs = db.scalars(select(ImportRun).where(ImportRun.id.in_(ids)))
    return {run.kind: run for run in runs}


def _latest(runs: dict[str, ImportRun], kinds: tuple[str, ...]) -> ImportRun | None:
    found = [run for kind, run in runs.items() if kind.partition(".")[0] in kinds]
    return max(found, key=lambda run: (run.started_at, run.id), default=None)


def _tokens_used(db: "Session", organisation_id: int) -> dict[TokenPurpose | None, datetime]:
    rows = db.execute(
        select(AccessToken.purpose, func.max(AccessToken.last_used_at))
        .where(
            AccessToken.organisation_id == organisation_id, AccessToken.last_used_at.is_not(None)
        )
        .group_by(AccessToken.purpose)
    )
    return {purpose: at for purpose, at in rows if at is not None}


def _failing_jobs(db: "Session", organisation_id: int) -> dict[str, tuple[datetime | None, str]]:
    """Say of each kind of job whose newest try failed when that was, and why."""
    ids = (
        select(func.max(Job.id))
        .where(Job.organisation_id == organisation_id, Job.ended_at.is_not(None))
        .group_by(Job.name)
    )
    jobs = db.scalars(select(Job).where(Job.id.in_(ids), Job.message != ""))
    return {job.name: (job.ended_at, job.message) for job in jobs}


def _mail(db: "Session", organisation_id: int) -> tuple[datetime | None, str]:
    ours = OutboxMessage.organisation_id == organisation_id
    sent = db.scalar(select(func.max(OutboxMessage.sent_at)).where(ours))
    held = db.execute(
        select(OutboxMessage.last_error, OutboxMessage.claimed_at)
        .where(ours, OutboxMessage.state == MessageState.WAITING, OutboxMessage.last_error != "")
        .order_by(OutboxMessage.claimed_at.desc())
        .limit(1)
    ).first()
    if held is None or (sent and held.claimed_at and sent > held.claimed_at):
        return sent, ""
    return sent, held.last_error
