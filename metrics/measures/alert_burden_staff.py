from metrics.measure import ChartKind, Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="alert_burden_staff",
    name="Alerts for each person and day",
    why_it_matters="This is what one person has to look at in a day of work.",
    numerator="Alerts that were shown",
    denominator="Days of work on which a person was shown an alert",
    direction=Direction.DECREASE,
    family=Family.BALANCING,
    kirkpatrick=Kirkpatrick.NOT_RATED,
    source="Alert log",
    unit=Unit.EACH,
    counts=Counts.STAFF,
    misleads="Days without any alert are not in it. So read it beside alerts by bed days.",
    owner="Chief clinical information officer",
    review_every_months=12,
    chart=ChartKind.U_PRIME,
)
