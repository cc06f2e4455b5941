"""What a quality lead sees of files of outcome data: what came in, what of it needs somebody."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from sqlalchemy import func, select

from integrations.errors import IntegrationError
from tracker.errors import InvalidInputError, NotFoundError, TrackerError
from tracker.models import (
    CandidateState,
    ImportRun,
    IncidentCandidate,
    Observation,
    Organisation,
    OutcomeMeasure,
    RejectedRecord,
)
from tracker.services import staff_counts
from tracker.services.alert_files import import_alert_file
from tracker.services.column_maps import saved_maps
from tracker.services.outcome_files import (
    FileImport,
    Sessions,
    import_incident_file,
    import_measure_file,
)
from tracker.services.passing_files import passing_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

KINDS = {
    "incidents": "Incidents",
    "alerts": "Alerts that were shown",
    "measure": "A measure by month",
}
BY_MONTH = ("bed_days", "contacts", "staff_in_post", "how_to_calls", "training_completion")
#: whose columns may be mapped
MAPPED = ("incidents", "alerts")
SHOWN_RUNS = 50
SHOWN_REJECTED = 200
CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Known:
    """How far the numbers of a measure go that comes by month."""

    name: str
    newest: date | None
    source: str
    is_ours: bool


@dataclass(frozen=True, kw_only=True)
class FilesPage:
    runs: tuple[ImportRun, ...]
    waiting: int
    #: key and name
    measures: tuple[tuple[str, str], ...]
    #: what is chosen, and what a person reads
    maps: tuple[tuple[str, str], ...]
    #: what other counts are divided by, and what comes beside them
    by_month: tuple[Known, ...]


@dataclass(frozen=True, kw_only=True)
class RunPage:
    run: ImportRun
    rejected: tuple[RejectedRecord, ...]
    rejected_total: int


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


def files_page(db: "Session", *, by: "Identity") -> FilesPage:
    runs = db.scalars(
        select(ImportRun)
        .where(ImportRun.organisation_id == by.organisation_id, ImportRun.kind.in_(KINDS))
        .order_by(ImportRun.id.desc())
        .limit(SHOWN_RUNS)
    )
    waiting = db.scalar(
        select(func.count(IncidentCandidate.id)).where(
            IncidentCandidate.organisation_id == by.organisation_id,
            IncidentCandidate.state == CandidateState.WAITING,
        )
    )
    measures = db.execute(
        select(OutcomeMeasure.key, OutcomeMeasure.name)
        .where(OutcomeMeasure.organisation_id == by.organisation_id)
        .order_by(OutcomeMeasure.name)
    )
    return FilesPage(
        runs=tuple(runs),
        waiting=waiting or 0,
        measures=tuple((key, name) for key, name in measures),
        by_month=_by_month(db, by.organisation_id),
        maps=tuple(
            (f"{kind}:{one.name}", f"{KINDS[kind]}: {one.name}")
            for kind in MAPPED
            for one in saved_maps(db, by.organisation_id, kind)
        ),
    )


def _by_month(db: "Session", organisation_id: int) -> tuple[Known, ...]:
    rows = db.execute(
        select(
            OutcomeMeasure.key,
            OutcomeMeasure.name,
            func.max(Observation.month),
            func.max(Observation.source),
        )
        .outerjoin(Observation, Observation.outcome_measure_id == OutcomeMeasure.id)
        .where(OutcomeMeasure.organisation_id == organisation_id, OutcomeMeasure.key.in_(BY_MONTH))
        .group_by(OutcomeMeasure.key, OutcomeMeasure.name)
        .order_by(OutcomeMeasure.name)
    )
    return tuple(
        Known(name=name, newest=newest, source=source or "", is_ours=key == staff_counts.KEY)
        for key, name, newest, source in rows
    )


def run_page(db: "Session", public_id: str, *, by: "Identity") -> RunPage:
    """Show one import, with the lines that it left out.

    :raises NotFoundError: if this organisation has no such import of outcome data.
    """
    run = db.scalar(
        select(ImportRun).where(
            ImportRun.public_id == public_id,
            ImportRun.organisation_id == by.organisation_id,
            ImportRun.kind.in_(KINDS),
        )
    )
    if run is None:
        raise NotFoundError("There is no such import.")
    rejected = db.scalars(
        select(RejectedRecord)
        .where(RejectedRecord.import_run_id == run.id)
        .order_by(RejectedRecord.line, RejectedRecord.id)
        .limit(SHOWN_REJECTED)
    )
    return RunPage(
        run=run,
        rejected=tuple(rejected),
        rejected_total=int((run.counts or {}).get("rejected", 0)),
    )


def take_upload(  # noqa: PLR0913 - what only the caller knows
    sessions: Sessions,
    upload: Upload,
    *,
    by: "Identity",
    secret: str,
    now: datetime,
    today: date,
) -> str:
    """Take in a file that somebody chose on the page, and name the run that says what came of it.

    The file itself is gone when this ends: stories and patients in it are kept nowhere.

    :raises InvalidInputError: when it is not said what the file is.
    """
    if upload.kind not in KINDS:
        raise InvalidInputError("Say what the file holds.", field="kind")
    if upload.map_choice and not upload.map_name:
        raise InvalidInputError("That map is for another kind of file.", field="map")
    if upload.kind == "measure" and not upload.measure_key:
        raise InvalidInputError("Choose which measure the file holds.", field="measure")
    with sessions() as db:
        code = db.get_one(Organisation, by.organisation_id).code
    with passing_folder() as folder:
        path = folder / (Path(upload.file_name).name or "file")
        with path.open("wb") as out:
            while chunk := upload.stream.read(CHUNK):
                out.write(chunk)
        asked = FileImport(path=path, organisation_code=code, now=now, today=today)
        ways: dict[str, Callable[[], object]] = {
            "incidents": lambda: import_incident_file(sessions, asked, map_name=upload.map_name),
            "alerts": lambda: import_alert_file(
                sessions, asked, secret=secret, map_name=upload.map_name
            ),
            "measure": lambda: import_measure_file(sessions, asked, measure_key=upload.measure_key),
        }
        with suppress(TrackerError, IntegrationError):  # the run says why
            ways[upload.kind]()
    with sessions() as db:
        public_id = db.scalar(
            select(ImportRun.public_id)
            .where(ImportRun.organisation_id == by.organisation_id, ImportRun.kind == upload.kind)
            .order_by(ImportRun.id.desc())
            .limit(1)
        )
    return public_id or ""
