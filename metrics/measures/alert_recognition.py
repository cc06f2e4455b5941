from metrics.measure import ChartKind, Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="alert_recognition",
    name="Alerts recognised",
    why_it_matters=(
        "When a true alert is seen and acted on, harm to a patient can be stopped in time."
    ),
    numerator="True alerts that somebody acted on in time",
    denominator="Alerts that an expert checked and found to be true",
    direction=Direction.INCREASE,
    family=Family.OUTCOME,
    kirkpatrick=Kirkpatrick.BEHAVIOUR,
    source="Alert log, with an expert audit",
    unit=Unit.PERCENT,
    counts=Counts.STAFF,
    misleads=(
        "Only alerts that an expert has checked count. If the way alerts are picked for "
        "checking changes, this can move by itself."
    ),
    owner="Chief nursing information officer",
    review_every_months=12,
    chart=ChartKind.P_PRIME,
)
