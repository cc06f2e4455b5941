"""The record of an appraisal as plain text: the same words as the PDF, for any screen or reader."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from tracker.documents.words import date_and_time, long_date, without_stop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.documents.values import AppraisalDocument, NewGoal

WIDTH = 78


def appraisal_text(document: AppraisalDocument) -> str:
    """Write the record, each part under a heading in capitals."""
    parts = [
        *_opening(document),
        *_look_back(document),
        *_agreed(document),
        *_closing(document),
    ]
    return "\n".join(parts) + "\n"


def _wrapped(text: str, first: str = "", then: str = "") -> str:
    """Break lines where the writer did, and where they are too long."""
    lines = text.splitlines() or [""]
    return "\n".join(
        textwrap.fill(
            line,
            WIDTH,
            initial_indent=first if number == 0 else then,
            subsequent_indent=then,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for number, line in enumerate(lines)
    )


def _item(text: str) -> str:
    return _wrapped(text, "- ", "  ")


def _heading(text: str) -> str:
    return f"\n{text.upper()}"


def _opening(document: AppraisalDocument) -> Iterator[str]:
    yield document.organisation
    yield f"Appraisal of {document.person}"
    yield ""
    if not document.signatures:
        yield "This is a draft. Nobody has signed it yet."
    yield f"Post: {document.post}"
    yield f"Team: {document.unit}"
    yield f"Manager: {document.manager}"
    yield f"Held on: {long_date(document.held_on)}"
    yield f"Period: {document.period}"
    yield f"Next appraisal: {long_date(document.next_on) if document.next_on else 'to be agreed'}"


def _look_back(document: AppraisalDocument) -> Iterator[str]:
    if document.last_goals:
        yield _heading("Since last time")
        for last in document.last_goals:
            note = f". {last.note}" if last.note else ""
            yield _item(f"{without_stop(last.wording)}: {last.became}{note}")
    if document.barriers:
        yield _heading("What got in the way")
        for one in document.barriers:
            kind = f"{one.kind}: " if one.kind else ""
            done = one.done or "nothing yet"
            yield _item(f"{kind}{without_stop(one.what)}. What was done about it: {done}")
    if document.confidence:
        yield _heading(f"How confident {document.person} feels")
        for change in document.confidence:
            now, before = change.now or "not said", change.before or "not said"
            yield _item(f"{change.competence}: {now} (last time: {before})")
    if document.evidence:
        yield _heading("What shows it")
        yield from map(_item, document.evidence)
    if document.wellbeing:
        yield _heading("Wellbeing")
        yield _wrapped(document.wellbeing)


def _agreed(document: AppraisalDocument) -> Iterator[str]:
    if document.new_goals:
        yield _heading("What we agreed")
    for number, goal in enumerate(document.new_goals, start=1):
        yield _wrapped(
            f"{number}. {without_stop(goal.wording)}, by {long_date(goal.due_on)}", "", "   "
        )
        for label, text in _about(goal):
            yield _wrapped(f"{label}: {text}", "   ", "   ")


def _about(goal: NewGoal) -> Iterator[tuple[str, str]]:
    if goal.why:
        yield "Why", goal.why
    if goal.help_offered:
        yield "Help offered", "; ".join(goal.help_offered)
    if goal.in_the_way:
        yield "What stands in the way", goal.in_the_way
    if goal.safety_reason:
        yield "Mandatory, to keep people safe", goal.safety_reason


def _closing(document: AppraisalDocument) -> Iterator[str]:
    if document.summary:
        yield _heading("In our own words")
        yield _wrapped(document.summary)
    if document.signatures:
        yield _heading("Signed")
        for line in document.signatures:
            when = date_and_time(line.signed_at)
            yield _item(f"{line.name} ({line.side}), {when}: {line.statement}")
    for note in document.later_notes:
        yield _heading(f"Added on {date_and_time(note.added_at)} by {note.by}")
        yield _wrapped(note.text)
    yield ""
    yield _wrapped(
        "This record gives no score and is not used for pay, probation or discipline. What was "
        "signed cannot be changed; it can only be added to."
    )
    if document.snapshot_hash:
        yield f"Fingerprint of what was signed: {document.snapshot_hash}"
