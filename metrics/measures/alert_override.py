from metrics.measure import ChartKind, Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="alert_override",
    name="Alerts set aside",
    why_it_matters=(
        "Many set-aside alerts can mean that the alerts are not helpful, or that people "
        "have stopped reading them."
    ),
    numerator="Alerts that somebody set aside",
    denominator="Alerts that somebody answered",
    direction=Direction.NEUTRAL,
    family=Family.PROCESS,
    kirkpatrick=Kirkpatrick.BEHAVIOUR,
    source="Alert log",
    unit=Unit.PERCENT,
    counts=Counts.STAFF,
    misleads=(
        "To set an alert aside is often right. Without a check by an expert this says "
        "nothing about skill."
    ),
    owner="Chief nursing information officer",
    review_every_months=12,
    chart=ChartKind.P_PRIME,
)
