"""Reads an export of LFPSE, the national system for patient safety events, in any dialect.

One event has several rows: one a patient, and again for each revision. The newest revision wins,
and the worst harm of its patients counts. Stories, patients and reporters are left in the file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from integrations.outcomes import cells as read
from integrations.outcomes import lfpse_codes as codes
from integrations.outcomes.errors import BadValueError
from integrations.outcomes.headings import find, find_containing, said, squeeze
from integrations.outcomes.multi_select import read_choices
from integrations.outcomes.partial_dates import read_partial_date
from integrations.outcomes.records import (
    Cause,
    Harm,
    IncidentFeed,
    IncidentRow,
    Remark,
    Standing,
)
from integrations.outcomes.story_words import words_in
from integrations.tables.rows import RejectedRow, Row

STORIES = re.compile(r"f001|ac001|ot003|a008|ri001|ri002|.*(descri|narrative|freetext|wentwell)")
#: what an export writes for harm where nobody was a patient
NO_PATIENT = "not applicable"
UNITS = ("unitcode", "unit", "ward", "department", "team", "exactlocation", "locationexact")

#: where an export says that a record was taken back, and how
STATES = ("status", "recordstatus", "eventstatus", "deleted", "isdeleted", "withdrawn")
TAKEN_BACK = re.compile(r"delet|withdr|cancel|reject|void|entered.in.error|duplicat", re.IGNORECASE)
YES = frozenset({"1", "y", "yes", "true", "t"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    reference: str
    occurred: str | None
    approximate: str | None
    revision: str | None
    patient: str | None
    #: how many there are
    patients: str | None
    taxonomy: str | None
    reported: str | None
    organisation: str | None
    unit: str | None
    kind: str | None
    agents: str | None
    factors: str | None
    themes: str | None
    physical: str | None
    psychological: str | None
    #: of all patients of the event
    worst: tuple[str | None, ...]
    state: str | None
    stories: tuple[str, ...]


def find_columns(names: tuple[str, ...]) -> Columns | None:
    """Find what we need in a header, or none if this is no export of LFPSE."""
    reference = find(names, "reference", "eventreference", "lfpsereference")
    agents = find(names, "a001", "involvedagents")
    kind = find(names, "cl001")
    occurred = find(names, "t005", "t005eventdate", "occurreddate", "eventdate")
    if reference is None or (agents is None and kind is None):
        return None
    return Columns(
        reference=reference,
        occurred=occurred,
        approximate=find(names, "approximatedate", "todaysdate"),
        revision=find(names, "revision"),
        patient=find(names, "entityid", "patientno"),
        patients=find(names, "numberofpatients"),
        taxonomy=find(names, "taxonomyversion"),
        reported=find(names, "reporteddate", "originalsubmissiondate", "submissiondate"),
        organisation=find(names, "occurredorganisationcode"),
        unit=next((name for name in names if squeeze(name) in UNITS), None),
        kind=kind,
        agents=agents,
        factors=find_containing(names, "itsystemsinvolvement", "descri", "other")
        or find_containing(names, "itsystems", "descri", "other"),
        themes=find_containing(names, "risktheme", "other"),
        physical=find(names, "ot001", "physicalharm"),
        psychological=find(names, "ot002", "psychologicalharm"),
        worst=tuple(
            find(names, f"largest{part}harm")
            for part in ("physicalorpsychological", "physical", "psychological")
        ),
        state=next((name for name in names if squeeze(name) in STATES), None),
        stories=tuple(name for name in names if STORIES.match(squeeze(name))),
    )


@dataclass(slots=True)
class _Event:
    """What the rows of one event's newest revision say together."""

    line: int
    revision: int
    reported_on: date | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    kinds: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    factors: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    #: of the worst-harmed patient; 1 is fatal
    rank: int | None = None
    has_patients: bool = False
    words: frozenset[str] = frozenset()
    remarks: frozenset[Remark] = frozenset()
    is_taken_back: bool = False
    problem: str = ""


class LfpseReader:
    """Gathers the rows of each event, and hands the events out when the file is read."""

    def __init__(self, columns: Columns, *, today: date) -> None:
        self._columns = columns
        self._today = today
        self._events: dict[str, _Event] = {}

    def read(self, rows: Iterator[Row | RejectedRow]) -> Iterator[IncidentRow | RejectedRow]:
        for row in rows:
            if isinstance(row, RejectedRow):
                yield row
                continue
            try:
                self._take(row)
            except BadValueError as why:
                yield RejectedRow(line=row.line, reason=str(why))
        for reference, event in self._events.items():
            if event.problem:
                yield RejectedRow(line=event.line, reason=event.problem)
            else:
                yield self._finished(reference, event)

    def _take(self, row: Row) -> None:
        columns, cells = self._columns, row.cells
        reference = read.read_required_code(said(cells, columns.reference), "reference")
        revision = _whole(said(cells, columns.revision))
        event = self._events.get(reference)
        reported_on = self._reported(said(cells, columns.reported))
        if event is None or revision > event.revision:
            earlier = event.reported_on if event else None
            event = _Event(line=row.line, revision=revision, reported_on=earlier)
            self._events[reference] = event
        # An event was reported when its first revision was.
        event.reported_on = min(filter(None, (event.reported_on, reported_on)), default=None)
        if revision < event.revision:
            return
        if not event.facts:
            # What is said of the event may stand on the row of one patient alone.
            try:
                event.facts, event.problem = self._facts(cells), ""
            except BadValueError as why:
                event.problem = str(why)
        self._add(event, cells)

    def _reported(self, text: str) -> date | None:
        try:
            day, is_month_only = read_partial_date(text, "date of the report", self._today)
        except BadValueError:  # missing, or none
            return None
        return None if is_month_only else day

    def _add(self, event: _Event, cells: dict[str, str]) -> None:
        columns = self._columns
        for name, known in (
            ("kinds", codes.EVENT_TYPES),
            ("agents", codes.AGENTS),
            ("factors", codes.IT_FACTORS),
            ("themes", codes.RISK_THEMES),
        ):
            column = columns.kind if name == "kinds" else getattr(columns, name)
            ticked = read_choices(said(cells, column), known)
            setattr(event, name, getattr(event, name) | ticked.codes)
            if ticked.unknown:
                event.remarks |= {Remark.UNKNOWN_CODE}
        event.has_patients |= self._has_patient(cells)
        event.is_taken_back |= self._is_taken_back(cells)
        self._add_harm(event, cells)
        if _whole(said(cells, columns.taxonomy)) > codes.NEWEST_TAXONOMY:
            event.remarks |= {Remark.NEWER_TAXONOMY}
        event.words |= set(words_in(cells[name] for name in columns.stories))

    def _has_patient(self, cells: dict[str, str]) -> bool:
        columns = self._columns
        if said(cells, columns.patients) in {"0", "0.0"}:
            return False
        harm_columns = (columns.physical, columns.psychological, *columns.worst)
        harms = {said(cells, column).casefold() for column in harm_columns}
        if NO_PATIENT in harms and harms <= {NO_PATIENT, ""}:
            return False
        return columns.patient is None or bool(said(cells, columns.patient))

    def _is_taken_back(self, cells: dict[str, str]) -> bool:
        """Tell a record whose newest revision says that it should not count."""
        column = self._columns.state
        text = said(cells, column)
        is_flag = column is not None and "status" not in squeeze(column)
        return bool(TAKEN_BACK.match(text)) or (is_flag and text.casefold() in YES)

    def _facts(self, cells: dict[str, str]) -> dict[str, Any]:
        columns = self._columns
        text = said(cells, columns.occurred) or said(cells, columns.approximate)
        occurred_on, is_month_only = read_partial_date(text, "date of the event", self._today)
        return {
            "occurred_on": occurred_on,
            "is_month_only": is_month_only,
            "unit": read.read_code(said(cells, columns.unit), "unit"),
            "organisation": read.read_code(said(cells, columns.organisation), "organisation"),
        }

    def _add_harm(self, event: _Event, cells: dict[str, str]) -> None:
        columns = self._columns
        for column, known in (
            (columns.physical, codes.PHYSICAL_HARM),
            (columns.psychological, codes.PSYCHOLOGICAL_HARM),
            *((column, {}) for column in columns.worst),
        ):
            text = said(cells, column).removesuffix(".0").lstrip("0").casefold()
            if not text or text in {"harm level missing", NO_PATIENT}:
                continue
            rank = known.get(text) or next(
                (rank for word, rank in codes.HARM_WORDS if word in f"{text} "), None
            )
            if rank is None:
                event.remarks |= {Remark.UNKNOWN_CODE}
            elif event.rank is None or rank < event.rank:
                event.rank = rank

    def _finished(self, reference: str, event: _Event) -> IncidentRow:
        is_digital = (
            codes.IT_AGENT in event.agents or codes.IT_THEME in event.themes or event.factors
        )
        standing = Standing.DIGITAL if is_digital else Standing.OTHER
        if not is_digital and event.words:
            standing = Standing.CANDIDATE
        if event.kinds == {codes.GOOD_CARE} or event.is_taken_back:
            standing = Standing.OTHER
        remarks = set(event.remarks)
        if event.is_taken_back:
            remarks.add(Remark.TAKEN_BACK)
        if event.facts["is_month_only"]:
            remarks.add(Remark.MONTH_ONLY)
        harm = _harm(event)
        if harm is Harm.UNCLEAR:
            remarks.add(Remark.HARM_MISSING)
        reported_on, occurred_on = event.reported_on, event.facts["occurred_on"]
        if reported_on is not None and reported_on < occurred_on:
            reported_on = None  # two clocks, or a date put right later: the delay is not known
        return IncidentRow(
            line=event.line,
            reference=reference,
            reported_on=reported_on,
            harm=harm,
            cause=_cause(event.factors),
            feed=IncidentFeed.LFPSE,
            standing=standing,
            revision=event.revision,
            words=tuple(sorted(event.words)) if standing is Standing.CANDIDATE else (),
            remarks=frozenset(remarks),
            **event.facts,
        )


def _harm(event: _Event) -> Harm:
    if event.rank is not None:
        return codes.HARM_OF_RANK[event.rank]
    return Harm.UNCLEAR if event.has_patients else Harm.NO_PATIENT


def _cause(factors: frozenset[str]) -> Cause:
    """Say what it was about. Ticked both as use and as fault, nobody can tell from the codes."""
    causes = {codes.CAUSES[factor] for factor in factors} - {Cause.UNCLEAR}
    return causes.pop() if len(causes) == 1 else Cause.UNCLEAR


def _whole(text: str) -> int:
    """Read the number at the start of a version: 6, 6.0, v6."""
    found = re.search(r"\d+", text)
    return int(found[0]) if found else 0
