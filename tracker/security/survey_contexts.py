"""Loads a survey round, or a verification, for the rules to look at."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyramid.httpexceptions import HTTPNotFound
from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.models import SurveyInvitation, SurveyRound, Verification
from tracker.security.contexts import who_asks

if TYPE_CHECKING:
    from tracker.request import TrackerRequest


@dataclass(frozen=True, kw_only=True)
class SurveyInView:
    """A survey round, and which of those who ask were invited to it."""

    survey: SurveyRound
    invited: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class VerificationInView:
    """What somebody asked to have verified."""

    verification: Verification


def survey_from_url(request: "TrackerRequest") -> SurveyInView:
    who = who_asks(request)
    survey = request.db.scalar(
        select(SurveyRound)
        .where(
            SurveyRound.public_id == request.matchdict["round_id"],
            SurveyRound.organisation_id == who.organisation_id,
        )
        .options(selectinload(SurveyRound.questions))
    )
    if survey is None:
        raise HTTPNotFound
    is_invited = request.db.scalar(
        select(
            exists().where(
                SurveyInvitation.survey_round_id == survey.id,
                SurveyInvitation.staff_member_id == who.staff_id,
            )
        )
    )
    return SurveyInView(survey=survey, invited=frozenset({who.staff_id} if is_invited else ()))


def verification_from_url(request: "TrackerRequest") -> VerificationInView:
    who = who_asks(request)
    verification = request.db.scalar(
        select(Verification)
        .where(
            Verification.public_id == request.matchdict["verification_id"],
            Verification.organisation_id == who.organisation_id,
        )
        .options(
            joinedload(Verification.staff_member, innerjoin=True),
            joinedload(Verification.verifier, innerjoin=True),
            joinedload(Verification.competence, innerjoin=True),
            joinedload(Verification.answer, innerjoin=True),
            selectinload(Verification.steps),
        )
    )
    if verification is None:
        raise HTTPNotFound
    return VerificationInView(verification=verification)
