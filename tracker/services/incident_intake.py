"""Tells new incidents from known ones, digital ones from those that a person has to look at."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from integrations.outcomes.records import IncidentFeed as Feed
from integrations.outcomes.records import IncidentRow, Remark, Standing
from tracker.models import (
    CandidateState,
    Harm,
    Incident,
    IncidentCandidate,
    IncidentCause,
    IncidentFeed,
    new_public_id,
)
from tracker.services.unit_lookup import UnknownUnitError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Organisation
    from tracker.services.observations import Origin
    from tracker.services.tally import Tally
    from tracker.services.unit_lookup import UnitLookup

BATCH = 5_000
FACTS = (
    "organisation_unit_id",
    "occurred_on",
    "reported_on",
    "harm",
    "cause",
    "feed",
    "revision",
    "is_month_only",
)
#: What a run's page says of records that were taken in, but are not quite plain.
SENTENCES = {
    Remark.UNKNOWN_CODE: "Some answers have codes that we do not know. They count as unclear.",
    Remark.NEWER_TAXONOMY: (
        "Some records follow a newer national list of codes than this version knows. They were "
        "taken in. What we could not read counts as unclear."
    ),
    Remark.MONTH_ONLY: "Some records give only a month. They count in that month.",
    Remark.TAKEN_BACK: "Some records were taken back where they were written. They do not count.",
    Remark.HARM_MISSING: "Some records do not say how much harm was done. That counts as unclear.",
}
Row = dict[str, Any]


def own_rows(
    rows: Iterable[IncidentRow], organisation: "Organisation", tally: "Tally"
) -> Iterator[IncidentRow]:
    """Leave out what happened elsewhere, unless the file names other organisations alone."""
    code = organisation.code.upper()
    elsewhere: list[IncidentRow] = []
    has_own = False
    for row in rows:
        named = row.organisation.upper()
        if named and not named.startswith(code):
            elsewhere.append(row)
            continue
        has_own |= bool(named)
        yield row
    if not elsewhere:
        return
    if has_own:
        tally.notes["other_organisations"] += len(elsewhere)
        tally.said.append("Records of other organisations were left out.")
        return
    tally.said.append(
        f"No record names this organisation ({organisation.code}). All were taken as its own. "
        "Check that it is the right file."
    )
    yield from elsewhere


def said_of(tally: "Tally") -> list[str]:
    """Say in sentences what the numbers of a run mean."""
    said = [sentence for remark, sentence in SENTENCES.items() if tally.notes[remark]]
    if tally.notes["unit_not_known"]:
        said.append("Where the unit is not known here, the record counts for the whole trust.")
    if tally.notes["candidates"]:
        said.append("Some stories speak of IT. Somebody has to read them: see the list to check.")
    return said


class Intake:
    """Sorts the records of one file, and writes what is new or different at the end."""

    def __init__(
        self,
        db: "Session",
        organisation: "Organisation",
        origin: "Origin",
        tally: "Tally",
        *,
        units: "UnitLookup",
    ) -> None:
        self._db, self._tally, self._units = db, tally, units
        self._shared = {"organisation_id": organisation.id, "import_run_id": origin.run_id}
        self._known = _known(db, organisation.id)
        self._candidates = _candidates(db, organisation.id)
        self._new: list[Row] = []
        self._restated: list[Row] = []
        self._new_candidates: list[Row] = []
        self._changed_candidates: list[Row] = []
        self._gone: list[int] = []
        self._settled: list[int] = []

    def take(self, row: IncidentRow) -> None:
        try:
            unit_id = self._unit(row)
        except UnknownUnitError as why:
            self._tally.reject(row.line, str(why))
            return
        before = self._known.get(row.reference)
        if before and (before["revision"] or 0) > (row.revision or 0):
            self._tally.unchanged += 1  # a later revision is here already
            self._tally.notes["older_revisions"] += 1
            return
        for remark in row.remarks:
            self._tally.notes[remark] += 1
        facts = _facts(row, unit_id)
        if row.standing is Standing.DIGITAL:
            self._take_digital(row, facts, before)
        elif row.standing is Standing.CANDIDATE:
            self._take_candidate(row, facts, before)
        else:
            self._tally.notes["not_digital"] += 1
            self._drop(row, before)

    def write(self) -> None:
        db = self._db
        for table, rows in ((Incident, self._new), (IncidentCandidate, self._new_candidates)):
            for start in range(0, len(rows), BATCH):
                db.execute(insert(table), rows[start : start + BATCH])
        for table, rows in (
            (Incident, self._restated),
            (IncidentCandidate, self._changed_candidates),
        ):
            for start in range(0, len(rows), BATCH):
                db.execute(update(table), rows[start : start + BATCH])
        for table, ids in ((Incident, self._gone), (IncidentCandidate, self._settled)):
            for start in range(0, len(ids), BATCH):
                db.execute(delete(table).where(table.id.in_(ids[start : start + BATCH])))
        self._tally.added += len(self._new)
        self._tally.restated += len(self._restated)
        self._tally.removed += len(self._gone)

    def _unit(self, row: IncidentRow) -> int | None:
        try:
            return self._units.find(row.unit)
        except UnknownUnitError:
            if row.feed is Feed.LOCAL:
                raise
            self._tally.notes["unit_not_known"] += 1
            return None

    def _take_digital(self, row: IncidentRow, facts: Row, before: Row | None) -> None:
        waiting = self._candidates.get(row.reference)
        if waiting is not None and waiting["state"] is not CandidateState.CONFIRMED:
            self._settled.append(waiting["id"])  # its codes say now what a person was asked
        if before is None:
            self._new.append({**facts, **self._shared, "reference": row.reference})
        else:
            self._restate(facts, before)

    def _restate(self, facts: Row, before: Row) -> None:
        if any(before[name] != facts[name] for name in FACTS):
            self._restated.append({"id": before["id"], **facts, **self._shared})
        else:
            self._tally.unchanged += 1

    def _take_candidate(self, row: IncidentRow, facts: Row, before: Row | None) -> None:
        self._tally.notes["candidates"] += 1
        known = self._candidates.get(row.reference)
        if known is not None and known["state"] is CandidateState.CONFIRMED and before:
            self._restate({**facts, "cause": before["cause"]}, before)
            return
        if before is not None:
            self._drop(row, before)  # its codes do not say digital any more: ask a person
        facts = {name: facts[name] for name in FACTS if name != "cause"}
        facts["words"] = ", ".join(row.words)
        if known is None:
            self._new_candidates.append(
                {
                    **facts,
                    **self._shared,
                    "public_id": new_public_id(),
                    "reference": row.reference,
                    "state": CandidateState.WAITING,
                }
            )
        elif any(known[name] != facts[name] for name in facts):
            self._changed_candidates.append({"id": known["id"], **facts})

    def _drop(self, row: IncidentRow, before: Row | None) -> None:
        """Take out what its newest revision does not call digital; what a person said stays."""
        known = self._candidates.get(row.reference)
        if known is not None and known["state"] is CandidateState.CONFIRMED:
            return
        if before is not None:
            self._gone.append(before["id"])
        if known is not None and row.standing is Standing.OTHER:
            self._settled.append(known["id"])


def _facts(row: IncidentRow, unit_id: int | None) -> Row:
    return {
        "organisation_unit_id": unit_id,
        "occurred_on": row.occurred_on,
        "reported_on": row.reported_on,
        "harm": Harm(row.harm),
        "cause": IncidentCause(row.cause),
        "feed": IncidentFeed(row.feed),
        "revision": row.revision,
        "is_month_only": row.is_month_only,
    }


def _known(db: "Session", organisation_id: int) -> dict[str, Row]:
    columns = [getattr(Incident, name) for name in FACTS]
    rows = db.execute(
        select(Incident.reference, Incident.id, *columns).where(
            Incident.organisation_id == organisation_id
        )
    )
    return {row.reference: dict(row._mapping) for row in rows}  # noqa: SLF001 - a public name


def _candidates(db: "Session", organisation_id: int) -> dict[str, Row]:
    columns = [getattr(IncidentCandidate, name) for name in FACTS if name != "cause"]
    rows = db.execute(
        select(
            IncidentCandidate.reference,
            IncidentCandidate.id,
            IncidentCandidate.state,
            IncidentCandidate.words,
            *columns,
        ).where(IncidentCandidate.organisation_id == organisation_id)
    )
    return {row.reference: dict(row._mapping) for row in rows}  # noqa: SLF001 - a public name
