"""What is read a column at a time says exactly what the same lines say one by one."""

import csv
import io
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.errors import IntegrationError
from integrations.outcomes import alert_lines
from integrations.outcomes.alert_log import AlertLog

TODAY = date(2026, 11, 22)
WHEN = [
    *("2026-07-03T09:00", "2026-07-03 09:00:07", "2026-07-03T09:00:00.250", "2026-07-03T09:00Z"),
    *("2026-07-03T23:30:00+00:00", "2026-07-03T00:30:00+02:00", "2026-07-03T09:00:00-09:30"),
    # the hour that comes twice, the one that never comes, and times around them
    *("2026-10-25T00:59:59", "2026-10-25T01:30:00", "2026-10-25T02:00:00", "2026-10-25T01:30:00Z"),
    *("2026-03-29T00:59:59", "2026-03-29T01:30:00", "2026-03-29T02:00:00", "1995-07-01T12:00:00"),
    *("03/07/2026 09:00", "03/07/2026 09:00:01", "31/02/2026 09:00", "03-Jul-2026 09:00:00"),
    *("2026-02-29T10:00:00", "2026-07-03T24:00:00", "2026-07-03T09:60:00", "2026-07-03T09:00:60"),
    *(
        "2026-11-22T23:59:59",
        "2026-11-23T00:00:00",
        "2026-11-23T00:30:00+02:00",
        "1989-12-31T00:00",
    ),
    *("0000-00-00T00:00:00", "dddd-dd-ddTdd:dd", "2026-07-03", "20260703T0900", "noon", "", "  "),
    *("2026-07-03T09:00 ", "2026-07-03T09:00:00+24:00", "\u0662026-07-03T09:00", "9" * 300),
]
CELLS = {
    "alert_id": [
        "A1",
        "A2",
        "B-7",
        "",
        " A1 ",
        "=1+1",
        "@x",
        "é1",
        "a\\b",
        "A" * 80,
        "A" * 81,
        "x y",
    ],
    "unit": ["W12", "", " W12", "nowhere", "=W12", "W" * 201, "Wörd", "a\x07b"],
    "fired_at": WHEN,
    "staff": ["20001", "", "  ", "-5", "20001 ", "Zoë", "9" * 81, "9" * 250],
    "alert_type": ["dose", "", "Sepsis (NEWS2)", "+x", "ß" * 81, "t\\N"],
    "response": ["accepted", "Overridden", "", "ignore", "neutral", "filtered", "shrugged", "N/A"],
    "responded_at": WHEN,
    "true_alert": ["yes", "NO", "", "1", "f", "perhaps"],
    "reason": ["", "4", " ", "told, \u201cno\u201d", "x" * 250],
    "interruptive": ["", "1", "no"],
    "patient": ["", "Mrs Jones", "a, b", 'say "x"', "two\nlines", "cr\rcr", "\x1f", "end\n\n"],
}
NAMES = list(CELLS)


class OneByOne(AlertLog):
    """Takes no line for plain."""

    def _at_once(self, cells, places, numbers, block):
        del places, numbers, block
        return np.ones(len(cells), bool)


def unit_of(text):
    if text == "nowhere":
        raise ValueError("This unit is not known here.")
    return {"W12": 12}.get(text)


def usual(name):
    """Mostly what is right, so that most lines have one thing wrong at most."""
    right = st.just(CELLS[name][0])
    return st.one_of(right, right, right, right, st.sampled_from(CELLS[name]))


def as_file(rows, *, quoted, newline):
    out = io.StringIO()
    for cells in (NAMES, *rows):
        if cells is None:
            out.write(newline)
        elif quoted:
            csv.writer(out, lineterminator=newline).writerow(cells)
        else:
            out.write(",".join(cells) + newline)
    return out.getvalue()


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    rows=st.lists(
        st.one_of(
            *[st.tuples(*map(usual, NAMES))] * 8,
            st.sampled_from([None, ("A1", "W12"), ("",) * len(NAMES), ("A1",) * 12]),
        ),
        min_size=1,
        max_size=12,
    ),
    quoted=st.booleans(),
    newline=st.sampled_from(["\n", "\r\n"]),
    mark=st.sampled_from([("utf-8", ""), ("utf-8", "\ufeff"), ("cp1252", ""), ("utf-16", "")]),
    block=st.sampled_from([1, 150, 10_000]),
)
def test_a_file_says_the_same_read_at_once_and_one_by_one(rows, quoted, newline, mark, block):
    encoding, beginning = mark
    text = beginning + as_file(rows, quoted=quoted, newline=newline)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "alerts.csv"
        path.write_bytes(text.encode(encoding, errors="replace"))
        assert said(AlertLog, path, block) == said(OneByOne, path, block)


def said(kind, path, size):
    """Give all that a reading comes to, whatever the blocks."""
    before, alert_lines.BLOCK = alert_lines.BLOCK, size
    try:
        log = kind(path, today=TODAY, unit_of=unit_of, staff_of=lambda text: f"hash {text}")
        blocks = list(log.blocks())
    except IntegrationError as why:
        return str(why)
    finally:
        alert_lines.BLOCK = before
    return [
        (
            block.read,
            block.last_line,
            sorted(
                (line, day, minutes) for some in block.alerts for line, day, minutes in some.each()
            ),
            block.rejected,
            block.left_out,
        )
        for block in blocks
    ]
