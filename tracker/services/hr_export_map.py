"""What a trust's HR system calls the facts that we hand it: a column on each line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tracker.errors import InvalidInputError
from tracker.models import HRExportKind

if TYPE_CHECKING:
    from tracker.models import Organisation

KEY = "hr_export"
MOST_LINES = 200
LONGEST_LINE = 300

WHOSE = ("employee_number", "assignment_number", "family_name", "given_name")
ACHIEVED = (*WHOSE, "competence_key", "competence_name", "hr_competence_name", "level", "date_from")
FACTS: dict[HRExportKind, tuple[str, ...]] = {
    HRExportKind.APPRAISALS: (
        *WHOSE,
        "appraiser_employee_number",
        "period_start",
        "period_end",
        "appraisal_date",
        "next_appraisal_date",
    ),
    HRExportKind.ACHIEVEMENTS: (*ACHIEVED, "date_to"),
    HRExportKind.WITHDRAWALS: (*ACHIEVED, "handed_over_on", "withdrawn_on"),
}
USUAL: dict[HRExportKind, str] = {
    HRExportKind.APPRAISALS: """Employee Number = employee_number
Assignment Number = assignment_number
Last Name = family_name
First Name = given_name
Main Appraiser = appraiser_employee_number
Review Type = "Review"
Period Start = period_start
Period End = period_end
Appraisal Date = appraisal_date
Next Appraisal Date = next_appraisal_date""",
    HRExportKind.ACHIEVEMENTS: """Employee Number = employee_number
Assignment Number = assignment_number
Competence Name = hr_competence_name
Date From = date_from
Date To = date_to
Proficiency Level = level""",
    HRExportKind.WITHDRAWALS: """Employee Number = employee_number
Assignment Number = assignment_number
Competence Name = hr_competence_name
Date From = date_from
Proficiency Level = level
What To Do = "Remove"
Withdrawn On = withdrawn_on""",
}
DATE_FORMATS = {"iso": "%Y-%m-%d", "british": "%d/%m/%Y", "oracle": "%d-%b-%Y"}


@dataclass(frozen=True, kw_only=True)
class ExportMap:
    """The trust's own map, as text that a person can read and change."""

    appraisals: str
    achievements: str
    withdrawals: str
    #: our key of a competence = HR's name of it
    competences: str
    dates: str

    def columns(self, kind: HRExportKind) -> list[tuple[str, str]]:
        return _pairs(getattr(self, kind.value), field=kind.value)

    def hr_names(self) -> dict[str, str]:
        return {ours: theirs for ours, theirs in _pairs(self.competences, field="competences")}  # noqa: C416

    def cell(self, facts: Mapping[str, str], wanted: str) -> str:
        """Give one cell: a fact, or the text between quotes."""
        if wanted.startswith('"'):
            return wanted.strip('"')
        value = facts.get(wanted, "")
        if value and wanted in DATES:
            return date.fromisoformat(value).strftime(DATE_FORMATS[self.dates])
        return value


DATES = frozenset({
    "period_start", "period_end", "appraisal_date", "next_appraisal_date", "date_from", "date_to",
    "handed_over_on", "withdrawn_on",
})  # fmt: skip


def map_of(organisation: "Organisation") -> ExportMap:
    """Give the trust's map; what it has not set is as usual."""
    kept = organisation.settings.get(KEY, {})
    return ExportMap(
        appraisals=kept.get("appraisals") or USUAL[HRExportKind.APPRAISALS],
        achievements=kept.get("achievements") or USUAL[HRExportKind.ACHIEVEMENTS],
        withdrawals=kept.get("withdrawals") or USUAL[HRExportKind.WITHDRAWALS],
        competences=kept.get("competences", ""),
        dates=kept.get("dates", "british"),
    )


def set_map(organisation: "Organisation", wanted: ExportMap) -> None:
    """Keep another map.

    :raises InvalidInputError: for a line that makes no sense, with where it is.
    """
    if wanted.dates not in DATE_FORMATS:
        raise InvalidInputError("Choose how dates are written.", field="dates")
    for kind in HRExportKind:
        for column, fact in wanted.columns(kind):
            is_text = fact.startswith('"') and fact.endswith('"') and len(fact) > 1
            if fact not in FACTS[kind] and not is_text:
                raise InvalidInputError(
                    f"There is no such fact for the column {column}. Use one of the names below, "
                    'or a text between "quotes".',
                    field=kind.value,
                )
    wanted.hr_names()
    organisation.settings = {
        **organisation.settings,
        KEY: {
            "appraisals": wanted.appraisals,
            "achievements": wanted.achievements,
            "withdrawals": wanted.withdrawals,
            "competences": wanted.competences,
            "dates": wanted.dates,
        },
    }


def _pairs(text: str, *, field: str) -> list[tuple[str, str]]:
    pairs = []
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise InvalidInputError(f"Write at most {MOST_LINES} lines.", field=field)
    for number, line in enumerate(lines, start=1):
        left, is_pair, right = (part.strip() for part in line.partition("="))
        if not is_pair or not left or not right or len(line) > LONGEST_LINE:
            raise InvalidInputError(
                f"Write line {number} with one thing on each side of the sign =.", field=field
            )
        pairs.append((left, right))
    if len({left.casefold() for left, _ in pairs}) < len(pairs):
        raise InvalidInputError("Two lines begin with the same name.", field=field)
    return pairs
