"""Takes in a large log of alerts batch by batch. Stopped half-way, it goes on where it was."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from integrations.errors import IntegrationError
from integrations.outcomes.alert_table import write_own
from integrations.outcomes.fhir_alerts import FhirAlerts
from integrations.outcomes.fhir_files import is_fhir
from integrations.outcomes.kept_alerts import KeptBundle
from tracker.errors import TrackerError
from tracker.models import ImportRun, RunState
from tracker.services.alert_store import Batch
from tracker.services.alerts import (
    BATCH,
    Given,
    Pseudonyms,
    batches,
    finish,
    open_log,
    read_ahead,
    take_batch,
)
from tracker.services.card_feedback import take_feedback
from tracker.services.column_maps import find_map
from tracker.services.import_runs import fail_run, find_run, refuse_run, take_turn
from tracker.services.observations import Origin
from tracker.services.organisations import find_organisation
from tracker.services.outcome_files import (
    FileImport,
    begin,
    content_hash,
    end,
    sessions_for,
    taken_at,
    turn,
)
from tracker.services.passing_files import passing_folder
from tracker.services.tally import Tally
from tracker.services.unit_lookup import load_units

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from integrations.outcomes.alert_log import AlertLog
    from tracker.services.outcome_files import Sessions

KIND = "alerts"
#: where one writer at a time holds all others up
SMALL_BATCH = 20_000
Keyed = Pseudonyms | Given
KEPT = " What was read before is kept, and counts. Import the file again to go on."


def import_alert_file(
    where: "Engine | Sessions", asked: FileImport, *, secret: str, map_name: str = ""
) -> Tally:
    """Take in the alert log; staff are kept as hashes keyed with the secret."""
    sessions = sessions_for(where)
    with turn(sessions, asked, KIND), passing_folder() as folder:
        run_id = begin(sessions, asked, KIND)
        return _import(sessions, asked, run_id, secret=secret, map_name=map_name, folder=folder)


def go_on_with_alerts(
    sessions: "Sessions", asked: FileImport, run_id: int, *, secret: str
) -> Tally:
    """Load what was read of a log before, from where an earlier load stopped."""
    with passing_folder() as folder:
        return _import(
            sessions, asked, run_id, secret=secret, map_name="", folder=folder, is_kept=True
        )


def _import(  # noqa: PLR0913 - what one import needs
    sessions: "Sessions",
    asked: FileImport,
    run_id: int,
    *,
    secret: str,
    map_name: str,
    folder: Path,
    is_kept: bool = False,
) -> Tally:
    tally = Tally()
    try:
        if map_name:
            asked = _as_our_own(sessions, asked, map_name, folder)
        take = _take_bundle if is_fhir(asked.path) else _take_log
        with sessions() as db:
            organisation = find_organisation(db, asked.organisation_code)
            pseudonyms = Given() if is_kept else Pseudonyms(secret, organisation)
            find_run(db, run_id).content_hash = content_hash(asked.path)
        origin = Origin(run_id=run_id, source=asked.name, extracted_at=taken_at(asked))
        log = take(sessions, asked, origin, pseudonyms, tally)
        with sessions() as db:
            organisation = find_organisation(db, asked.organisation_code)
            finish(db, organisation, origin, log, tally)
            end(db, find_run(db, run_id), tally, asked)
    except (TrackerError, IntegrationError) as refusal:
        with sessions() as db:
            run = find_run(db, run_id)
            refuse_run(run, str(refusal) + (KEPT if run.counts else ""), now=asked.now)
        raise
    except Exception:
        with sessions() as db:
            run = find_run(db, run_id)
            fail_run(run, now=asked.now)
            if run.counts:
                run.message = f"Something went wrong in the service itself.{KEPT}"
        raise
    return tally


def _as_our_own(sessions: "Sessions", asked: FileImport, map_name: str, folder: Path) -> FileImport:
    """Write a local log in our own columns by its saved map, and nothing else that it holds."""
    with sessions() as db:
        organisation = find_organisation(db, asked.organisation_code)
        table_map = find_map(db, organisation.id, KIND, map_name)
    own = folder / asked.path.with_suffix(".csv").name
    with own.open("w", encoding="utf-8", newline="") as out:
        write_own(asked.path, table_map, out)
    made_at = asked.path.stat().st_mtime
    os.utime(own, (made_at, made_at))
    return replace(asked, path=own)


def _take_log(
    sessions: "Sessions", asked: FileImport, origin: Origin, pseudonyms: Keyed, tally: Tally
) -> "AlertLog":
    """Read a table of alerts, from where an earlier reading of it stopped."""
    with sessions() as db:
        organisation = find_organisation(db, asked.organisation_code)
        log = open_log(db, organisation, asked.path, pseudonyms, today=asked.today)
        after_line = _stopped_at(db, find_run(db, origin.run_id), tally)
        if log.told:
            tally.said.append(log.told)
        size = SMALL_BATCH if db.get_bind().dialect.name == "sqlite" else BATCH
    with _without_pauses():
        for batch in read_ahead(batches(log.blocks(after_line=after_line), size)):
            _keep(sessions, asked, origin, batch, tally, is_audit=log.dialect.is_audit)
    return log


def _take_bundle(
    sessions: "Sessions", asked: FileImport, origin: Origin, pseudonyms: Keyed, tally: Tally
) -> FhirAlerts | KeptBundle:
    """Read FHIR resources. Answers may stand before what they answer: they are kept for it."""
    with sessions() as db:
        organisation = find_organisation(db, asked.organisation_code)
        units = load_units(db, organisation, today=asked.today)
        after_line = _stopped_at(db, find_run(db, origin.run_id), tally)
    bundle: FhirAlerts | KeptBundle = KeptBundle(asked.path)
    if isinstance(pseudonyms, Pseudonyms):
        bundle = FhirAlerts(
            asked.path, today=asked.today, unit_of=units.find, staff_of=pseudonyms.of
        )
    for block, answers in bundle.blocks():
        if block.last_line <= after_line:
            continue
        with sessions() as db:
            organisation = find_organisation(db, asked.organisation_code)
            new = take_feedback(db, organisation.id, "fhir", answers, now=asked.now)
        tally.notes["answers"] += new
        _keep(sessions, asked, origin, Batch([block], block.size), tally)
    if others := sum(bundle.others.values()):
        tally.notes["other_resources"] = others
    return bundle


def _keep(  # noqa: PLR0913 - what one batch needs
    sessions: "Sessions",
    asked: FileImport,
    origin: Origin,
    batch: Batch,
    tally: Tally,
    *,
    is_audit: bool = False,
) -> None:
    last_line = batch.blocks[-1].last_line
    with sessions() as db:
        organisation = find_organisation(db, asked.organisation_code)
        take_turn(db, organisation.id)
        take_batch(db, organisation, batch, origin, tally, is_audit=is_audit)
        # The page of a run shows how far it is.
        find_run(db, origin.run_id).counts = {**tally.counts(), "line": last_line}
    asked.on_row(last_line)


def _stopped_at(db: "Session", run: ImportRun, tally: Tally) -> int:
    """Give the line after which the last import of this very file stopped, and go on counting."""
    if run.counts.get("line"):  # this very run
        tally.go_on_from(run.counts)
        return int(tally.notes.pop("line"))
    before = db.execute(
        select(ImportRun.state, ImportRun.counts)
        .where(
            ImportRun.organisation_id == run.organisation_id,
            ImportRun.kind == KIND,
            ImportRun.content_hash == run.content_hash,
            ImportRun.id != run.id,
        )
        .order_by(ImportRun.id.desc())
        .limit(1)
    ).first()
    if before is None or before.state not in (RunState.INTERRUPTED, RunState.FAILED):
        return 0
    after_line = int((before.counts or {}).get("line", 0))
    if after_line:
        tally.notes["went_on_after_line"] = after_line
    return after_line


@contextmanager
def _without_pauses() -> Iterator[None]:
    """Millions of plain rows make no loops: looking for some takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
