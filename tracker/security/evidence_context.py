"""Loads a piece of evidence, with those whom its owner has shown it to."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyramid.httpexceptions import HTTPNotFound
from sqlalchemy import select

from tracker.models import Appraisal, AppraisalStage, Evidence, EvidenceMove, EvidenceStep
from tracker.security.contexts import who_asks
from tracker.security.taking_part import who_takes_part

if TYPE_CHECKING:
    from tracker.request import TrackerRequest


@dataclass(frozen=True, kw_only=True)
class EvidenceInView:
    """A piece of evidence, and who takes part in an appraisal that it was brought to."""

    evidence: Evidence
    shown_to: frozenset[int]


def evidence_from_url(request: "TrackerRequest") -> EvidenceInView:
    who = who_asks(request)
    evidence = request.db.scalar(
        select(Evidence).where(
            Evidence.public_id == request.matchdict["evidence_id"],
            Evidence.organisation_id == who.organisation_id,
        )
    )
    if evidence is None:
        raise HTTPNotFound
    moves = request.db.execute(
        select(Appraisal, EvidenceStep.move)
        .join(EvidenceStep, EvidenceStep.appraisal_id == Appraisal.id)
        .where(
            EvidenceStep.evidence_id == evidence.id,
            Appraisal.stage != AppraisalStage.WITHDRAWN,
        )
        .order_by(EvidenceStep.id)
    )
    last = {row[0]: row[1] for row in moves}
    shown: set[int] = set()
    for appraisal, move in last.items():
        if move is EvidenceMove.BROUGHT:
            part = who_takes_part(request.db, appraisal, request.today)
            shown |= part.manager_ids & {appraisal.appraiser_id}
            shown |= part.second_appraiser_ids | part.stand_in_ids
    return EvidenceInView(evidence=evidence, shown_to=frozenset(shown))
