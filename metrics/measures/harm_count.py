from metrics.measure import ChartKind, Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="harm_count",
    name="Incidents with harm",
    why_it_matters="The number of people harmed is what counts in the end.",
    numerator="Digital incidents with moderate or severe harm, or death",
    denominator=None,
    direction=Direction.DECREASE,
    family=Family.OUTCOME,
    kirkpatrick=Kirkpatrick.RESULTS,
    source="Incident reports",
    unit=Unit.COUNT,
    counts=Counts.EVENTS,
    misleads="It also falls if people stop reporting. Read it beside the reporting rate.",
    owner="Patient safety lead",
    review_every_months=12,
    chart=ChartKind.C,
)
