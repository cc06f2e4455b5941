"""Answering a round: a page at a time. In an anonymous one, nothing leads back to a person."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from tracker.errors import NotAllowedNowError, NotFoundError
from tracker.models import (
    SurveyAnswer,
    SurveyInvitation,
    SurveyQuestion,
    SurveyResponse,
    SurveyRound,
    SurveyToken,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

OVER = "This round is closed, so it takes no more answers. Thank you for wanting to take part."
BEGUN_ELSEWHERE = (
    "You have begun this round on another device, or before you signed out. As nobody knows which "
    "answers are yours, we cannot find them again. What you sent counts."
)


@dataclass(frozen=True, kw_only=True)
class SurveyPage:
    """One page of a round: the questions of one part."""

    number: int
    pages: int
    name: str
    questions: tuple[SurveyQuestion, ...]
    #: the option chosen, by question
    said: Mapping[int, str]

    @property
    def is_last(self) -> bool:
        return self.number == self.pages


@dataclass(frozen=True, kw_only=True)
class OpenRound:
    """A round that somebody is asked in, and whether they began."""

    public_id: str
    name: str
    closes_on: date | None
    has_begun: bool


def open_rounds_for(db: "Session", *, by: "Identity", today: date) -> list[OpenRound]:
    """List what somebody is asked and can still answer."""
    rows = db.execute(
        select(
            SurveyRound.public_id,
            SurveyRound.name,
            SurveyRound.closes_on,
            SurveyInvitation.has_begun,
        )
        .join(SurveyRound, SurveyRound.id == SurveyInvitation.survey_round_id)
        .where(
            SurveyInvitation.organisation_id == by.organisation_id,
            SurveyInvitation.staff_member_id == by.staff_id,
            SurveyRound.closed_on.is_(None),
            SurveyRound.closes_on >= today,
        )
        .order_by(SurveyRound.id)
    )
    return [
        OpenRound(
            public_id=row.public_id,
            name=row.name,
            closes_on=row.closes_on,
            has_begun=row.has_begun,
        )
        for row in rows
    ]


def invitation_of(db: "Session", record: SurveyRound, *, by: "Identity") -> SurveyInvitation:
    found = db.scalar(
        select(SurveyInvitation).where(
            SurveyInvitation.survey_round_id == record.id,
            SurveyInvitation.staff_member_id == by.staff_id,
        )
    )
    if found is None:
        raise NotFoundError("You were not asked in this round.")
    return found


def begin(
    db: "Session", record: SurveyRound, *, by: "Identity", today: date, key: str | None
) -> str | None:
    """Begin, or go on. In an anonymous round, give the token to enter with; else none.

    :raises NotAllowedNowError: once it is closed, or where an anonymous one was begun elsewhere.
    """
    _require_open(record, today)
    invitation = invitation_of(db, record, by=by)
    if not record.is_anonymous:
        _named_response(db, record, invitation)
        return None
    db.refresh(invitation, with_for_update=True)
    if invitation.has_begun:
        if find_response(db, record, by=by, key=key) is not None:
            return key
        raise NotAllowedNowError(BEGUN_ELSEWHERE)
    invitation.has_begun = True
    token = secrets.token_urlsafe(24)
    db.add(
        SurveyToken(
            organisation_id=record.organisation_id,
            survey_round_id=record.id,
            organisation_unit_id=invitation.organisation_unit_id,
            token_hash=_hash(token),
        )
    )
    db.flush()
    return token


def enter(db: "Session", record: SurveyRound, token: str, *, today: date) -> str | None:
    """Spend a token: it is destroyed, and an empty answer sheet takes its place.

    Gives the new key to the sheet; none for a token that is not known, or was spent.
    """
    _require_open(record, today)
    spent = db.scalar(
        select(SurveyToken)
        .where(SurveyToken.survey_round_id == record.id, SurveyToken.token_hash == _hash(token))
        .with_for_update()
    )
    if spent is None:
        return None
    key = secrets.token_urlsafe(24)
    db.add(
        SurveyResponse(
            organisation_id=record.organisation_id,
            survey_round_id=record.id,
            organisation_unit_id=spent.organisation_unit_id,
            key_hash=_hash(key),
        )
    )
    db.delete(spent)
    db.flush()
    return key


def find_response(
    db: "Session", record: SurveyRound, *, by: "Identity", key: str | None
) -> SurveyResponse | None:
    """Find the answer sheet: by name, or in an anonymous round by the browser's key alone."""
    is_it = (
        SurveyResponse.key_hash == _hash(key or "")
        if record.is_anonymous
        else SurveyResponse.staff_member_id == by.staff_id
    )
    return db.scalar(
        select(SurveyResponse).where(SurveyResponse.survey_round_id == record.id, is_it)
    )


def survey_page(
    db: "Session", record: SurveyRound, response: SurveyResponse, number: int
) -> SurveyPage | None:
    """Gather one page; none for a number that no page has."""
    parts = parts_of(record)
    if not 1 <= number <= len(parts):
        return None
    questions = parts[number - 1]
    rows = db.execute(
        select(SurveyAnswer.survey_question_id, SurveyAnswer.option).where(
            SurveyAnswer.survey_response_id == response.id,
            SurveyAnswer.survey_question_id.in_([one.id for one in questions]),
        )
    )
    return SurveyPage(
        number=number,
        pages=len(parts),
        name=questions[0].part_name,
        questions=questions,
        said={row.survey_question_id: row.option for row in rows},
    )


def empty_page(record: SurveyRound, number: int) -> SurveyPage | None:
    """Give the first page, before anything is kept."""
    parts = parts_of(record)
    if number != 1:
        return None
    return SurveyPage(
        number=1, pages=len(parts), name=parts[0][0].part_name, questions=parts[0], said={}
    )


def parts_of(record: SurveyRound) -> list[tuple[SurveyQuestion, ...]]:
    return [tuple(some) for _part, some in groupby(record.questions, key=lambda one: one.part)]


def keep_page(  # noqa: PLR0913 - each is one plain thing that only the caller knows
    db: "Session",
    record: SurveyRound,
    response: SurveyResponse,
    page: SurveyPage,
    given: Mapping[int, str],
    *,
    today: date,
) -> int:
    """Keep what was chosen on one page; an option that is not offered is nobody's answer."""
    _require_open(record, today)
    good = _offered(page.questions, given)
    changed = {one: option for one, option in good.items() if page.said.get(one) != option}
    db.execute(
        delete(SurveyAnswer).where(
            SurveyAnswer.survey_response_id == response.id,
            SurveyAnswer.survey_question_id.in_(list(changed)),
        )
    )
    db.add_all(
        SurveyAnswer(
            organisation_id=record.organisation_id,
            survey_response_id=response.id,
            survey_question_id=question_id,
            option=option,
        )
        for question_id, option in changed.items()
    )
    db.flush()
    return len(changed)


def _offered(questions: Sequence[SurveyQuestion], given: Mapping[int, str]) -> dict[int, str]:
    return {
        one.id: given[one.id]
        for one in questions
        if given.get(one.id) in {key for key, _words in one.options}
    }


def _named_response(
    db: "Session", record: SurveyRound, invitation: SurveyInvitation
) -> SurveyResponse:
    db.refresh(invitation, with_for_update=True)
    found = db.scalar(
        select(SurveyResponse).where(
            SurveyResponse.survey_round_id == record.id,
            SurveyResponse.staff_member_id == invitation.staff_member_id,
        )
    )
    if found is None:
        found = SurveyResponse(
            organisation_id=record.organisation_id,
            survey_round_id=record.id,
            organisation_unit_id=invitation.organisation_unit_id,
            staff_member_id=invitation.staff_member_id,
        )
        db.add(found)
    invitation.has_begun = True
    db.flush()
    return found


def _require_open(record: SurveyRound, today: date) -> None:
    if not record.is_open(today):
        raise NotAllowedNowError(OVER)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
