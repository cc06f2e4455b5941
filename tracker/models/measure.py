"""How a measure was defined and charted at each time, and what was to be compared.

Rows are added and never changed: the newest one counts.
"""

import enum
from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
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
from tracker.models.outcome import OutcomeMeasure
from tracker.models.staff import StaffMember


class MeasureVersion(Base):
    """A measure as it was defined from a month on. Never changed; a new definition is a new one."""

    __tablename__ = "measure_version"
    __table_args__ = (UniqueConstraint("outcome_measure_id", "number"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    outcome_measure_id: Mapped[int] = mapped_column(ForeignKey("outcome_measure.id"), index=True)
    number: Mapped[int]
    #: the first month that is counted in this way; none: as before
    from_month: Mapped[date | None]
    #: what is counted changed, so that months before cannot be compared with months after
    is_break: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[ShortText]
    #: every field, as it was
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    recorded_at: Mapped[RecordedAt]

    author: Mapped[StaffMember | None] = relationship()


class ChartSetting(Base):
    """How the chart of a measure is drawn. The newest one counts, the others stay to be read."""

    __tablename__ = "chart_setting"
    __table_args__ = (Index(None, "organisation_id", "outcome_measure_id"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    outcome_measure_id: Mapped[int] = mapped_column(ForeignKey("outcome_measure.id"), index=True)
    chart_kind: Mapped[Key]
    shift_length: Mapped[int] = mapped_column(default=7)
    trend_length: Mapped[int] = mapped_column(default=7)
    two_in_three: Mapped[Key] = mapped_column(default="near_limits")
    is_screened: Mapped[bool] = mapped_column(default=True)
    #: only so many first points of each stretch make its lines; none: all of them
    baseline_points: Mapped[int | None]
    reason: Mapped[ShortText]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    recorded_at: Mapped[RecordedAt]

    author: Mapped[StaffMember | None] = relationship()


class ImpactModel(enum.StrEnum):
    """What shape the change is expected to have, said beforehand."""

    #: a step when it starts, and no other
    LEVEL = "level"
    #: a step and then another pace
    LEVEL_AND_SLOPE = "level_and_slope"


class ComparisonSide(enum.StrEnum):
    WITH_GOALS = "with_goals"
    COMPARED = "compared"


class RegisteredComparison(Base):
    """What was to be compared, and how: written down before looking, and locked."""

    __tablename__ = "registered_comparison"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    question: Mapped[ShortText]
    #: [{"public_id", "name", "side"}]: in one row, so that locking it locks them
    units: Mapped[list[Any]] = mapped_column(JSON)
    outcome_measure_id: Mapped[int] = mapped_column(ForeignKey("outcome_measure.id"), index=True)
    #: the definition that it was registered with
    measure_version: Mapped[int]
    #: a measure that the goals cannot move: where it moves too, something else is at work
    control_measure_id: Mapped[int | None] = mapped_column(
        ForeignKey("outcome_measure.id"), index=True
    )
    #: which goals: the domain of the framework by its key; empty: any digital goal
    goal_domain: Mapped[Key] = mapped_column(default="")
    #: the first month of after
    starts: Mapped[date]
    phase_in_months: Mapped[int] = mapped_column(default=0)
    impact_model: Mapped[ImpactModel]
    #: the day from which the result is shown
    look_on: Mapped[date]
    #: how many different people in the units had such a goal when this was registered
    cohort_people: Mapped[int]
    #: the smallest change that the numbers could show, as it was worked out beforehand
    detectable_ratio: Mapped[float | None]
    #: months of after that were in already, and looks at the same without registering
    months_already_in: Mapped[int] = mapped_column(default=0)
    looks_before: Mapped[int] = mapped_column(default=0)
    why: Mapped[LongText] = mapped_column(default="")
    registered_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    registered_at: Mapped[RecordedAt]

    measure: Mapped[OutcomeMeasure] = relationship(foreign_keys=[outcome_measure_id])
    control_measure: Mapped[OutcomeMeasure | None] = relationship(foreign_keys=[control_measure_id])
    registered_by: Mapped[StaffMember | None] = relationship()
