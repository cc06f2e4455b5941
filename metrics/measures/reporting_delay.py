from metrics.measure import Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="reporting_delay",
    name="Days until an incident is reported",
    why_it_matters="What is reported soon can be put right soon.",
    numerator="Days from incident to report, added up",
    denominator="Digital incidents with both dates",
    direction=Direction.DECREASE,
    family=Family.PROCESS,
    kirkpatrick=Kirkpatrick.RESULTS,
    source="Incident reports",
    unit=Unit.DAYS,
    counts=Counts.EVENTS,
    misleads=(
        "A few very late reports pull the mean up. The newest months look quick, as late "
        "reports are still to come."
    ),
    owner="Patient safety lead",
    review_every_months=12,
)
