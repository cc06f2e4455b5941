"""Says which columns of a file hold what we need. A number may be a sum or a difference."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from integrations.errors import FileRefusedError
from integrations.outcomes.cells import read_number
from integrations.tables.csv_file import tidy

FIELDS = ("period", "unit", "numerator", "denominator", "source", "extract_time", "contributors")
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
    found = {name: _sum_for(name, asked.fields.get(name), columns) for name in FIELDS}
    for name in ("period", "numerator"):
        if found[name] is None:
            raise FileRefusedError(
                f"The file has no column for the {name}. Say which one holds it: "
                f'--map "{name}=COLUMN".'
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
