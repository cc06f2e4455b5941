"""Says which columns of a file hold what we need. A number may be a sum or a difference."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from integrations.errors import FileRefusedError
from integrations.outcomes.cells import read_number
from integrations.outcomes.headings import squeeze
from integrations.tables.csv_file import tidy

FIELDS = ("period", "unit", "numerator", "denominator", "source", "extract_time", "contributors")
#: What other systems call our columns, by letters and digits alone; only where ours is not there.
OTHER_NAMES = {
    "period": frozenset({"month", "reportingmonth", "reportingperiod", "monthending", "date"}),
    "unit": frozenset(
        {"unitcode", "ward", "wardcode", "department", "team", "costcentre", "unitname"}
    ),
    "numerator": frozenset(
        {"count", "number", "value", "completed", "compliant", "beddays", "occupiedbeddays"}
    ),
    "denominator": frozenset({"outof", "required", "eligible", "headcount"}),
}
NUMBERS = ("numerator", "denominator")
#: of a list of the dates of rare events
OF_EVENTS = ("date", "unit", "events")


@dataclass(frozen=True, slots=True)
class Term:
    sign: int
    column: str


@dataclass(frozen=True, slots=True)
class Sum:
    """Columns to add up and to take away: ``attendances-breaches``."""

    terms: tuple[Term, ...]

    def work_out(self, cells: Mapping[str, str], what: str) -> Decimal:
        if len(self.terms) == 1:
            return read_number(cells[self.terms[0].column], what)
        return sum(
            (term.sign * read_number(cells[term.column], term.column) for term in self.terms),
            start=Decimal(0),
        )

    def is_blank(self, cells: Mapping[str, str]) -> bool:
        return not any(cells[term.column].strip() for term in self.terms)


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnMap:
    """What was asked for on the command line. Fields not named are found by their own name."""

    fields: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, maps: Iterable[str], wheres: Iterable[str]) -> "ColumnMap":
        fields = dict(_pair(text, "--map period=month") for text in maps)
        known = dict.fromkeys((*FIELDS, *OF_EVENTS))
        unknown = sorted(set(fields) - set(known))
        if unknown:
            raise FileRefusedError(
                f"--map does not know {', '.join(unknown)}. It knows: {', '.join(known)}."
            )
        return cls(fields=fields, where=dict(_pair(text, "--where code=RF4") for text in wheres))


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """A column map made to fit one file's header."""

    period: str
    unit: str | None
    numerator: Sum
    denominator: Sum | None
    source: str | None
    extract_time: str | None
    contributors: str | None
    where: tuple[tuple[str, str], ...]

    def wants(self, cells: Mapping[str, str]) -> bool:
        return all(cells[column].strip() == value for column, value in self.where)


def fit(asked: ColumnMap, columns: tuple[str, ...]) -> Columns:
    """Find each field in the header, or say which is missing."""
    fields = {**guess(asked, columns), **asked.fields}
    found = {name: _sum_for(name, fields.get(name), columns) for name in FIELDS}
    for name in ("period", "numerator"):
        if found[name] is None:
            raise FileRefusedError(
                f"The file has no column for the {name}. Name it \u201c{name}\u201d in the first "
                f'line, or on the command line say which it is: --map "{name}=COLUMN".'
            )
    for name, total in found.items():
        if total is not None and name not in NUMBERS and len(total.terms) > 1:
            raise FileRefusedError(f"The {name} must be one column: only numbers can be added up.")
    single = {
        name: total.terms[0].column if total else None
        for name, total in found.items()
        if name not in NUMBERS
    }
    numerator, period = found["numerator"], single.pop("period")
    assert numerator is not None  # noqa: S101 - checked above, for the type checker
    assert period is not None  # noqa: S101
    where = tuple((_column(name, columns), value) for name, value in asked.where.items())
    return Columns(
        period=period,
        numerator=numerator,
        denominator=found["denominator"],
        where=where,
        **single,
    )


def guess(asked: ColumnMap, columns: Iterable[str]) -> dict[str, str]:
    """Give our fields and their columns, where these have plain names of another system.

    :raises FileRefusedError: if two of their columns could be the same of ours.
    """
    columns = tuple(columns)
    found: dict[str, str] = {}
    for name, others in OTHER_NAMES.items():
        if name in asked.fields or name in columns:
            continue
        fitting = [column for column in columns if squeeze(column) in others]
        if len(fitting) > 1:
            raise FileRefusedError(
                f"Two columns of the file could be the {name}: \u201c{fitting[0]}\u201d and "
                f"\u201c{fitting[1]}\u201d. Name one of them \u201c{name}\u201d in the first line."
            )
        if fitting:
            found[name] = fitting[0]
    return found


def guess_in_words(columns: Iterable[str]) -> str:
    """Say which columns are taken for what, where their names are not ours."""
    found = guess(ColumnMap(), columns)
    if not found:
        return ""
    told = ", ".join(f"\u201c{column}\u201d for the {name}" for name, column in found.items())
    return f"The columns have names of another system. Taken were: {told}."


def _sum_for(name: str, asked: str | None, columns: tuple[str, ...]) -> Sum | None:
    if asked is None:
        return Sum((Term(1, name),)) if name in columns else None
    if tidy(asked) in columns:  # a name with a hyphen in it is no subtraction
        return Sum((Term(1, tidy(asked)),))
    parts = re.split(r"([+-])", asked)
    terms = [Term(1, _column(parts[0], columns))]
    for sign, column in zip(parts[1::2], parts[2::2], strict=True):
        terms.append(Term(1 if sign == "+" else -1, _column(column, columns)))
    return Sum(tuple(terms))


def _column(name: str, columns: tuple[str, ...]) -> str:
    if tidy(name) not in columns:
        raise FileRefusedError(f"The file has no column named {tidy(name) or 'nothing'}.")
    return tidy(name)


def _pair(text: str, example: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise FileRefusedError(f"Write it like this: {example}.")
    return name.strip(), value.strip()
