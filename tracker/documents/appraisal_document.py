"""Turns what two people signed into the plain values that the PDF is drawn from."""

from datetime import date
from typing import TYPE_CHECKING

from tracker.documents.values import (
    AppraisalDocument,
    BarrierNote,
    ConfidenceChange,
    LastGoal,
    LaterNote,
    NewGoal,
    SignatureLine,
)

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from tracker.models import Side, Signature
    from tracker.services.appraisal_content import AppraisalContent, BarrierText, NewGoalText
    from tracker.services.appraisal_signing import SignedRecord

SIDES = {"appraisee": "Member of staff", "appraiser": "Manager"}
AGREES = "I agree with what is written here."
DISAGREES = "I have read it, and do not agree with all of it."


def appraisal_document(record: "SignedRecord", *, zone: "ZoneInfo") -> AppraisalDocument:
    """Say the record in the words of the PDF; made when it was sealed, so always the same."""
    content = record.content
    return AppraisalDocument(
        organisation=content["organisation"],
        person=content["person"],
        post=content["post"],
        unit=content["unit"],
        manager=content["manager"],
        held_on=date.fromisoformat(content["held_on"]),
        period=_period(content),
        made_at=record.sealed_at.astimezone(zone),
        last_goals=tuple(
            LastGoal(wording=goal["wording"], became=goal["became"], note=goal["note"])
            for goal in content["last_goals"]
        ),
        barriers=tuple(_barrier(one) for one in content["barriers"]),
        confidence=tuple(
            ConfidenceChange(competence=one["name"], before=one["before"], now=one["now"])
            for one in content["confidence"]
        ),
        evidence=(
            *content.get("evidence", ()),
            *(f"{one['title']}: {one['text']}" for one in content.get("brought", ())),
        ),
        wellbeing=content["wellbeing"],
        new_goals=tuple(_goal(one) for one in content["new_goals"]),
        summary=content["summary"],
        signatures=tuple(_signature(one, record, zone) for one in record.signatures),
        later_notes=tuple(
            LaterNote(
                by=_name(one.side, content), added_at=one.added_at.astimezone(zone), text=one.text
            )
            for one in record.addenda
        ),
        snapshot_hash=record.content_hash,
        next_on=date.fromisoformat(content["next_on"]) if content["next_on"] else None,
    )


def _name(side: "Side", content: "AppraisalContent") -> str:
    """Give the name under which somebody signed."""
    return content["person" if side.value == "appraisee" else "manager"]


def _signature(one: "Signature", record: "SignedRecord", zone: "ZoneInfo") -> SignatureLine:
    statement = one.statement or AGREES
    return SignatureLine(
        name=record.name_of(one),
        side=SIDES[one.side.value],
        statement=statement if one.agrees else f"{DISAGREES} {one.statement}",
        signed_at=one.signed_at.astimezone(zone),
    )


def _period(content: "AppraisalContent") -> str:
    """Say which months were talked about: from the last meeting, or the opening, to this one."""
    first = date.fromisoformat(content["last_held_on"] or content["opened_on"])
    last = date.fromisoformat(content["held_on"])
    if (first.year, first.month) >= (last.year, last.month):
        return f"{last:%B %Y}"
    return f"{first:%B %Y} to {last:%B %Y}"


def _barrier(one: "BarrierText") -> BarrierNote:
    done = one["done"]
    if one["is_sorted"]:
        done = f"{done} (sorted out)" if done else "Sorted out"
    return BarrierNote(kind=one["kind"], what=one["what"], done=done)


def _goal(one: "NewGoalText") -> NewGoal:
    return NewGoal(
        wording=one["wording"],
        due_on=date.fromisoformat(one["due_on"]),
        why=one["reason"],
        help_offered=tuple(one["help"]),
        in_the_way="; ".join(one["in_the_way"]),
        safety_reason=one.get("mandatory", ""),
    )
