"""The pages about jobs and mail: what is under way, what stopped, whom mail does not reach."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload

from tracker.content.mail import MAIL
from tracker.models import (
    AddressProblem,
    AuditKind,
    Job,
    MessageState,
    Organisation,
    OutboxMessage,
)
from tracker.services import audit, job_queue, mail_queue
from tracker.services.job_times import NAMES, next_times

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

#: More than this on one page helps nobody.
MOST_PEOPLE = 200


@dataclass(frozen=True, kw_only=True)
class JobsPage:
    #: when a worker was last heard of, and whether that is lately
    beat: datetime | None
    is_alive: bool
    #: when a job whose worker died is taken up by another
    taken_up_at: "Callable[[Job], datetime]"
    """How jobs and mail stand in one organisation."""

    jobs: list[Job]
    names: dict[str, str]
    next_times: dict[str, datetime]
    mail: dict[MessageState, int]
    stopped: list[OutboxMessage]
    mail_names: dict[str, str]
    #: why mail that waits did not go out when it was last tried
    trouble: str


def jobs_page(db: "Session", *, by: "Identity", now: datetime) -> JobsPage:
    organisation = db.get_one(Organisation, by.organisation_id)
    beat = job_queue.last_beat(db, by.organisation_id)
    return JobsPage(
        beat=beat,
        is_alive=job_queue.is_alive(beat, now=now),
        taken_up_at=job_queue.taken_up_at,
        jobs=job_queue.jobs(db, by.organisation_id, now=now),
        names=NAMES,
        next_times=next_times(organisation, now=now),
        mail=mail_queue.counts(db, by.organisation_id),
        stopped=mail_queue.stopped(db, by.organisation_id),
        mail_names={kind: content.name for kind, content in MAIL.items()},
        trouble=_trouble(db, by.organisation_id),
    )


def _trouble(db: "Session", organisation_id: int) -> str:
    """Say why mail waits, unless some went out since."""
    ours = OutboxMessage.organisation_id == organisation_id
    waiting = db.execute(
        select(OutboxMessage.last_error, OutboxMessage.claimed_at)
        .where(ours, OutboxMessage.state == MessageState.WAITING, OutboxMessage.last_error != "")
        .order_by(OutboxMessage.claimed_at.desc())
        .limit(1)
    ).first()
    last_sent = db.scalar(select(func.max(OutboxMessage.sent_at)).where(ours))
    if waiting is None or waiting.claimed_at is None:
        return ""
    if last_sent is not None and last_sent > waiting.claimed_at:
        return ""
    return str(waiting.last_error)


def act(db: "Session", public_id: str, action: str, *, by: "Identity", now: datetime) -> str:
    """Try one that stopped again, or put it aside; say what was done.

    :raises NotFoundError: when it is not there, or goes on by now.
    """
    what, _, verb = action.partition(".")
    if what == "job":
        if verb == "again":
            job_queue.try_again(db, public_id, by=by, now=now)
        else:
            job_queue.discard(db, public_id, by=by)
    else:
        if verb == "again":
            mail_queue.send_again(db, by.organisation_id, public_id)
        else:
            mail_queue.discard(db, by.organisation_id, public_id)
        organisation = db.get_one(Organisation, by.organisation_id)
        audit.record(db, AuditKind.MAIL_STOPPED_ACTED, organisation, by=by, reason=verb)
    return "It is tried again within a minute." if verb == "again" else "It is put aside."


def not_reached(db: "Session", *, by: "Identity") -> list[AddressProblem]:
    """Give those whom mail does not reach, for HR to mend their addresses."""
    return list(
        db.scalars(
            select(AddressProblem)
            .where(AddressProblem.organisation_id == by.organisation_id)
            .options(joinedload(AddressProblem.staff_member, innerjoin=True))
            .order_by(AddressProblem.found_at.desc(), AddressProblem.id)
            .limit(MOST_PEOPLE)
        )
    )


def does_not_reach(db: "Session", *, by: "Identity") -> bool:
    """Say whether the mail server refused this person's own address."""
    return bool(
        db.scalar(
            select(
                exists().where(
                    AddressProblem.organisation_id == by.organisation_id,
                    AddressProblem.staff_member_id == by.staff_id,
                )
            )
        )
    )
