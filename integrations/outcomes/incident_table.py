"""Reads incidents from any local system's table, by a map of its columns and words."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from integrations.outcomes import cells as read
from integrations.outcomes.day_order import in_day_order
from integrations.outcomes.errors import BadValueError
from integrations.outcomes.incidents_csv import CAUSE_WORDS, HARM_WORDS, read_each
from integrations.outcomes.partial_dates import read_partial_date, read_report_date
from integrations.outcomes.records import Cause, Harm, IncidentRow, Remark, Standing
from integrations.outcomes.story_words import WORDS, words_in
from integrations.tables.maps import Field, TableKind
from integrations.tables.rows import RejectedRow, Row

#: parts of headings that say who somebody is; what such columns hold is never looked at
NEVER = (
    *("patient name", "patient id", "patient no", "patient ref", "person affected", "nhs n"),
    *("hospital n", "mrn", "birth", "dob", "forename", "surname", "first name", "last name"),
    *("full name", "reporter", "reported by", "handler", "investigator", "author", "witness"),
    *("e-mail", "email", "telephone", "phone", "mobile", "address", "postcode", "gender", "sex"),
    *("ethnic", "religi", "disab", "staff name", "next of kin", "contact name"),
)
YES, NO, LOOK = "yes", "no", "look"
FIELDS = (
    Field(
        key="reference",
        label="The incident\u2019s number or reference",
        names=(
            *("Ref", "ID", "Incident ID", "Incident number", "Incident ref", "Record ID"),
            *("Web Ref", "Datix ref", "Incident no", "Ref no", "Ulysses number"),
        ),
        is_needed=True,
    ),
    Field(
        key="unit",
        label="Ward, team or department",
        names=("Ward", "Department", "Location", "Team", "Location (exact)", "Unit code"),
    ),
    Field(
        key="occurred_on",
        label="The day it happened",
        names=("Incident date", "Date of incident", "Date", "Date occurred", "Event date"),
        is_needed=True,
    ),
    Field(
        key="reported_on",
        label="The day it was reported",
        names=("Reported date", "Date reported", "Opened date", "Date opened", "Submitted"),
    ),
    Field(
        key="harm",
        label="How much harm was done",
        names=("Severity", "Degree of harm", "Level of harm", "Result", "Actual harm", "Impact"),
        choices={
            Harm.NONE: "No harm",
            Harm.LOW: "Low harm",
            Harm.MODERATE: "Moderate harm",
            Harm.SEVERE: "Severe harm",
            Harm.FATAL: "Death",
            Harm.NO_PATIENT: "Nobody was a patient in it",
            Harm.UNCLEAR: "It does not say",
        },
        words={
            **{word.replace("_", " "): harm for word, harm in HARM_WORDS.items()},
            "no harm": Harm.NONE,
            "near miss": Harm.NONE,
            "minor": Harm.LOW,
            "low harm": Harm.LOW,
            "moderate harm": Harm.MODERATE,
            "severe harm": Harm.SEVERE,
            "major": Harm.SEVERE,
            "catastrophic": Harm.FATAL,
            "not known": Harm.UNCLEAR,
        },
    ),
    Field(
        key="cause",
        label="What lay behind it: use, or a fault",
        names=("Sub category", "Subcategory", "Cause", "Contributing factor", "Cause group"),
        choices={
            Cause.USE_RELATED: "How a system was used",
            Cause.TECHNICAL: "A fault of a system",
            Cause.UNCLEAR: "It does not say, or both",
        },
        words={word: cause for word, cause in CAUSE_WORDS.items() if word},
    ),
    Field(
        key="is_digital",
        label="What says that IT played a part",
        names=("Category", "Incident category", "Incident type", "Type", "Digital"),
        choices={YES: "IT played a part", NO: "IT played no part", LOOK: "Somebody has to look"},
        words={
            **dict.fromkeys(("y", "true", "it", "it systems", "digital", "it failure"), YES),
            **dict.fromkeys(("n", "false", "fall", "falls", "pressure ulcer"), NO),
        },
    ),
    Field(
        key="story",
        label="What happened, in words (we only look for words about IT)",
        names=("Description", "Incident description", "What happened", "Details", "Narrative"),
        is_story=True,
    ),
)


def story_words(cell: str) -> str:
    """Give which of our words a story has; given those again, the same."""
    return "; ".join(_words(cell))


def _words(cell: str) -> tuple[str, ...]:
    parts = [part for part in cell.split("; ") if part]
    return tuple(parts) if set(parts) <= set(WORDS) else words_in([cell])


def read_incident_rows(
    rows: Iterable[Row | RejectedRow], *, today: date
) -> Iterator[IncidentRow | RejectedRow]:
    """Yield each incident as it is read, good or rejected."""
    return read_each(in_day_order(rows, "occurred_on"), lambda row: _read(row, today))


def _read(row: Row, today: date) -> IncidentRow:
    cells = row.cells
    occurred_on, is_month_only = read_partial_date(
        cells["occurred_on"], "date of the incident", today
    )
    reported_on = read_report_date(cells.get("reported_on", ""), today)
    if reported_on is not None and reported_on < occurred_on:
        raise BadValueError("The incident was reported before it happened. Check the two dates.")
    words = _words(cells.get("story", ""))
    remarks = {Remark.MONTH_ONLY} if is_month_only else set()
    harm, cause = cells.get("harm", ""), cells.get("cause", "")
    known_harm, known_cause = set(Harm), set(Cause)
    if (harm and harm not in known_harm) or (cause and cause not in known_cause):
        remarks.add(Remark.UNKNOWN_CODE)
    if not harm:
        remarks.add(Remark.HARM_MISSING)
    return IncidentRow(
        line=row.line,
        reference=read.read_required_code(cells["reference"], "reference"),
        unit=read.read_code(cells.get("unit", ""), "unit"),
        occurred_on=occurred_on,
        reported_on=reported_on,
        harm=Harm(harm) if harm in known_harm else Harm.UNCLEAR,
        cause=Cause(cause) if cause in known_cause else Cause.UNCLEAR,
        standing=_standing(cells, words),
        is_month_only=is_month_only,
        words=words,
        remarks=frozenset(remarks),
    )


def _standing(cells: dict[str, str], words: tuple[str, ...]) -> Standing:
    """Codes decide. Where they do not, words of the story make it a candidate for a person."""
    if "is_digital" not in cells and "story" not in cells:
        return Standing.DIGITAL  # a list of digital incidents alone
    said = cells.get("is_digital", "")
    if said == YES:
        return Standing.DIGITAL
    return Standing.CANDIDATE if said == LOOK or (words and said != NO) else Standing.OTHER


def _check(rows: Iterable[Row | RejectedRow]) -> Iterator[RejectedRow | None]:
    today = datetime.now(read.WARD_CLOCK).date()
    for row in read_incident_rows(rows, today=today):
        yield row if isinstance(row, RejectedRow) else None


INCIDENT_TABLE = TableKind(
    key="incidents",
    noun="incidents",
    fields=FIELDS,
    check=_check,
    never=NEVER,
    is_guarded=True,
)
