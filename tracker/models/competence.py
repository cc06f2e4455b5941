"""Frameworks of digital competences, what each role needs, and how people see themselves."""

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
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
from tracker.models.staff import Post


class FrameworkState(enum.StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    RETIRING = "retiring"
    RETIRED = "retired"


#: Versions whose words nobody changes any more: people have answered to them.
FROZEN = frozenset({FrameworkState.PUBLISHED, FrameworkState.RETIRING, FrameworkState.RETIRED})


class Framework(Base):
    """One version of a set of domains of competence."""

    __tablename__ = "framework"
    __table_args__ = (UniqueConstraint("organisation_id", "key", "version"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    key: Mapped[Key]
    version: Mapped[int]
    name: Mapped[ShortText]
    state: Mapped[FrameworkState]
    #: from which day it counts; none for what was there before days were kept
    published_on: Mapped[date | None]
    #: the last day on which something new may begin under it
    retires_on: Mapped[date | None]
    #: what takes its place, if anything does
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("framework.id"), index=True)

    replaced_by: Mapped["Framework | None"] = relationship(remote_side="Framework.id")
    domains: Mapped[list["Domain"]] = relationship(
        back_populates="framework", order_by="Domain.position"
    )


class Domain(Base):
    """A family of competences, such as safety and security."""

    __tablename__ = "domain"
    __table_args__ = (UniqueConstraint("framework_id", "key"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id"), index=True)
    key: Mapped[Key]
    name: Mapped[ShortText]
    position: Mapped[int]
    #: goes up by one at each change, so that no author overwrites another unseen
    edition: Mapped[int] = mapped_column(default=1)

    framework: Mapped[Framework] = relationship(back_populates="domains")
    competences: Mapped[list["Competence"]] = relationship(
        back_populates="domain", order_by="Competence.position"
    )


class Competence(Base):
    """Something that a person is able to do at work with digital tools."""

    __tablename__ = "competence"
    __table_args__ = (UniqueConstraint("domain_id", "key"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    domain_id: Mapped[int] = mapped_column(ForeignKey("domain.id"), index=True)
    key: Mapped[Key]
    name: Mapped[ShortText]
    description: Mapped[LongText]
    position: Mapped[int]
    #: goes up by one at each change, so that no author overwrites another unseen
    edition: Mapped[int] = mapped_column(default=1)

    domain: Mapped[Domain] = relationship(back_populates="competences")
    levels: Mapped[list["LevelDescriptor"]] = relationship(order_by="LevelDescriptor.level")


class LevelDescriptor(Base):
    """What a competence looks like at one level, 1 to 4."""

    __tablename__ = "level_descriptor"
    __table_args__ = (UniqueConstraint("competence_id", "level"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    competence_id: Mapped[int] = mapped_column(ForeignKey("competence.id"), index=True)
    level: Mapped[int]
    description: Mapped[LongText]


class RoleProfile(Base):
    """The digital competences that a kind of work needs: the most exact match wins.

    It is for everybody, a staff group, a job role, posts of one title, or a single post.
    """

    __tablename__ = "role_profile"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    key: Mapped[Key]
    name: Mapped[ShortText]
    #: all four empty: for everybody
    staff_group: Mapped[ShortText | None]
    job_role: Mapped[ShortText | None]
    post_title: Mapped[ShortText | None]
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    #: how many of the optional ones, at the least; none: as the wider profile says
    minimum_optional: Mapped[int | None]
    #: goes up by one at each change, so that nobody overwrites another unseen
    edition: Mapped[int] = mapped_column(default=1)

    post: Mapped[Post | None] = relationship()
    requirements: Mapped[list["RoleRequirement"]] = relationship(cascade="all, delete-orphan")


class RoleRequirement(Base):
    """The level of one competence that a role profile asks for."""

    __tablename__ = "role_requirement"
    __table_args__ = (UniqueConstraint("role_profile_id", "competence_id"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    role_profile_id: Mapped[int] = mapped_column(ForeignKey("role_profile.id"), index=True)
    competence_id: Mapped[int] = mapped_column(ForeignKey("competence.id"), index=True)
    needed_level: Mapped[int]
    is_essential: Mapped[bool]

    competence: Mapped[Competence] = relationship()


class SelfAssessment(Base):
    """One sitting of a person with the questions. Answers are added, never overwritten."""

    __tablename__ = "self_assessment"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    #: why the questions were asked: appraisal, induction, or own: a sitting that nobody asked for
    occasion: Mapped[Key]
    #: the appraisal that it was made in, or brought to; private while there is none
    appraisal_id: Mapped[int | None] = mapped_column(ForeignKey("appraisal.id"), index=True)
    #: where the person worked then
    organisation_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation_unit.id"), index=True
    )
    started_at: Mapped[RecordedAt]
    ended_at: Mapped[datetime | None]

    answers: Mapped[list["SelfAssessmentAnswer"]] = relationship(order_by="SelfAssessmentAnswer.id")


class SelfAssessmentAnswer(Base):
    """What the person said of one competence at one moment."""

    __tablename__ = "self_assessment_answer"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    self_assessment_id: Mapped[int] = mapped_column(ForeignKey("self_assessment.id"), index=True)
    competence_id: Mapped[int] = mapped_column(ForeignKey("competence.id"), index=True)
    #: not yet 1, getting there 2, confident 3, helps others 4; none for "I do not understand"
    confidence: Mapped[int | None]
    #: which level descriptor fits now; none where only confidence was asked
    current_level: Mapped[int | None]
    #: which level the person says that their job needs
    needed_level: Mapped[int | None]
    comment: Mapped[ShortText | None]
    answered_at: Mapped[RecordedAt]

    competence: Mapped[Competence] = relationship()
