"""Reads a log of alerts: whole columns of a block of lines, and one by one what is not plain.

Only the columns that we need are ever looked at: what else a line says stays in the file.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import islice, takewhile
from operator import itemgetter
from pathlib import Path

import numpy as np

from integrations.outcomes import cells as read
from integrations.outcomes.alert_columns import AlertColumns, from_lines
from integrations.outcomes.alert_dialects import NEUTRAL, NOT_SHOWN, YES, Dialect, recognise
from integrations.outcomes.alert_headings import in_words
from integrations.outcomes.alert_line import LONGEST_KEY, AlertLine, Block, read_line_time
from integrations.outcomes.alert_lines import LineBlocks, Lines, Row
from integrations.outcomes.column_reader import ColumnReader
from integrations.outcomes.day_order import WRITTEN, DayOrder, MonthFirstError
from integrations.outcomes.errors import BadValueError
from integrations.outcomes.plain_cells import Cells, Mask, NotPlainError, Numbers
from integrations.tables.csv_file import CsvFile
from integrations.tables.rows import RejectedRow
from integrations.tables.rows import Row as NamedRow

TRUE_WORDS = {"yes": True, "no": False, "": None, **dict.fromkeys(YES, True)}
#: of which the order of day and month is told
FIRST_ROWS = 20_000
LEFT_OUT = (NEUTRAL, NOT_SHOWN)
#: stands between the cells that we need, where others of their lines have commas in them
BETWEEN = "\x1f"
#: What a cell means is worked out once, unless a file has more different ones than memory should.
once = lru_cache(maxsize=100_000)


class AlertLog:
    """A log of alerts, of any kind that we know. `unit_of` and `staff_of` say who is meant."""

    def __init__(
        self,
        path: Path,
        *,
        today: date,
        unit_of: Callable[[str], int | None],
        staff_of: Callable[[str], str],
    ) -> None:
        self._file = CsvFile(path)
        self.dialect: Dialect = recognise(self._file.columns)
        self._today = today
        self._unit_of = unit_of
        self._unit = once(self._find_unit)
        self._staff = once(lambda text: staff_of(_required(text, "staff number")))
        self._kind = once(lambda text: _short(read.read_words(text, "type of alert")))
        self._answer = once(lambda *cells: self.dialect.read_answer(cells))
        self._truth = once(_truth)
        self._places = {name: at for at, name in enumerate(self._file.columns)}
        self.unknown_units = 0
        #: what somebody should know of how the log is read
        self.told = in_words(self.dialect.guessed) if self.dialect.guessed else ""
        self._check_days()

    def _check_days(self) -> None:
        """Refuse a log that writes the month before the day, as some of its days would fit."""
        if not self.dialect.fired:
            return
        rows = (row for row in self._file.rows() if isinstance(row, NamedRow))
        times = (row.cells[self.dialect.fired] for row in islice(rows, FIRST_ROWS))
        # a log that begins otherwise is read no further
        order = DayOrder()
        for time in takewhile(WRITTEN.match, times):
            order.see(time)
        if order.is_month_first:
            raise MonthFirstError(self.dialect.fired)

    def blocks(self, *, after_line: int = 0) -> Iterator[Block]:
        """Yield block by block; `after_line` goes on where an earlier reading stopped."""
        for lines in LineBlocks(self._file).blocks(after_line=after_line):
            yield self._block(lines)

    def _block(self, lines: Lines) -> Block:
        block = Block(last_line=lines.last)
        if lines.cells is None:
            block.read = len(lines.rows)
            self._one_by_one(self._needed_at_once(lines.rows, block), block)
        else:
            block.read = len(lines.cells)
            numbers = np.arange(lines.first, lines.last + 1)
            is_odd = self._at_once(lines.cells, self._places, numbers, block)
            odd = np.flatnonzero(is_odd).tolist()
            self._one_by_one(((lines.first + at, lines.cells.row(at)) for at in odd), block)
        return block

    def _needed_at_once(self, rows: Sequence[Row], block: Block) -> Iterable[Row]:
        """Read rows by the columns that we need, and give back those that are not plain."""
        names = self.dialect.columns()
        needed = itemgetter(*(self._places[name] for name in names))
        width = len(self._file.columns)
        whole = [row for row in rows if len(row[1]) == width]
        text = "".join(f"{BETWEEN.join(needed(cells))}\n" for _, cells in whole)
        try:
            plain = Cells(text, BETWEEN, len(names))
        except NotPlainError:
            return rows
        if len(plain) != len(whole):
            return rows
        numbers = np.array([number for number, _ in whole], np.int64)
        places = {name: at for at, name in enumerate(names)}
        is_odd = self._at_once(plain, places, numbers, block)
        is_read = set(numbers[~is_odd].tolist())
        return [row for row in rows if row[0] not in is_read]

    def _at_once(
        self, cells: Cells, places: Mapping[str, int], numbers: Numbers, block: Block
    ) -> Mask:
        """Keep the lines that are plain, and say which are not."""
        dialect = self.dialect
        found = ColumnReader(cells, places, self._today)
        answer = found.coded(self._answer, *dialect.answers, nothing=("ignored", False))
        alerts = AlertColumns(
            line=numbers,
            source_key=found.keys(dialect.key),
            unit_id=found.coded(self._unit, dialect.unit),
            staff=found.coded(self._staff, dialect.staff),
            alert_type=found.coded(self._kind, dialect.kind, nothing=""),
            fired_at=found.times(dialect.fired, is_needed=True),
            response=answer.part(0),
            responded_at=found.times(dialect.responded),
            is_true_alert=found.coded(self._truth, dialect.true_alert),
            has_reason=answer.part(1),
            is_override_right=found.coded(self._truth, dialect.override_right),
        )
        is_kept = ~found.is_odd
        for word in LEFT_OUT:
            is_left_out = alerts.response.says(word) & ~found.is_odd
            if number := int(np.count_nonzero(is_left_out)):
                block.left_out[word] += number
                is_kept &= ~is_left_out
        if is_kept.any():
            block.alerts.append(alerts if is_kept.all() else alerts.take(is_kept))
        return found.is_odd

    def _one_by_one(self, rows: Iterable[Row], block: Block) -> None:
        """Keep what can be understood, and say of every other line what is wrong with it."""
        width, lines = len(self._file.columns), []
        for number, cells in rows:
            if not any(cell.strip() for cell in cells):
                block.read -= 1
                continue
            try:
                if len(cells) != width:
                    raise BadValueError(
                        f"The row has {len(cells)} columns, the first line has {width}."
                    )
                line = self._line(cells, number)
            except ValueError as why:
                block.rejected.append(RejectedRow(line=number, reason=str(why)))
                continue
            if line.response in LEFT_OUT:
                block.left_out[line.response] += 1
            else:
                lines.append(line)
        if lines:
            block.alerts.append(from_lines(lines))

    def _line(self, cells: list[str], number: int) -> AlertLine:
        dialect = self.dialect

        def cell(name: str) -> str:
            return cells[self._places[name]].strip() if name else ""

        answer: tuple[str, bool] = ("ignored", False)
        if dialect.answers:
            answer = self._answer(*(cells[self._places[name]] for name in dialect.answers))
        responded = cell(dialect.responded)
        return AlertLine(
            number,
            _required(cell(dialect.key), "alert number"),
            self._unit(cell(dialect.unit)),
            self._staff(cell(dialect.staff)) if dialect.staff else None,
            self._kind(cell(dialect.kind)),
            None if dialect.is_audit else read_line_time(cell(dialect.fired), "alert", self._today),
            answer[0],
            read_line_time(responded, "response", self._today) if responded else None,
            self._truth(cell(dialect.true_alert)),
            answer[1],
            self._truth(cell(dialect.override_right)),
        )

    def _find_unit(self, text: str) -> int | None:
        try:
            return self._unit_of(read.read_code(text, "unit"))
        except ValueError:
            if not self.dialect.is_lenient:
                raise
            self.unknown_units += 1
            return None


def _required(text: str, what: str) -> str:
    return _short(read.read_required_code(text, what))


def _short(text: str) -> str:
    if len(text) > LONGEST_KEY:
        raise BadValueError(f"A number or name is longer than {LONGEST_KEY} characters.")
    return text


def _truth(text: str) -> bool | None:
    word = text.strip().casefold()
    if word in {"n", "0", "false", "f"}:
        return False
    if word not in TRUE_WORDS:
        raise BadValueError("The true_alert column must say yes, no, or nothing.")
    return TRUE_WORDS[word]
