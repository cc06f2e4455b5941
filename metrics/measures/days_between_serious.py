from metrics.measure import ChartKind, Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="days_between_serious",
    name="Days between serious events",
    why_it_matters=(
        "Serious events are too rare to count by month. The days between them show a change sooner."
    ),
    numerator="Days since the serious event before",
    denominator=None,
    direction=Direction.INCREASE,
    family=Family.OUTCOME,
    kirkpatrick=Kirkpatrick.RESULTS,
    source="Incident reports",
    unit=Unit.DAYS,
    counts=Counts.EVENTS,
    misleads=(
        "A long time without a report may mean safety, or silence. Read it beside the "
        "reporting rate."
    ),
    owner="Patient safety lead",
    review_every_months=12,
    chart=ChartKind.T,
)
