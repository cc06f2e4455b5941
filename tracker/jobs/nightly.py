"""What a new day makes due in a trust: appraisals open, inductions begin, practice is counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import structlog
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tracker.db import session_for
from tracker.jobs import open_round, publish_reports
from tracker.models import Organisation
from tracker.security.identity import System
from tracker.services import waiting_files
from tracker.services.alert_waits import count_waits
from tracker.services.barrier_counts import count_barriers
from tracker.services.champion_requests import look_after
from tracker.services.confidence_counts import count_confidence
from tracker.services.disposal import dispose
from tracker.services.framework_life import retire_due
from tracker.services.induction_begin import begin_inductions
from tracker.services.invitations import erase_addresses
from tracker.services.moved_units import add_up_anew
from tracker.services.practice_counts import count_difficulty, count_practice
from tracker.services.staff_counts import count_staff
from tracker.services.survey_rounds import close_due_rounds
from tracker.services.unit_signals import find_signals, keep_signals

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Night:
    """What one night brought to one organisation."""

    code: str
    appraisals_opened: int
    appraisals_handed_over: int
    inductions_begun: int


def run(engine: Engine, *, today: date, now: datetime | None = None) -> Iterator[Night]:
    """Do each organisation's in transactions of its own. Safe to run twice."""
    with session_for(engine) as db:
        ids = db.scalars(select(Organisation.id).order_by(Organisation.code)).all()
    for organisation_id in ids:
        yield work(engine, organisation_id, today=today, now=now or datetime.now(UTC))


def work(engine: Engine, organisation_id: int, *, today: date, now: datetime) -> Night:
    """Do one organisation's night."""
    with session_for(engine) as db:
        organisation = db.get_one(Organisation, organisation_id)
        code = organisation.code
        erase_addresses(db, organisation, today=today, now=now)
        by = System(organisation_id=organisation_id)
        retire_due(db, organisation_id, by=by, now=now, today=today)
        begun = begin_inductions(db, organisation, today=today)
        look_after(db, organisation, today=today, now=now)
    due = open_round.run(engine, organisation_id, today=today)
    with session_for(engine) as db:
        organisation = db.get_one(Organisation, organisation_id)
        by = System(organisation_id=organisation_id)
        close_due_rounds(db, organisation_id, by=by, today=today)
        count_confidence(db, organisation, today=today, now=now)
        count_practice(db, organisation, today=today, now=now)
        count_waits(db, organisation, today=today, now=now)
        count_staff(db, organisation, today=today, now=now)
        count_barriers(db, organisation, today=today, now=now)
        count_difficulty(db, organisation)
        waiting_files.forget(db, organisation_id=organisation_id, staff_id=None, now=now)
        dispose(db, db.get_one(Organisation, organisation_id), now=now)
    with session_for(engine) as db:
        add_up_anew(db, db.get_one(Organisation, organisation_id), today=today)
    find_unit_signals(engine, organisation_id, today=today)
    publish_reports.work(engine, organisation_id, today=today, now=now)
    log.info("night.done", organisation=code, opened=due.opened, begun=begun)
    return Night(
        code=code,
        appraisals_opened=due.opened,
        appraisals_handed_over=due.handed_over,
        inductions_begun=begun,
    )


def find_unit_signals(engine: Engine, organisation_id: int, *, today: date) -> int:
    """Work out what the units' outcomes say, without holding anybody up meanwhile."""
    with Session(engine) as db:
        found = find_signals(db, db.get_one(Organisation, organisation_id), today=today)
    with session_for(engine) as db:
        return keep_signals(db, db.get_one(Organisation, organisation_id), found, today=today)
