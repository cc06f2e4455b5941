"""Draws a large report in a process of its own, which ends when it is drawn.

Its memory goes with it, and the server's other pages do not wait while it counts and draws.
"""

from __future__ import annotations

import io
import pickle
import resource
import subprocess
import sys
from contextlib import contextmanager, suppress
from threading import BoundedSemaphore
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

from tracker.errors import NotDrawnError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.documents.values import ReportDocument

#: with so many charts a document is drawn at once, sooner than a process starts
FEW_CHARTS = 4
#: so many at a time, however many people ask; the others wait for their turn
TURNS = BoundedSemaphore(2)
LONGEST_WAIT = 20
LONGEST_SECONDS = 60
MOST_MEMORY = 2**30
COMMAND = (sys.executable, "-m", "tracker.documents.apart")
BUSY = "Many reports are being made at this moment. Wait a minute, and try again."
FAILED = (
    "Making it took too long, or more memory than there is. "
    "Choose fewer months or a single unit, or try again in a few minutes."
)


def draw_report(kind: str, document: ReportDocument) -> bytes:
    """Draw a report as a PDF or a workbook (xlsx).

    :raises NotDrawnError: when too many wait, or its process was stopped or ran out of memory.
    """
    charts = (f.charts for section in document.sections for f in section.figures)
    if sum(map(len, charts)) <= FEW_CHARTS:
        return _draw(kind, document)
    with _turn():
        try:
            return subprocess.run(  # noqa: S603 - words of ours
                [*COMMAND, kind],
                input=as_plain_values(document),
                stdout=subprocess.PIPE,
                timeout=LONGEST_SECONDS,
                check=True,
            ).stdout
        except (subprocess.SubprocessError, OSError) as error:
            raise NotDrawnError(FAILED) from error


def as_plain_values(document: ReportDocument) -> bytes:
    """Pack a report so that whoever unpacks it loads neither the database's models nor numpy."""
    buffer = io.BytesIO()
    _Packer(buffer).dump(document)
    return buffer.getvalue()


class _Packer(pickle.Pickler):
    def reducer_override(self, thing: object) -> Any:
        if isinstance(thing, float):  # numpy's are floats too, and take half a second to load
            return float, (float(thing),)
        if isinstance(thing, str) and not type(thing).__module__.startswith("tracker.documents"):
            return str, (str(thing),)
        return NotImplemented


@contextmanager
def _turn() -> Iterator[None]:
    if not TURNS.acquire(timeout=LONGEST_WAIT):
        raise NotDrawnError(BUSY)
    try:
        yield
    finally:
        TURNS.release()


def _draw(kind: str, document: ReportDocument) -> bytes:
    if kind == "pdf":
        from tracker.documents.report_pdf import report_pdf

        return report_pdf(document)
    from tracker.documents.report_workbook import report_workbook

    return report_workbook(document)


def _stay_small() -> None:
    """End by itself when it grows or runs without end, also where nobody waits for it any more."""
    limits = (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, LONGEST_SECONDS),
    )
    for what, most in limits:
        with suppress(OSError, ValueError):  # the machine sets a lower one, or knows none
            resource.setrlimit(what, (most, most))


def _say_where(kind: type[BaseException], _error: object, trace: Any) -> None:
    """Say where it failed, and not in the error's words: they may hold what the report says."""
    places = " ".join(f"{at.filename}:{at.lineno}" for at in extract_tb(trace)[-6:])
    sys.stderr.write(f"A report was not drawn: {kind.__name__} at {places}\n")


if __name__ == "__main__":
    sys.excepthook = _say_where
    _stay_small()
    asked = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
    sys.stdout.buffer.write(_draw(sys.argv[1], asked))
