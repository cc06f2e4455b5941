"""Reads a measure by month: what was counted, out of how many, in which unit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from integrations.outcomes import cells as read
from integrations.outcomes.column_map import ColumnMap, Columns, fit
from integrations.outcomes.errors import BadValueError
from integrations.outcomes.records import MeasureRow
from integrations.tables.csv_file import CsvFile
from integrations.tables.rows import RejectedRow, Row

AS_NAMED = ColumnMap()
ADD_SUM_ROWS = (
    "If the file has several rows for a month, add them up there, or on the command line with "
    "--sum-rows."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """What the measure asks of its numbers."""

    needs_denominator: bool
    is_share: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasureFile:
    """A measure file, ready to be read. ``today`` decides what lies in the future."""

    path: Path
    shape: Shape
    today: date
    column_map: ColumnMap = AS_NAMED
    sum_rows: bool = False

    def rows(self) -> Iterator[MeasureRow | RejectedRow]:
        """Check the header, then yield each row as it is read, good or rejected."""
        file = CsvFile(self.path)
        columns = fit(self.column_map, file.columns)
        if self.sum_rows:
            yield from self._summed(file, columns)
        else:
            yield from self._one_by_one(file, columns)

    def _one_by_one(self, file: CsvFile, columns: Columns) -> Iterator[MeasureRow | RejectedRow]:
        seen: dict[tuple[date, str], int] = {}
        for row in self._wanted(file, columns):
            if isinstance(row, RejectedRow):
                yield row
                continue
            try:
                measured = self._read(row, columns)
                self._check(measured)
                _check_new(measured, seen)
            except BadValueError as why:
                yield RejectedRow(line=row.line, reason=str(why))
            else:
                yield measured

    def _summed(self, file: CsvFile, columns: Columns) -> Iterator[MeasureRow | RejectedRow]:
        """Add up the rows of a month. A month with a bad row in it would be short: leave it out."""
        totals: dict[tuple[date, str], MeasureRow] = {}
        short: dict[tuple[date, str], int] = {}
        for row in self._wanted(file, columns):
            if isinstance(row, RejectedRow):
                yield row
                continue
            try:
                measured = self._read(row, columns)
            except BadValueError as why:
                yield RejectedRow(line=row.line, reason=str(why))
                if (key := self._key(row.cells, columns)) is not None:
                    short.setdefault(key, row.line)
                continue
            key = (measured.month, measured.unit)
            totals[key] = _add(totals[key], measured) if key in totals else measured
        for key, total in totals.items():
            try:
                _check_whole(short.get(key))
                self._check(total)
            except BadValueError as why:
                yield RejectedRow(line=total.line, reason=str(why))
            else:
                yield total

    def _wanted(self, file: CsvFile, columns: Columns) -> Iterator[Row | RejectedRow]:
        return (
            row for row in file.rows() if isinstance(row, RejectedRow) or columns.wants(row.cells)
        )

    def _read(self, row: Row, columns: Columns) -> MeasureRow:
        cells = row.cells
        month, unit = self._month_and_unit(cells, columns)
        extracted = _cell(cells, columns.extract_time)
        contributors = _cell(cells, columns.contributors)
        return MeasureRow(
            line=row.line,
            month=month,
            unit=unit,
            numerator=_not_negative(columns.numerator.work_out(cells, "numerator"), "numerator"),
            denominator=self._denominator(cells, columns),
            source=read.read_words(_cell(cells, columns.source), "source") or None,
            extracted_at=(
                read.read_time(extracted, "extract time", self.today) if extracted else None
            ),
            contributors=(
                read.read_whole_number(contributors, "contributors") if contributors else None
            ),
        )

    def _key(self, cells: Mapping[str, str], columns: Columns) -> tuple[date, str] | None:
        try:
            return self._month_and_unit(cells, columns)
        except BadValueError:
            return None

    def _month_and_unit(self, cells: Mapping[str, str], columns: Columns) -> tuple[date, str]:
        month = read.read_month(cells[columns.period], "period", self.today)
        return month, read.read_code(_cell(cells, columns.unit), "unit")

    def _denominator(self, cells: Mapping[str, str], columns: Columns) -> Decimal | None:
        if columns.denominator is None or columns.denominator.is_blank(cells):
            return None
        worked_out = columns.denominator.work_out(cells, "denominator")
        return _not_negative(worked_out, "denominator")

    def _check(self, row: MeasureRow) -> None:
        if row.denominator is None:
            if self.shape.needs_denominator:
                raise BadValueError("The denominator is missing.")
            return
        if row.denominator == 0:
            raise BadValueError("The denominator is 0, so there is nothing to divide by.")
        if self.shape.is_share and row.numerator > row.denominator:
            raise BadValueError(
                "The numerator is larger than the denominator. A part cannot be more than the "
                "whole. Check that the two are not swapped."
            )


def _check_new(row: MeasureRow, seen: dict[tuple[date, str], int]) -> None:
    first = seen.setdefault((row.month, row.unit), row.line)
    if first != row.line:
        raise BadValueError(f"This month and unit are already on line {first}. {ADD_SUM_ROWS}")


def _check_whole(bad_line: int | None) -> None:
    if bad_line is not None:
        raise BadValueError(
            f"Line {bad_line} of the same month could not be used, so the sum would be too small."
        )


def _add(total: MeasureRow, more: MeasureRow) -> MeasureRow:
    extracted = [at for at in (total.extracted_at, more.extracted_at) if at is not None]
    people = [count for count in (total.contributors, more.contributors) if count is not None]
    denominators = (total.denominator, more.denominator)
    return replace(
        total,
        numerator=total.numerator + more.numerator,
        denominator=(
            None if None in denominators else sum((d for d in denominators if d), start=Decimal(0))
        ),
        extracted_at=min(extracted, default=None),
        # The same person may be in both rows, so only the larger count is sure.
        contributors=max(people, default=None),
    )


def _cell(cells: Mapping[str, str], column: str | None) -> str:
    return cells[column].strip() if column else ""


def _not_negative(number: Decimal, what: str) -> Decimal:
    if number < 0:
        raise BadValueError(f"The {what} comes out below zero.")
    return number
