"""Loads the measure or the comparison that a URL is about, in the asker's organisation alone."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyramid.httpexceptions import HTTPNotFound
from sqlalchemy import select

from tracker.models import OutcomeMeasure, RegisteredComparison
from tracker.security.contexts import who_asks

if TYPE_CHECKING:
    from tracker.request import TrackerRequest


@dataclass(frozen=True, kw_only=True)
class MeasureInView:
    """One measure of the organisation."""

    measure: OutcomeMeasure


@dataclass(frozen=True, kw_only=True)
class ComparisonInView:
    """A comparison that was registered."""

    comparison: RegisteredComparison


def measure_from_url(request: "TrackerRequest") -> MeasureInView:
    measure = request.db.scalar(
        select(OutcomeMeasure).where(
            OutcomeMeasure.organisation_id == who_asks(request).organisation_id,
            OutcomeMeasure.key == request.matchdict["measure_key"],
        )
    )
    if measure is None:
        raise HTTPNotFound
    return MeasureInView(measure=measure)


def comparison_from_url(request: "TrackerRequest") -> ComparisonInView:
    comparison = request.db.scalar(
        select(RegisteredComparison).where(
            RegisteredComparison.organisation_id == who_asks(request).organisation_id,
            RegisteredComparison.public_id == request.matchdict["comparison_id"],
        )
    )
    if comparison is None:
        raise HTTPNotFound
    return ComparisonInView(comparison=comparison)
