"""Survey rounds for a whole trust: what was asked, who was asked, and what was answered.

In an anonymous round nothing leads from an answer to a person: no name, no time, no order. Who was
asked, and whether they began, stands in one table; the answers in another; the token that lets
somebody in is destroyed when it is used.
"""

import secrets
from datetime import date
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import (
    Base,
    IntPk,
    Key,
    LongText,
    OrganisationId,
    PublicId,
    RecordedAt,
    ShortText,
)

#: A number by chance: one that counts up would give away the order of the answers.
RandomId = BigInteger().with_variant(Integer(), "sqlite")


def random_id() -> int:
    return secrets.randbits(53) + 1


class SurveyRound(Base):
    """One round: asked of everybody, or an example that brought only its totals."""

    __tablename__ = "survey_round"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    name: Mapped[ShortText]
    #: fixed when the round opens
    is_anonymous: Mapped[bool]
    #: somebody else's published totals, to look at and to compare with
    is_example: Mapped[bool] = mapped_column(default=False)
    #: who was asked, in words, on every page that shows a number of it
    asked: Mapped[LongText]
    opened_on: Mapped[date | None]
    #: the last day on which to answer
    closes_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    #: how many reminders went out; not to whom
    reminders: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    created_at: Mapped[RecordedAt]

    questions: Mapped[list["SurveyQuestion"]] = relationship(order_by="SurveyQuestion.position")

    def is_open(self, today: date) -> bool:
        return (
            self.opened_on is not None
            and self.opened_on <= today
            and self.closed_on is None
            and (self.closes_on is None or today <= self.closes_on)
        )

    def is_over(self, today: date) -> bool:
        """Say whether nothing more can be answered: only then is it counted."""
        return self.is_example or (
            self.opened_on is not None and not self.is_open(today) and self.opened_on <= today
        )


class SurveyQuestion(Base):
    """One question of a round, in the words that were asked."""

    __tablename__ = "survey_question"
    __table_args__ = (UniqueConstraint("survey_round_id", "key"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    survey_round_id: Mapped[int] = mapped_column(ForeignKey("survey_round.id"), index=True)
    key: Mapped[Key]
    kind: Mapped[Key]
    part: Mapped[Key]
    part_name: Mapped[ShortText]
    wording: Mapped[ShortText]
    position: Mapped[int]
    #: pairs of a key and its words, in order
    options: Mapped[list[Any]] = mapped_column(JSON)


class SurveyInvitation(Base):
    """Somebody who was asked, and whether they began. Nothing of what they said, nor when."""

    __tablename__ = "survey_invitation"
    __table_args__ = (UniqueConstraint("survey_round_id", "staff_member_id"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    survey_round_id: Mapped[int] = mapped_column(ForeignKey("survey_round.id"))
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    #: their unit, or the nearest above it of which at least eight were asked; none: the whole
    organisation_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation_unit.id"), index=True
    )
    has_begun: Mapped[bool] = mapped_column(default=False)


class SurveyToken(Base):
    """Lets one person into an anonymous round, once. Destroyed at its first use."""

    __tablename__ = "survey_token"

    id: Mapped[int] = mapped_column(
        RandomId, primary_key=True, autoincrement=False, default=random_id
    )
    organisation_id: Mapped[OrganisationId]
    survey_round_id: Mapped[int] = mapped_column(ForeignKey("survey_round.id"), index=True)
    organisation_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation_unit.id"), index=True
    )
    token_hash: Mapped[Key] = mapped_column(unique=True)


class SurveyResponse(Base):
    """What one person said in one round. In an anonymous round, nothing says which person."""

    __tablename__ = "survey_response"
    __table_args__ = (UniqueConstraint("survey_round_id", "staff_member_id"),)

    id: Mapped[int] = mapped_column(
        RandomId, primary_key=True, autoincrement=False, default=random_id
    )
    organisation_id: Mapped[OrganisationId]
    survey_round_id: Mapped[int] = mapped_column(ForeignKey("survey_round.id"), index=True)
    organisation_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation_unit.id"), index=True
    )
    #: only in a round with names
    staff_member_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    #: only in a round without: the hash of what the person's browser holds while they answer
    key_hash: Mapped[Key | None] = mapped_column(unique=True)


class SurveyAnswer(Base):
    """One answer to one question; the person may change it until the round closes."""

    __tablename__ = "survey_answer"
    __table_args__ = (UniqueConstraint("survey_response_id", "survey_question_id"),)

    id: Mapped[int] = mapped_column(
        RandomId, primary_key=True, autoincrement=False, default=random_id
    )
    organisation_id: Mapped[OrganisationId]
    survey_response_id: Mapped[int] = mapped_column(ForeignKey("survey_response.id"))
    survey_question_id: Mapped[int] = mapped_column(ForeignKey("survey_question.id"), index=True)
    option: Mapped[Key]


class SurveyCount(Base):
    """A total of an example round: how many chose one option of one question."""

    __tablename__ = "survey_count"
    __table_args__ = (UniqueConstraint("survey_question_id", "option"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    survey_question_id: Mapped[int] = mapped_column(ForeignKey("survey_question.id"))
    option: Mapped[Key]
    count: Mapped[int]
