"""The record of an appraisal as an accessible PDF, drawn from what was signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.documents.structure import DocumentFacts
from tracker.documents.tagged_pdf import TableLook, TaggedPDF
from tracker.documents.words import date_and_time, long_date, without_stop

if TYPE_CHECKING:
    from tracker.documents.values import AppraisalDocument, NewGoal

_NOT_SAID = "Not said"
_TWO = TableLook(widths=(1, 1), row_heads=frozenset())


def appraisal_pdf(document: AppraisalDocument) -> bytes:
    """Make the PDF; the same record always makes the same bytes."""
    facts = DocumentFacts(
        title=f"Appraisal of {document.person}, {long_date(document.held_on)}",
        author=document.organisation,
        subject="Record of an appraisal",
        made_at=document.made_at,
    )
    footer = f"{document.organisation} \u00b7 Appraisal of {document.person}"
    pdf = TaggedPDF(facts, footer=footer)
    _opening(pdf, document)
    _look_back(pdf, document)
    _goals(pdf, document)
    _closing(pdf, document)
    return pdf.render()


def _opening(pdf: TaggedPDF, document: AppraisalDocument) -> None:
    pdf.paragraph(document.organisation, "kicker")
    pdf.heading(1, f"Appraisal of {document.person}")
    if not document.signatures:
        pdf.paragraph("This is a draft. Nobody has signed it yet.", "lead")
    held, period = long_date(document.held_on), document.period
    next_on = long_date(document.next_on) if document.next_on else "To be agreed"
    pdf.table(
        "",
        (),
        (
            ("Post", document.post, "Held on", held),
            ("Team", document.unit, "Period", period),
            ("Manager", document.manager, "Next appraisal", next_on),
        ),
        TableLook(widths=(0.9, 3, 1.4, 2.4), row_heads=frozenset({0, 2})),
    )


def _look_back(pdf: TaggedPDF, document: AppraisalDocument) -> None:
    """Say what was agreed last time, what got in the way, and how things feel now."""
    if document.last_goals:
        pdf.heading(2, "Since last time")
        rows = [
            (goal.wording, f"{goal.became}\n{goal.note}" if goal.note else goal.became)
            for goal in document.last_goals
        ]
        pdf.table("", ("Goal from last time", "What became of it"), rows, _TWO)
    if document.barriers:
        pdf.heading(2, "What got in the way")
        rows = [
            (f"{note.kind}: {note.what}" if note.kind else note.what, note.done or "Nothing yet")
            for note in document.barriers
        ]
        pdf.table("", ("What it was", "What was done about it"), rows, _TWO)
    if document.confidence:
        pdf.heading(2, f"How confident {document.person} feels")
        changes = [
            (change.competence, change.before or _NOT_SAID, change.now or _NOT_SAID)
            for change in document.confidence
        ]
        look = TableLook(widths=(2, 1, 1))
        pdf.table("", ("In this skill", "Last time", "Now"), changes, look)
    if document.evidence:
        pdf.heading(2, "What shows it")
        pdf.bullets(document.evidence)
    if document.wellbeing:
        pdf.heading(2, "Wellbeing")
        pdf.paragraph(document.wellbeing)


def _goals(pdf: TaggedPDF, document: AppraisalDocument) -> None:
    if not document.new_goals:
        return
    pdf.heading(2, "What we agreed")
    for number, goal in enumerate(document.new_goals, start=1):
        with pdf.together():
            _goal(pdf, number, goal)


def _goal(pdf: TaggedPDF, number: int, goal: NewGoal) -> None:
    pdf.heading(3, f"{number}. {without_stop(goal.wording)} \u2013 by {long_date(goal.due_on)}")
    if goal.why:
        pdf.paragraph(goal.why, "line", label="Why:")
    if goal.help_offered:
        pdf.paragraph("; ".join(goal.help_offered), "line", label="Help offered:")
    if goal.in_the_way:
        pdf.paragraph(goal.in_the_way, "line", label="What stands in the way:")
    if goal.safety_reason:
        pdf.paragraph(goal.safety_reason, "line", label="Mandatory, to keep people safe:")


def _closing(pdf: TaggedPDF, document: AppraisalDocument) -> None:
    if document.summary:
        with pdf.together():
            pdf.heading(2, "In our own words")
            pdf.paragraph(document.summary)
    if document.signatures:
        with pdf.together():
            pdf.heading(2, "Signed")
            rows = [
                (line.name, line.side, line.statement, date_and_time(line.signed_at))
                for line in document.signatures
            ]
            columns = ("Name", "As", "What they signed", "When")
            pdf.table("", columns, rows, TableLook(widths=(1.5, 1, 2.1, 1.7)))
    for note in document.later_notes:
        with pdf.together():
            pdf.heading(2, f"Added on {date_and_time(note.added_at)} by {note.by}")
            pdf.paragraph(note.text)
    pdf.paragraph(
        "This record gives no score and is not used for pay, probation or discipline. What was "
        "signed cannot be changed; it can only be added to.",
        "small",
    )
    if document.snapshot_hash:
        pdf.paragraph(document.snapshot_hash, "small", label="Fingerprint of what was signed:")
