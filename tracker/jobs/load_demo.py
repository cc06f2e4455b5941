"""Loads the demo trust's files through the importers that any trust's files go through."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from integrations.systems.csv_file import read_register
from tracker.db import session_for
from tracker.demo.catalogue import ORGANISATION_CODE, ORGANISATION_NAME, VPD
from tracker.jobs import import_hr
from tracker.jobs.demo_comparison import register_first_comparison
from tracker.jobs.demo_goals import offer_goals
from tracker.jobs.demo_helpers import settle_champions
from tracker.jobs.demo_practice import tell_practice
from tracker.jobs.demo_reports import publish_first_report
from tracker.jobs.demo_stories import tell_stories
from tracker.jobs.demo_surveys import tell_surveys
from tracker.models import Organisation, SealedRecord
from tracker.security.identity import System
from tracker.services import alert_files, outcome_files
from tracker.services.framework_seed import seed_framework
from tracker.services.induction_templates import seed_templates
from tracker.services.measures import seed_built_in_measures
from tracker.services.organisations import add_organisation, find_organisation
from tracker.services.systems_exchange import apply_register
from tracker.services.unit_signals import find_signals, keep_signals

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from tracker.demo.trust import TrustFacts


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """One thing that was loaded: what it was, and how much of it was new."""

    what: str
    new: int


def is_wanted(db: "Session") -> bool:
    """Say whether this installation has no trust yet, or only half of the demo trust."""
    codes = set(db.scalars(select(Organisation.code)))
    if codes != {ORGANISATION_CODE}:
        return not codes
    # Signed appraisals are what the loading ends with.
    return db.scalar(select(SealedRecord.id).limit(1)) is None


def run(
    engine: "Engine", facts: "TrustFacts", *, secret: str, now: datetime, today: date
) -> Iterator[Loaded]:
    """Load the trust, saying after each step what came in. A second time nothing does."""
    with session_for(engine) as db:
        add_organisation(db, ORGANISATION_CODE, ORGANISATION_NAME, vpd=VPD)
        organisation = find_organisation(db, ORGANISATION_CODE)
        seed_built_in_measures(db, organisation, today=today)
        seed_framework(db, organisation)
        seed_templates(db, organisation)
    yield _load_staff(engine, facts, now)
    yield from _load_systems(engine, facts, today)

    def asked(path: "Path") -> outcome_files.FileImport:
        return outcome_files.FileImport(
            path=path, organisation_code=ORGANISATION_CODE, now=now, today=today
        )

    for key, path in (
        ("bed_days", facts.bed_days),
        ("training_completion", facts.training_completion),
    ):
        tally = outcome_files.import_measure_file(engine, asked(path), measure_key=key)
        yield Loaded(what=f"months of {key.replace('_', ' ')}", new=tally.added)
    tally = outcome_files.import_incident_file(engine, asked(facts.incidents))
    yield Loaded(what="incidents", new=tally.added)
    tally = alert_files.import_alert_file(engine, asked(facts.alerts), secret=secret)
    yield Loaded(what="alerts", new=tally.added)
    with session_for(engine) as db:
        organisation = find_organisation(db, ORGANISATION_CODE)
        took_part = tell_surveys(db, organisation, today=today)
    yield Loaded(what="people in a survey round", new=took_part)
    with session_for(engine) as db:
        organisation = find_organisation(db, ORGANISATION_CODE)
        told = tell_stories(db, organisation, facts.plan, today=today)
        offer_goals(db, organisation, today=today)
        found = find_signals(db, organisation, today=today)
        keep_signals(db, organisation, found, today=today)
    yield Loaded(what="appraisals that were held", new=told)
    yield _practise(engine, facts, now, today)
    yield _register(engine, facts, today)
    yield _publish(engine, now, today)


def _load_staff(engine: "Engine", facts: "TrustFacts", now: datetime) -> Loaded:
    done = import_hr.run(
        engine,
        facts.hr_file,
        organisation_code=ORGANISATION_CODE,
        now=now,
        # Another demo trust may have been here before.
        choices=import_hr.Choices(most_leavers=None, allow_older=True),
    )
    return Loaded(what="staff", new=done.counts["staff_added"])


def _publish(engine: "Engine", now: datetime, today: date) -> Loaded:
    with session_for(engine) as db:
        organisation = find_organisation(db, ORGANISATION_CODE)
        new = publish_first_report(db, organisation, now=now, today=today)
    return Loaded(what="published reports", new=new)


def _practise(engine: "Engine", facts: "TrustFacts", now: datetime, today: date) -> Loaded:
    with session_for(engine) as db:
        organisation = find_organisation(db, ORGANISATION_CODE)
        new = tell_practice(db, organisation, facts.plan, today=today, now=now)
    return Loaded(what="rounds of practice", new=new)


def _register(engine: "Engine", facts: "TrustFacts", today: date) -> Loaded:
    with session_for(engine) as db:
        organisation = find_organisation(db, ORGANISATION_CODE)
        new = register_first_comparison(db, organisation, facts.plan, today=today)
    return Loaded(what="registered comparisons", new=new)


def _load_systems(engine: "Engine", facts: "TrustFacts", today: date) -> Iterator[Loaded]:
    """Take in the register, and give the trust champions."""
    records = read_register(facts.systems)
    with session_for(engine) as db:
        organisation = find_organisation(db, ORGANISATION_CODE)
        by = System(organisation_id=organisation.id)
        done = apply_register(db, organisation, records, ends_gone=False, by=by, today=today)
        settled = settle_champions(db, organisation, today=today)
    yield Loaded(what="digital systems", new=len(done.added))
    yield Loaded(what="champions", new=settled)
