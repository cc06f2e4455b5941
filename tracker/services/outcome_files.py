"""Takes in one file of outcome data: all of it or nothing, with a record of what became of it."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from integrations.errors import IntegrationError
from integrations.outcomes.call_table import CALL_TABLE, check_says_how, count_calls
from integrations.outcomes.column_map import ColumnMap
from integrations.outcomes.event_dates import EventDatesFile
from integrations.outcomes.incident_files import read_incident_file
from integrations.outcomes.incident_table import INCIDENT_TABLE, read_incident_rows
from integrations.outcomes.kept_rows import read_rows
from integrations.outcomes.measure_csv import AS_NAMED, MeasureFile, Shape
from integrations.tables.guard import without_nhs_numbers
from integrations.tables.maps import read_mapped
from tracker.db import session_for
from tracker.errors import TrackerError
from tracker.models import AuditKind, ImportRun, Organisation
from tracker.security.identity import System
from tracker.services import audit
from tracker.services.column_maps import find_map, open_for
from tracker.services.import_runs import (
    begin_run,
    fail_run,
    find_run,
    finish_run,
    only_one,
    refuse_run,
    take_turn,
)
from tracker.services.incidents import import_incidents
from tracker.services.measures import find_measure, seed_built_in_measures
from tracker.services.observations import Origin, import_measure, is_share, needs_denominator
from tracker.services.organisations import find_organisation
from tracker.services.rare_events import import_event_dates, is_listed
from tracker.services.service_calls import import_calls
from tracker.services.tally import Tally

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from integrations.outcomes.records import CallDay, EventDay, IncidentRow, MeasureRow
    from integrations.tables.maps import TableMap
    from integrations.tables.rows import RejectedRow
    from tracker.models import OutcomeMeasure

OnRow = Callable[[int], None]
#: opens a short transaction, again and again
Sessions = Callable[[], AbstractContextManager["Session"]]
Apply = Callable[["Session", Organisation, Origin], Tally]


def sessions_for(where: "Engine | Sessions") -> Sessions:
    """Open transactions of a database, or as the caller does: a page has its own way."""
    return where if callable(where) else partial(session_for, where)


def no_progress(_line: int) -> None:
    """Say nothing of how far the file is read."""


@dataclass(frozen=True, kw_only=True)
class FileImport:
    """What was asked for: which file, of which organisation, and when."""

    path: Path
    organisation_code: str | None
    now: datetime
    today: date
    on_row: OnRow = no_progress

    @property
    def name(self) -> str:
        """What the file is called, as it is kept."""
        return without_nhs_numbers(self.path.name)


def import_measure_file(
    where: "Engine | Sessions",
    asked: FileImport,
    *,
    measure_key: str,
    column_map: ColumnMap | None = None,
    sum_rows: bool = False,
) -> Tally:
    """Take in a measure by month and unit."""

    def apply(db: "Session", organisation: Organisation, origin: Origin) -> Tally:
        measure = find_measure(db, organisation, measure_key)
        rows = measure_rows(
            asked.path,
            shape_of(measure),
            today=asked.today,
            column_map=column_map or ColumnMap(),
            sum_rows=sum_rows,
        )
        return _keep_measure(db, measure, organisation, rows, origin, asked)

    return _import(sessions_for(where), asked, "measure", apply)


def import_incident_file(
    where: "Engine | Sessions", asked: FileImport, *, map_name: str = ""
) -> Tally:
    """Take in digital incidents, without their stories; of a local system, by its saved map."""

    def apply(db: "Session", organisation: Organisation, origin: Origin) -> Tally:
        table_map = (
            find_map(db, organisation.id, INCIDENT_TABLE.key, map_name) if map_name else None
        )
        rows = incident_rows(asked.path, table_map, today=asked.today)
        return import_incidents(
            db, organisation, rows, origin, today=asked.today, on_row=asked.on_row
        )

    return _import(sessions_for(where), asked, "incidents", apply)


def incident_rows(
    path: Path, table_map: "TableMap | None", *, today: date
) -> "Iterator[IncidentRow | RejectedRow]":
    """Read incidents as they come, or by a map."""
    if table_map is None:
        return read_incident_file(path, today=today)
    mapped = read_mapped(INCIDENT_TABLE, table_map, open_for(INCIDENT_TABLE, path, table_map))
    return read_incident_rows(mapped, today=today)


def shape_of(measure: "OutcomeMeasure") -> Shape | None:
    """Say what a measure asks of its months; none: it is a list of the dates of rare events."""
    if is_listed(measure):
        return None
    return Shape(needs_denominator=needs_denominator(measure), is_share=is_share(measure))


def measure_rows(
    path: Path,
    shape: Shape | None,
    *,
    today: date,
    column_map: ColumnMap = AS_NAMED,
    sum_rows: bool = False,
) -> "Iterator[MeasureRow | EventDay | RejectedRow]":
    """Read a measure as it is fed: by month, or by the dates of rare events."""
    if shape is None:
        return EventDatesFile(path=path, today=today, column_map=column_map).rows()
    file = MeasureFile(
        path=path, shape=shape, today=today, column_map=column_map, sum_rows=sum_rows
    )
    return file.rows()


def _keep_measure(  # noqa: PLR0913, PLR0917 - each is one plain thing that only the caller knows
    db: "Session",
    measure: "OutcomeMeasure",
    organisation: Organisation,
    rows: "Iterator[Any]",
    origin: Origin,
    asked: FileImport,
) -> Tally:
    keep = import_event_dates if is_listed(measure) else import_measure
    return keep(db, measure, organisation, rows, origin, today=asked.today, on_row=asked.on_row)


def import_call_file(where: "Engine | Sessions", asked: FileImport, *, map_name: str) -> Tally:
    """Take in a service desk's calls, by a saved map: how many by day and unit, and no more."""

    def apply(db: "Session", organisation: Organisation, origin: Origin) -> Tally:
        table_map = find_map(db, organisation.id, CALL_TABLE.key, map_name)
        rows = call_rows(asked.path, table_map, today=asked.today)
        return import_calls(db, organisation, rows, origin, today=asked.today, on_row=asked.on_row)

    return _import(sessions_for(where), asked, CALL_TABLE.key, apply)


def call_rows(
    path: Path, table_map: "TableMap", *, today: date
) -> "Iterator[CallDay | RejectedRow]":
    check_says_how(table_map.columns)
    mapped = read_mapped(CALL_TABLE, table_map, open_for(CALL_TABLE, path, table_map))
    return count_calls(mapped, today=today, words=table_map.own_words)


def load_kept_rows(
    sessions: Sessions, asked: FileImport, run_id: int, kind: str, choices: Mapping[str, str]
) -> Tally:
    """Load what was read of a file before. Choices say which measure, and what was guessed."""

    def apply(db: "Session", organisation: Organisation, origin: Origin) -> Tally:
        rows, today, on_row = read_rows(asked.path), asked.today, asked.on_row
        if kind == "incidents":
            return import_incidents(db, organisation, rows, origin, today=today, on_row=on_row)
        if kind == "calls":
            return import_calls(db, organisation, rows, origin, today=today, on_row=on_row)
        measure = find_measure(db, organisation, choices.get("measure", ""))
        tally = _keep_measure(db, measure, organisation, rows, origin, asked)
        if told := choices.get("told"):
            tally.said.append(told)
        return tally

    return _go_on(sessions, asked, run_id, apply)


def _import(sessions: Sessions, asked: FileImport, kind: str, apply: Apply) -> Tally:
    """Write down that the import begins, apply it whole in one transaction, and say how it went."""
    with turn(sessions, asked, kind):
        return _go_on(sessions, asked, begin(sessions, asked, kind), apply)


@contextmanager
def turn(sessions: Sessions, asked: FileImport, kind: str) -> Iterator[None]:
    """Be the only one who takes in files of this kind for this organisation.

    :raises tracker.services.import_runs.UnderWayError: while another process is at it.
    """
    with sessions() as db:
        organisation_id = find_organisation(db, asked.organisation_code).id
        engine = db.connection().engine
    with only_one(engine, organisation_id, kind):
        yield


def _go_on(sessions: Sessions, asked: FileImport, run_id: int, apply: Apply) -> Tally:
    try:
        with sessions() as db:
            return _apply(db, asked, run_id, apply)
    except (TrackerError, IntegrationError) as refusal:
        with sessions() as db:
            refuse_run(find_run(db, run_id), str(refusal), now=asked.now)
        raise
    except Exception:
        with sessions() as db:
            fail_run(find_run(db, run_id), now=asked.now)
        raise


def begin(sessions: Sessions, asked: FileImport, kind: str) -> int:
    """Write down that an import begins, and give its number."""
    with sessions() as db:
        organisation = find_organisation(db, asked.organisation_code)
        seed_built_in_measures(db, organisation, today=asked.today)
        run = begin_run(db, organisation.id, kind=kind, file_name=asked.name, now=asked.now)
        return run.id


def end(db: "Session", run: ImportRun, tally: Tally, asked: FileImport) -> None:
    """Write down what a run brought, in the transaction that brings the last of it."""
    finish_run(run, tally.counts(), is_empty=not tally.changed_anything, now=asked.now)
    run.message = " ".join(tally.said)
    audit.record(
        db,
        AuditKind.OUTCOMES_IMPORTED,
        run,
        by=System(organisation_id=run.organisation_id),
        feed=run.kind,
        read=tally.read,
        added=tally.added,
        restated=tally.restated,
        rejected=tally.counts()["rejected"],
    )


def _apply(db: "Session", asked: FileImport, run_id: int, apply: Apply) -> Tally:
    organisation = find_organisation(db, asked.organisation_code)
    take_turn(db, organisation.id)
    run = find_run(db, run_id)
    run.content_hash = content_hash(asked.path)
    tally = apply(
        db,
        organisation,
        Origin(run_id=run_id, source=asked.name, extracted_at=taken_at(asked)),
    )
    end(db, run, tally, asked)
    return tally


def taken_at(asked: FileImport) -> datetime:
    """Take the file's own time for when the data were taken, unless its rows say."""
    return min(datetime.fromtimestamp(asked.path.stat().st_mtime, UTC), asked.now)


def content_hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
