"""Reads an export of NRLS, the national system that LFPSE replaced."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from integrations.outcomes import cells as read
from integrations.outcomes.errors import BadValueError
from integrations.outcomes.headings import find, said, squeeze
from integrations.outcomes.lfpse import UNITS
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

#: NRLS has no code for IT; its second level of categories has words for it.
DIGITAL = re.compile(r"\bIT\b|(?i:telecom|information technology|computer|software|electronic)")
FAULT = re.compile(r"failure|overload|fault|malfunction|down ?time", re.IGNORECASE)
STORIES = re.compile(r"in07|in10|in11|.*(freetext|text$|description|causes|actions)")
HARM_WORDS = {
    "noharm": Harm.NONE,
    "none": Harm.NONE,
    "low": Harm.LOW,
    "moderate": Harm.MODERATE,
    "severe": Harm.SEVERE,
    "death": Harm.FATAL,
}
#: The higher the code, the worse: the other way round than in LFPSE.
HARM_CODES = {
    "1": Harm.NONE,
    "2": Harm.LOW,
    "3": Harm.MODERATE,
    "4": Harm.SEVERE,
    "5": Harm.FATAL,
}
ONLY_CODES = re.compile(r"[\s/]*\d[\d\s/.]*", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    reference: str
    occurred: str
    reported: str | None
    organisation: str | None
    unit: str | None
    categories: tuple[str, ...]
    harm: str | None
    stories: tuple[str, ...]


def find_columns(names: tuple[str, ...]) -> Columns | None:
    """Find what we need in a header, or none if this is no export of NRLS."""
    reference = find(names, "rp01", "incidentid", "uniqueincidentid")
    occurred = find(names, "in01", "dateofincident")
    if occurred is None and reference is not None:
        occurred = find(names, "occurreddate")
    categories = tuple(name for name in names if squeeze(name).startswith("in05"))
    if reference is None or occurred is None or not categories:
        return None
    coded = [name for name in categories if not STORIES.match(squeeze(name))]
    return Columns(
        reference=reference,
        occurred=occurred,
        reported=find(names, "dateincidentreceivedbynrls", "reporteddate", "createddt"),
        organisation=find(names, "rp07"),
        unit=next((name for name in names if squeeze(name) in UNITS), None),
        categories=tuple(coded),
        harm=find(names, "pd09", "degreeofharm"),
        stories=tuple(name for name in names if STORIES.match(squeeze(name))),
    )


def read_nrls(
    columns: Columns, rows: Iterator[Row | RejectedRow], *, today: date
) -> Iterator[IncidentRow | RejectedRow]:
    """Yield each incident as it is read; a number may come once."""
    seen: dict[str, int] = {}
    for row in rows:
        if isinstance(row, RejectedRow):
            yield row
            continue
        try:
            incident = _read(columns, row, today)
            first = seen.setdefault(incident.reference, row.line)
            if first != row.line:
                raise BadValueError(f"This reference is already on line {first}.")  # noqa: TRY301
        except BadValueError as why:
            yield RejectedRow(line=row.line, reason=str(why))
        else:
            yield incident


def _read(columns: Columns, row: Row, today: date) -> IncidentRow:
    cells = row.cells
    occurred_on, is_month_only = read_partial_date(
        said(cells, columns.occurred), "date of the incident", today
    )
    category = " / ".join(said(cells, name) for name in columns.categories)
    is_digital = DIGITAL.search(category) is not None
    words = () if is_digital else words_in(cells[name] for name in columns.stories)
    harm_word = squeeze(said(cells, columns.harm).removesuffix(".0")).lstrip("0")
    harm = _harm(harm_word)
    remarks = {Remark.MONTH_ONLY} if is_month_only else set()
    if harm is Harm.UNCLEAR:
        remarks.add(Remark.UNKNOWN_CODE if harm_word else Remark.HARM_MISSING)
    if ONLY_CODES.fullmatch(category):
        remarks.add(Remark.UNKNOWN_CODE)
    standing = Standing.DIGITAL if is_digital else Standing.OTHER
    return IncidentRow(
        line=row.line,
        reference=read.read_required_code(said(cells, columns.reference), "reference"),
        unit=read.read_code(said(cells, columns.unit), "unit"),
        occurred_on=occurred_on,
        reported_on=_reported(said(cells, columns.reported), occurred_on, today),
        harm=harm,
        cause=Cause.TECHNICAL if is_digital and FAULT.search(category) else Cause.UNCLEAR,
        feed=IncidentFeed.NRLS,
        standing=Standing.CANDIDATE if words else standing,
        is_month_only=is_month_only,
        organisation=read.read_code(said(cells, columns.organisation), "organisation"),
        words=words,
        remarks=frozenset(remarks),
    )


def _harm(word: str) -> Harm:
    """Read a code, or words with or without a code before them."""
    letters = word.lstrip("12345")
    if not letters:
        return HARM_CODES.get(word, Harm.UNCLEAR)
    meant = (harm for name, harm in HARM_WORDS.items() if letters.startswith(name))
    return next(meant, Harm.UNCLEAR)


def _reported(text: str, occurred_on: date, today: date) -> date | None:
    try:
        day, is_month_only = read_partial_date(text, "date of the report", today)
    except BadValueError:  # missing, or none
        return None
    return day if day >= occurred_on and not is_month_only else None
