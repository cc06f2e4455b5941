"""Writes down what we need of a log or bundle of alerts, and nothing else that stands in it."""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TextIO

from integrations.outcomes.alert_dialects import Dialect, recognise
from integrations.outcomes.alert_line import FORMULA, LONGEST_KEY, AlertLine, Block
from integrations.outcomes.cds_feedback import CardAnswer
from integrations.outcomes.fhir_alerts import FhirAlerts, closed_block
from integrations.outcomes.records import Response
from integrations.tables.csv_file import CsvFile, read_cells
from integrations.tables.rows import RejectedRow

BLOCK = 5_000
LONGEST_KEPT = 200
TOO_LONG = "?" * (LONGEST_KEY + 1)


def write_log(path: Path, out: TextIO, *, staff_of: Callable[[str], str]) -> None:
    """Write a log with the columns alone that are looked at, each alert on the line that it has."""
    file = CsvFile(path)
    dialect = recognise(file.columns)
    needed = {dialect.key, dialect.fired, dialect.unit, dialect.staff, dialect.kind}
    needed |= {dialect.responded, dialect.true_alert, dialect.override_right, *dialect.answers}
    places = [at for at, name in enumerate(file.columns) if name and name in needed]
    width = len(file.columns)
    keep = [(at, _keeper(file.columns[at], dialect, staff_of)) for at in places]

    def kept(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
        columns = tuple(zip(*rows, strict=True))
        return list(zip(*(map(one, columns[at]) for at, one in keep), strict=True))

    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([file.columns[at] for at in places])
    at = 2
    rows = islice(read_cells(path, file.encoding, file.delimiter), 1, None)
    while block := list(islice(rows, BLOCK)):
        is_plain = block[0][0] == at and block[-1][0] == at + len(block) - 1
        if is_plain and all(len(cells) == width for _, cells in block):
            _write_plain(kept([cells for _, cells in block]), out)
            at += len(block)
            continue
        for line, cells in block:
            is_whole = len(cells) == width
            if not is_whole and not any(cell.strip() for cell in cells):
                continue
            out.write("\n" * (line - at))
            at = line + 1
            # of another length, as it was
            writer.writerows(kept([cells]) if is_whole else [["?"] * (len(places) + 1)])


def _write_plain(rows: Sequence[Sequence[str]], out: TextIO) -> None:
    """Write rows at once where no cell has a sign that needs quotes: a tenth of the work."""
    text = "\n".join(map(",".join, rows))
    is_plain = '"' not in text and text.count(",") == len(rows) * (len(rows[0]) - 1)
    if is_plain and len(rows[0]) > 1:
        out.write(f"{text}\n")
    else:
        csv.writer(out, lineterminator="\n").writerows(rows)


def _keeper(name: str, dialect: Dialect, staff_of: Callable[[str], str]) -> Callable[[str], str]:
    """Say what is kept of the cells of a column. Most cells of a log are like others before."""

    @lru_cache(maxsize=10_000)
    def kept(cell: str) -> str:
        text = " ".join(cell.split())
        if name in dialect.reasons:  # what it says may be a story
            return "1" if text else ""
        return _staff(text, staff_of) if name == dialect.staff else text[: LONGEST_KEPT + 1]

    return kept


def _staff(text: str, staff_of: Callable[[str], str]) -> str:
    """Give a pseudonym; what will be refused stays as wrong as it is, and tells nothing."""
    if len(text) > LONGEST_KEY:
        return TOO_LONG
    if text and (text[0] in FORMULA or not text.isprintable()):
        return "="
    return staff_of(text) if text else ""


def write_bundle(bundle: FhirAlerts, out: TextIO) -> None:
    """Write what a bundle told, some thousand resources a line."""
    for block, answers in bundle.blocks():
        told = {
            "lines": [list(line) for line in block.lines],
            "answers": [_said(one) for one in answers],
            "rejected": [[row.line, row.reason] for row in block.rejected],
            "left_out": block.left_out,
            "read": block.read,
            "last_line": block.last_line,
        }
        out.write(json.dumps(told, separators=(",", ":"), default=datetime.isoformat) + "\n")
    out.write(json.dumps({"unknown_units": bundle.unknown_units, "others": bundle.others}) + "\n")


class KeptBundle:
    """What a bundle told, read again from what was written down."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.unknown_units = 0
        self.others: Counter[str] = Counter()

    def blocks(self) -> Iterator[tuple[Block, list[CardAnswer]]]:
        with self._path.open(encoding="utf-8") as lines:
            for line in lines:
                told = json.loads(line)
                if "others" in told:
                    self.unknown_units = told["unknown_units"]
                    self.others = Counter(told["others"])
                    continue
                block = Block(read=told["read"], last_line=told["last_line"])
                block.left_out = Counter(told["left_out"])
                block.rejected = [RejectedRow(line=at, reason=why) for at, why in told["rejected"]]
                shown = [_line(AlertLine._make(one)) for one in told["lines"]]
                yield closed_block(block, shown), [_answer(*one) for one in told["answers"]]


def _line(said: AlertLine) -> AlertLine:
    """Read its times again."""
    fired, responded = (
        at and datetime.fromisoformat(str(at)) for at in (said.fired_at, said.responded_at)
    )
    return said._replace(fired_at=fired, responded_at=responded)


def _said(one: CardAnswer) -> list[object]:
    return [one.card, one.response, one.has_reason, one.answered_at.isoformat()]


def _answer(card: str, response: str, has_reason: bool, at: str) -> CardAnswer:  # noqa: FBT001
    return CardAnswer(
        card=card,
        response=Response(response),
        has_reason=has_reason,
        answered_at=datetime.fromisoformat(at),
    )
