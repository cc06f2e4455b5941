from metrics.measure import ChartKind, Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="alert_ignored",
    name="Alerts left without an answer",
    why_it_matters="An alert without an answer may not have been seen, or not be worth seeing.",
    numerator="Alerts that nobody answered",
    denominator="Alerts that were shown",
    direction=Direction.DECREASE,
    family=Family.PROCESS,
    kirkpatrick=Kirkpatrick.BEHAVIOUR,
    source="Alert log",
    unit=Unit.PERCENT,
    counts=Counts.STAFF,
    misleads=(
        "Some people act on an alert without answering it. Systems differ in what they keep."
    ),
    owner="Chief nursing information officer",
    review_every_months=12,
    chart=ChartKind.P_PRIME,
)
