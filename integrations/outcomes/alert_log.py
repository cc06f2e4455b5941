"""Reads a log of alerts in blocks of lines, as fast as a block is plain, else line by line.

Only the columns that we need are ever looked at: what else a line says stays in the file.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import chain, compress
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from integrations.outcomes import cells as read
from integrations.outcomes.alert_dialects import NEUTRAL, NOT_SHOWN, YES, Dialect, recognise
from integrations.outcomes.alert_lines import Cells, LineBlocks, Lines
from integrations.outcomes.errors import BadValueError
from integrations.tables.csv_file import CsvFile
from integrations.tables.rows import RejectedRow

LONGEST_KEY = 80
FORMULA = frozenset("=+-@ \t")
TRUE_WORDS = {"yes": True, "no": False, "": None, **dict.fromkeys(YES, True)}
LEFT_OUT = {NEUTRAL, NOT_SHOWN}
SLASH_TIMES = ("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d-%b-%Y %H:%M:%S", "%d-%b-%y %H:%M")
#: as a ward clock shows them, or nothing
PLAIN_TIMES = re.compile(
    r"(?:(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?\n)*+", re.ASCII
)
MINUTE = timedelta(minutes=1)
#: shorter than from one change of the clocks to the next
A_SEASON = timedelta(days=100)
AFTER_THE_CHANGE = 3


class AlertLine(NamedTuple):
    """One alert that was shown, ready to be kept. Times are ISO; without an offset, London's."""

    line: int
    source_key: str
    unit_id: int | None
    staff: str | None
    alert_type: str
    fired_at: str | None
    response: str
    responded_at: str | None
    is_true_alert: bool | None
    has_reason: bool
    is_override_right: bool | None


EMPTY: Sequence[Sequence[Any]] = ((),) * len(AlertLine._fields)
RESPONSE = AlertLine._fields.index("response")


@dataclass(kw_only=True)
class Block:
    """What some lines of a log came to."""

    #: the alerts, a list for each field of an AlertLine
    columns: Sequence[Sequence[Any]] = EMPTY
    #: day and minutes to the answer of each, where all lines are plain and of one clock
    worked_out: tuple[Sequence[str], Sequence[int | None]] | None = None
    rejected: list[RejectedRow] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    read: int = 0
    last_line: int = 0

    @property
    def lines(self) -> list[AlertLine]:
        return [AlertLine._make(line) for line in zip(*self.columns, strict=True)]


class _Known(dict[Any, Any]):
    """Works an answer out once, and gives it again at the speed of a dictionary."""

    def __init__(self, work_out: Callable[[Any], Any]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, key: Any) -> Any:  # noqa: ANN401 - a cell, or several
        if len(self) > 1_000_000:  # noqa: PLR2004 - memory stays flat whatever a file holds
            self.clear()
        answer = self[key] = self._work_out(key)
        return answer


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
        self._units = _Known(self._unit)
        self._staff = _Known(lambda text: staff_of(_required(text, "staff number")))
        self._kinds = _Known(lambda text: _short(read.read_code(text, "type of alert")))
        self._answers = _Known(self.dialect.read_answer)
        self._truths = _Known(_truth)
        self._places = {name: at for at, name in enumerate(self._file.columns)}
        self.unknown_units = 0

    def blocks(self, *, after_line: int = 0) -> Iterator[Block]:
        """Yield block by block; `after_line` goes on where an earlier reading stopped."""
        for lines in LineBlocks(self._file).blocks(after_line=after_line):
            yield self._block(lines)

    def _block(self, lines: Lines) -> Block:
        block = Block(read=lines.size, last_line=lines.last)
        if lines.last - lines.before == lines.size:
            try:
                block.columns = self._all_at_once(lines, block)
            except (ValueError, IndexError, TypeError):
                block.left_out.clear()
            else:
                return block
        return self._one_by_one(lines, block)

    def _all_at_once(self, lines: Lines, block: Block) -> Sequence[Sequence[Any]]:
        """Read a block whose lines are all plain; any other raises, and is read line by line."""
        dialect, size = self.dialect, lines.size
        column = self._cut(lines)
        if dialect.fired and "" in column(dialect.fired):
            raise ValueError("a time is missing")

        def looked_up(known: _Known, name: str) -> list[Any]:
            return list(map(known.__getitem__, column(name))) if name else [None] * size

        keys = column(dialect.key)
        _check_keys(keys)
        answers: list[tuple[str, bool]] = [("ignored", False)] * size
        if dialect.answers:
            said = zip(*map(column, dialect.answers), strict=True)
            answers = list(map(self._answers.__getitem__, said))
        fired = _Times(column(dialect.fired) if dialect.fired else (), self._today)
        responded = _Times(column(dialect.responded) if dialect.responded else (), self._today)
        found: list[Sequence[Any]] = [
            range(lines.before + 1, lines.before + 1 + size),
            keys,
            looked_up(self._units, dialect.unit),
            looked_up(self._staff, dialect.staff),
            looked_up(self._kinds, dialect.kind) if dialect.kind else [""] * size,
            fired.texts or [None] * size,
            list(map(itemgetter(0), answers)),
            responded.texts or [None] * size,
            looked_up(self._truths, dialect.true_alert),
            list(map(itemgetter(1), answers)),
            looked_up(self._truths, dialect.override_right),
        ]
        kept = _without_neutral(found, block)
        if fired.texts and not block.left_out:
            block.worked_out = _days_and_minutes(fired, responded)
        return kept

    def _cut(self, lines: Lines) -> Callable[[str], Sequence[str]]:
        """Give the cells of a column by its name: only those that are asked for are cut out."""
        width = len(self._file.columns)
        flat = lines.flat
        if flat is None:
            if set(map(len, lines.rows or ())) != {width}:
                raise ValueError("not the width of the header")
            flat = list(chain.from_iterable(lines.rows or ()))
        return lambda name: flat[self._places[name] :: width]

    def _one_by_one(self, found: Lines, block: Block) -> Block:
        # Where a cell runs over several lines, the number is that of its block's first line on.
        width, lines = len(self._file.columns), []
        number = found.before
        for cells in found.each(width):
            number += 1
            first, number = number, number + sum(cell.count("\n") for cell in cells)
            if not any(cell.strip() for cell in cells):
                block.read -= 1
                continue
            try:
                if len(cells) != width:
                    raise BadValueError(
                        f"The row has {len(cells)} columns, the first line has {width}."
                    )
                lines.append(self._line(cells, first))
            except ValueError as why:
                block.rejected.append(RejectedRow(line=first, reason=str(why)))
        columns = list(zip(*lines, strict=True)) or EMPTY
        block.columns = _without_neutral(columns, block)
        return block

    def _line(self, cells: Cells, number: int) -> AlertLine:
        dialect = self.dialect

        def cell(name: str) -> str:
            return cells[self._places[name]].strip() if name else ""

        answer: tuple[str, bool] = ("ignored", False)
        if dialect.answers:
            answer = self._answers[tuple(cells[self._places[name]] for name in dialect.answers)]
        responded = cell(dialect.responded)
        return AlertLine(
            number,
            _required(cell(dialect.key), "alert number"),
            self._units[cell(dialect.unit)],
            self._staff[cell(dialect.staff)] if dialect.staff else None,
            self._kinds[cell(dialect.kind)],
            None if dialect.is_audit else read_line_time(cell(dialect.fired), "alert", self._today),
            answer[0],
            read_line_time(responded, "response", self._today) if responded else None,
            self._truths[cell(dialect.true_alert)],
            answer[1],
            self._truths[cell(dialect.override_right)],
        )

    def _unit(self, text: str) -> int | None:
        try:
            return self._unit_of(read.read_code(text, "unit"))
        except ValueError:
            if not self.dialect.is_lenient:
                raise
            self.unknown_units += 1
            return None


def _without_neutral(columns: Sequence[Sequence[Any]], block: Block) -> Sequence[Sequence[Any]]:
    """Leave out by rule what asked nobody for an answer."""
    responses = columns[RESPONSE]
    if not LEFT_OUT & set(responses):
        return columns
    block.left_out.update(one for one in responses if one in LEFT_OUT)
    is_kept = [one not in LEFT_OUT for one in responses]
    return [list(compress(column, is_kept)) for column in columns]


def _check_keys(keys: Sequence[str]) -> None:
    lengths = set(map(len, keys))
    if 0 in lengths or max(lengths) > LONGEST_KEY or not "".join(keys).isprintable():
        raise ValueError("a number that is not plain")
    if FORMULA & set(map(itemgetter(0), keys)) or " " in set(map(itemgetter(-1), keys)):
        raise ValueError("a number that is not plain")


class _Times:
    """A column of times: read, checked, and as text. Nothing stays nothing."""

    def __init__(self, column: Sequence[str], today: date) -> None:
        self.read = [datetime.fromisoformat(text) if text else None for text in column]
        self.are_plain = PLAIN_TIMES.fullmatch("\n".join(column) + "\n") is not None
        self.texts: Sequence[str | None] = (
            [text or None for text in column]
            if self.are_plain
            else [moment.isoformat() if moment else None for moment in self.read]
        )
        said = list(filter(None, self.texts))
        if said and max(said)[:10] > today.isoformat():
            raise ValueError("a time that cannot be")
        if said and min(said)[:10] < read.EARLIEST.isoformat():
            raise ValueError("a time that cannot be")


def _days_and_minutes(
    fired: _Times, responded: _Times
) -> tuple[Sequence[str], Sequence[int | None]] | None:
    """Work out what the database would, where every time is of a ward clock."""
    if not fired.are_plain or not responded.are_plain or None in fired.read:
        return None
    answers: Sequence[datetime | None] = responded.read or [None] * len(fired.read)
    said = list(filter(None, chain(fired.read, answers)))
    first, last = min(said), max(said)
    is_one_clock = last - first < A_SEASON and (
        read.WARD_CLOCK.utcoffset(first) == read.WARD_CLOCK.utcoffset(last)
    )
    between = _minutes if is_one_clock else _minutes_of_two_clocks
    return [text[:10] for text in fired.texts if text], list(map(between, fired.read, answers))


def _minutes(shown: datetime | None, at: datetime | None) -> int | None:
    return None if at is None or shown is None or at < shown else (at - shown) // MINUTE


def _minutes_of_two_clocks(shown: datetime | None, at: datetime | None) -> int | None:
    """Count minutes where the clocks may have been changed in between, which is done at night."""
    if shown is None or at is None:
        return None
    if shown.hour < AFTER_THE_CHANGE or shown.date() != at.date():
        return _minutes(read.from_ward_clock(shown), read.from_ward_clock(at))
    return _minutes(shown, at)


def read_line_time(text: str, what: str, today: date) -> str:
    for way in SLASH_TIMES if "/" in text or text[2:3] == "-" else ():
        try:
            text = datetime.strptime(text, way).isoformat()  # noqa: DTZ007 - a ward clock
            break
        except ValueError:
            continue
    return read.read_time(text, f"time of the {what}", today).astimezone(UTC).isoformat()


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
