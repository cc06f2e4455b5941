"""The charts of one measure, as the outcome report of the whole organisation draws them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from tracker.services import organisations
from tracker.services.outcome_alert_year import WAITING
from tracker.services.outcome_choices import report_choices
from tracker.services.outcome_report import outcome_report
from tracker.services.outcome_values import Audience, Figure, OutcomeReport, Section

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import OutcomeMeasure
    from tracker.security.identity import Actor

#: where the outcome of a training is drawn beside it
MISSED = "target-and-point"


def charts_of(
    db: "Session", measure: "OutcomeMeasure", *, by: "Actor", today: date
) -> OutcomeReport | None:
    """Give the usual report with nothing but this measure's charts; none where it has none.

    It is the report itself, so small numbers are held back alike, and the look is kept on record.
    """
    choices = report_choices(db, measure.organisation_id, own_unit_ids=None, today=today)
    report = outcome_report(
        db,
        organisations.get(db, measure.organisation_id),
        None,
        first_month=choices.first_month,
        last_month=choices.last_month,
        audience=Audience.INSIDE,
        by=by,
        today=today,
        data=choices.data,
    )
    sections = tuple(
        replace(section, figures=figures, tables=())
        for section in report.sections
        if (figures := tuple(_figures(section, measure)))
    )
    return replace(report, sections=sections) if sections else None


def _figures(section: Section, measure: "OutcomeMeasure") -> Iterator[Figure]:
    is_waiting = section.key == "alert-year" and measure.key == WAITING
    for figure in section.figures:
        is_named = figure.sentence == measure.name
        drawn = [one.measure.key for one in figure.charts]
        if section.key == MISSED:
            drawn = drawn[:1]  # the other one is there to be read beside it
        if is_waiting or is_named or measure.key in drawn:
            yield figure
