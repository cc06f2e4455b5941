"""The papers on the table of a meeting: shared notes, signatures, and what the person brought."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, cast, literal, select, union_all

from tracker.models import (
    Appraisal,
    AppraisalPreparation,
    BroughtOutcome,
    KeptText,
    SecondAppraiser,
    Side,
    Signature,
)
from tracker.security.taking_part import agreed
from tracker.services.brought_outcomes import TITLES, Brought
from tracker.services.preparations import Notes

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity


@dataclass(kw_only=True)
class Papers:
    """What lies on the table."""

    #: what each side has shared; none: nothing yet
    notes: dict[Side, Notes | None] = field(default_factory=lambda: dict.fromkeys(Side))
    signed: dict[Side, datetime] = field(default_factory=dict)
    brought: list[Brought] = field(default_factory=list)
    #: the one who looks was signed out while they wrote here, and their text was kept
    has_kept_text: bool = False
    #: the one who looks is the second appraiser
    is_second: bool = False


def papers_of(db: "Session", appraisal: Appraisal, *, by: "Identity", place: str) -> Papers:
    """Read them all in one query. One's own notes show only once they are shared: two look on."""
    papers = Papers()
    for row in db.execute(_query(appraisal, by, place)):
        if row.what == "notes":
            papers.notes[Side(row.key)] = Notes(
                went_well=row.first,
                got_in_the_way=row.second,
                would_help=row.third,
                wellbeing=row.fourth,
            )
        elif row.what == "signature":
            papers.signed[Side(row.key)] = row.at
        elif row.what == "brought":
            papers.brought.append(Brought(title=TITLES.get(row.key, row.key), text=row.first))
        elif row.what == "second":
            papers.is_second = True
        else:
            papers.has_kept_text = True
    return papers


def _query(appraisal: Appraisal, by: "Identity", place: str) -> Any:  # noqa: ANN401
    nothing = (literal(""),) * 3
    notes = select(
        literal("notes").label("what"),
        AppraisalPreparation.id.label("id"),
        cast(AppraisalPreparation.side, String).label("key"),
        AppraisalPreparation.went_well.label("first"),
        AppraisalPreparation.got_in_the_way.label("second"),
        AppraisalPreparation.would_help.label("third"),
        AppraisalPreparation.wellbeing.label("fourth"),
        AppraisalPreparation.shared_at.label("at"),
    ).where(
        AppraisalPreparation.appraisal_id == appraisal.id,
        AppraisalPreparation.shared_at.is_not(None),
    )
    signatures = select(
        literal("signature"),
        Signature.id,
        cast(Signature.side, String),
        literal(""),
        *nothing,
        Signature.signed_at,
    ).where(Signature.appraisal_id == appraisal.id)
    brought = select(
        literal("brought"),
        BroughtOutcome.id,
        BroughtOutcome.kind,
        BroughtOutcome.text,
        *nothing,
        BroughtOutcome.brought_at,
    ).where(BroughtOutcome.appraisal_id == appraisal.id)
    kept = select(
        literal("kept"), KeptText.id, literal(""), literal(""), *nothing, KeptText.kept_at
    ).where(KeptText.staff_member_id == by.staff_id, KeptText.place == place)
    return union_all(notes, signatures, brought, kept, _second(appraisal, by)).order_by(
        "what", "id"
    )


def _second(appraisal: Appraisal, by: "Identity") -> Any:  # noqa: ANN401 - SQLAlchemy's own kinds
    """Say whether the one who looks is the second appraiser."""
    return select(
        literal("second"),
        SecondAppraiser.id,
        *(literal(""),) * 5,
        SecondAppraiser.proposed_at,
    ).where(
        SecondAppraiser.appraisal_id == appraisal.id,
        SecondAppraiser.staff_member_id == by.staff_id,
        agreed(),
    )
