"""Files of outcome data that somebody brings to a page.

At the door a file is read, and what we need of it is written down: stories, patients and names go
no further. What was written down waits in the database until it is loaded: at once if it is small,
else by a worker. A load that was stopped goes on, and then nothing is left of what waited.
"""

import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, TextIO

import structlog
from sqlalchemy import select

from integrations.errors import IntegrationError
from integrations.outcomes.alert_table import write_own
from integrations.outcomes.column_map import guess_in_words
from integrations.outcomes.fhir_alerts import FhirAlerts
from integrations.outcomes.fhir_files import is_fhir
from integrations.outcomes.kept_alerts import write_bundle, write_log
from integrations.outcomes.kept_rows import write_rows
from integrations.tables.csv_file import CsvFile
from integrations.tables.guard import without_nhs_numbers
from tracker.errors import InvalidInputError, NotAllowedNowError, NotFoundError, TrackerError
from tracker.models import AuditKind, ImportRun, Organisation, RunState
from tracker.services import audit, import_runs, job_queue, waiting_files
from tracker.services.alert_files import go_on_with_alerts
from tracker.services.alerts import Pseudonyms
from tracker.services.column_maps import find_map
from tracker.services.measures import find_measure, seed_built_in_measures
from tracker.services.outcome_files import (
    FileImport,
    OnRow,
    Sessions,
    call_rows,
    incident_rows,
    load_kept_rows,
    measure_rows,
    no_progress,
    shape_of,
)
from tracker.services.passing_files import passing_folder
from tracker.services.unit_lookup import load_units

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity
    from tracker.services.tally import Tally

log = structlog.get_logger()

#: the job that loads what was too large to load at once, or was stopped
JOB = "outcome_file"
KINDS = {
    "incidents": "Incidents",
    "alerts": "Alerts that were shown",
    "calls": "Calls to the service desk",
    "measure": "A measure by month, or rare events",
}
#: so few records are loaded while the person waits
FEW = 3_000
#: a load that somebody waits for, and was stopped, is taken up by a worker after this
TAKEN_UP_AFTER = timedelta(minutes=5)
CHUNK = 1 << 20
GONE = "What was read of the file is not there any more. Bring it once more."
AGAIN = (
    "Something went wrong in the service itself. It is tried again by itself, up to three times. "
    "If it stays so, tell whoever looks after the service: they can have it tried once more."
)
#: Reads a file, and writes down what is needed of it.
Reader = Callable[[Path, TextIO], object]


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file as it came, and what it is said to be."""

    kind: str
    file_name: str
    stream: IO[bytes]
    measure_key: str = ""
    #: kind and name of a saved map: "incidents:Datix"
    map_choice: str = ""

    @property
    def map_name(self) -> str:
        kind, _, name = self.map_choice.partition(":")
        return name if kind == self.kind else ""

    def check(self) -> None:
        if self.kind not in KINDS:
            raise InvalidInputError("Say what the file holds.", field="kind")
        if self.map_choice and not self.map_name:
            raise InvalidInputError("That map is for another kind of file.", field="map")
        if self.kind == "calls" and not self.map_name:
            raise InvalidInputError(
                "Choose the map of the desk\u2019s columns. If there is none yet, draw it below.",
                field="map",
            )
        if self.kind == "measure" and not self.measure_key:
            raise InvalidInputError("Choose which measure the file holds.", field="measure")


def take_upload(  # noqa: PLR0913 - what only the caller knows
    sessions: Sessions,
    upload: Upload,
    *,
    by: "Identity",
    secret: str,
    now: datetime,
    today: date,
) -> str:
    """Read a file that somebody chose on the page, and name the run that says what came of it.

    The file itself is gone when this ends.

    :raises InvalidInputError: when it is not said what the file is.
    """
    upload.check()
    name = without_nhs_numbers(Path(upload.file_name.replace("\\", "/")).name) or "file"
    try:
        kept, told = _read(sessions, upload, name, by=by, secret=secret, today=today)
    except (TrackerError, IntegrationError) as refusal:
        with sessions() as db:
            run = _new_run(db, upload, name, by=by, now=now)
            import_runs.refuse_run(run, str(refusal), now=now)
            return run.public_id
    with sessions() as db:
        run = _new_run(db, upload, name, by=by, now=now)
        run.preview = {**run.preview, "told": told} if told else run.preview
        run.place = waiting_files.keep_for_run(db, name, kept.encode(), by=by, now=now)
        run.lines_total = kept.count("\n")
        public_id, is_small = run.public_id, run.lines_total <= FEW
        job_queue.ask_for(
            db,
            JOB,
            organisation_id=run.organisation_id,
            dedupe_key=_key(public_id),
            due_at=now + TAKEN_UP_AFTER if is_small else now,
        )
    if is_small:
        try:
            load(sessions, public_id, secret=secret, now=now, today=today)
        except NotAllowedNowError:
            pass  # another file is being loaded: this one comes after it
        except Exception as error:  # noqa: BLE001 - the run says so, and a worker tries again
            log.error("outcome_file.failed", kind=type(error).__name__)  # noqa: TRY400
    return public_id


def load(  # noqa: PLR0913 - what only the caller knows
    sessions: Sessions,
    public_id: str,
    *,
    secret: str,
    now: datetime,
    today: date,
    on_row: OnRow = no_progress,
) -> "Tally | None":
    """Load what was read of a file. Where that is done already, or refused, nothing happens.

    :raises NotAllowedNowError: while another import is under way: try later.
    """
    with sessions() as db:
        named = _find(db, public_id)
        organisation_id, kind, engine = named.organisation_id, named.kind, db.connection().engine
    with import_runs.only_one(engine, organisation_id, kind):
        return _load(sessions, public_id, secret=secret, now=now, today=today, on_row=on_row)


def _load(  # noqa: PLR0913 - what only the caller knows
    sessions: Sessions, public_id: str, *, secret: str, now: datetime, today: date, on_row: OnRow
) -> "Tally | None":
    with sessions() as db:
        run = _waiting_run(db, public_id, now=now)
        if run is None:
            return None
        content = waiting_files.content_at(db, run.place or "") or b""
        run_id, kind, name, choices = run.id, run.kind, run.file_name, dict(run.preview)
        code = db.get_one(Organisation, run.organisation_id).code
        moment = min(run.started_at, now)
    with passing_folder() as folder:
        path = folder / name
        path.write_bytes(content)
        os.utime(path, (moment.timestamp(), moment.timestamp()))
        asked = FileImport(path=path, organisation_code=code, now=now, today=today, on_row=on_row)
        try:
            if kind == "alerts":
                tally = go_on_with_alerts(sessions, asked, run_id, secret=secret)
            else:
                tally = load_kept_rows(sessions, asked, run_id, kind, choices)
        except NotAllowedNowError as why:
            _set_state(sessions, run_id, RunState.WAITING, str(why))
            raise
        except (TrackerError, IntegrationError):
            tally = None  # the run says why
        except Exception:
            _set_state(sessions, run_id, RunState.FAILED, AGAIN)
            raise
    with sessions() as db:
        _forget(db, import_runs.find_run(db, run_id))
    return tally


def run_named(job_key: str) -> str:
    """Give the public id of the run that a job is for."""
    return job_key.rpartition(":")[2]


def _key(public_id: str) -> str:
    return f"{JOB}:{public_id}"


def _find(db: "Session", public_id: str) -> ImportRun:
    run = db.scalar(select(ImportRun).where(ImportRun.public_id == public_id))
    if run is None:
        raise NotFoundError("There is no such import.")
    return run


def _waiting_run(db: "Session", public_id: str, *, now: datetime) -> ImportRun | None:
    """Take up a run that is not over; say so where nothing is left of its file."""
    run = _find(db, public_id)
    db.refresh(run, with_for_update=True)
    if run.state in {RunState.APPLIED, RunState.UNCHANGED, RunState.REFUSED}:
        _forget(db, run)
        return None
    if not run.place or waiting_files.content_at(db, run.place) is None:
        import_runs.refuse_run(run, GONE, now=now)
        return None
    if run.kind == "alerts" and (run.counts or {}).get("line"):
        run.state = RunState.RUNNING  # it goes on where it was, with what it has left out so far
    else:
        came_at = run.started_at
        import_runs.take_up(db, run, now=now)
        run.started_at = came_at
    run.message = ""
    return run


def _forget(db: "Session", run: ImportRun) -> None:
    """Drop what waited for a run, and the job that would see to it."""
    waiting_files.drop_at(db, run.place)
    run.place = None
    job_queue.drop_waiting(db, _key(run.public_id))


def _set_state(sessions: Sessions, run_id: int, state: RunState, message: str) -> None:
    with sessions() as db:
        run = import_runs.find_run(db, run_id)
        run.state, run.message = state, message


def _new_run(
    db: "Session", upload: Upload, name: str, *, by: "Identity", now: datetime
) -> ImportRun:
    run = ImportRun(
        organisation_id=by.organisation_id,
        kind=upload.kind,
        file_name=name[-300:],
        state=RunState.WAITING,
        started_at=now,
        counts={},
        preview={"measure": upload.measure_key} if upload.kind == "measure" else {},
    )
    db.add(run)
    db.flush()
    audit.record(db, AuditKind.IMPORT_ASKED, run, by=by)
    return run


def _read(  # noqa: PLR0913 - a file, whose, and how
    sessions: Sessions, upload: Upload, name: str, *, by: "Identity", secret: str, today: date
) -> tuple[str, str]:
    """Write down what is needed of a file, and how its columns were understood.

    Nobody waits for the database meanwhile.
    """
    with sessions() as db:
        organisation = db.get_one(Organisation, by.organisation_id)
        seed_built_in_measures(db, organisation, today=today)
        read = _reader(db, organisation, upload, secret=secret, today=today)
        is_by_month = upload.kind == "measure" and shape_of(
            find_measure(db, organisation, upload.measure_key)
        )
    with passing_folder() as folder:
        path = folder / name
        with path.open("wb") as out:
            while chunk := upload.stream.read(CHUNK):
                out.write(chunk)
        kept = io.StringIO()
        read(path, kept)
        told = guess_in_words(CsvFile(path).columns) if is_by_month else ""
        return kept.getvalue(), told


def _reader(
    db: "Session", organisation: Organisation, upload: Upload, *, secret: str, today: date
) -> Reader:
    kind, map_name = upload.kind, upload.map_name
    if kind == "measure":
        shape = shape_of(find_measure(db, organisation, upload.measure_key))
        return lambda path, out: write_rows(measure_rows(path, shape, today=today), out)
    table_map = find_map(db, organisation.id, kind, map_name) if map_name else None
    if kind == "calls" and table_map is not None:
        calls_map = table_map
        return lambda path, out: write_rows(call_rows(path, calls_map, today=today), out)
    if kind == "incidents":
        return lambda path, out: write_rows(incident_rows(path, table_map, today=today), out)
    units = load_units(db, organisation, today=today)
    staff_of = Pseudonyms(secret, organisation).of

    def read(path: Path, out: TextIO) -> None:
        if table_map is not None:
            own = path.with_name("own.csv")
            with own.open("w", encoding="utf-8", newline="") as columns:
                write_own(path, table_map, columns)
            write_log(own, out, staff_of=staff_of)
        elif is_fhir(path):
            bundle = FhirAlerts(path, today=today, unit_of=units.find, staff_of=staff_of)
            write_bundle(bundle, out)
        else:
            write_log(path, out, staff_of=staff_of)

    return read
