from metrics.measure import ChartKind, Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="alert_burden",
    name="Alerts shown, by bed days",
    why_it_matters="Too many alerts tire people, and then they miss the ones that matter.",
    numerator="Alerts that were shown",
    denominator="Occupied bed days",
    direction=Direction.DECREASE,
    family=Family.BALANCING,
    kirkpatrick=Kirkpatrick.NOT_RATED,
    source="Alert log and bed days",
    unit=Unit.PER_THOUSAND,
    counts=Counts.EVENTS,
    misleads=(
        "Which count one divides by changes which team seems to have most. So read it "
        "beside alerts for each person and day."
    ),
    owner="Chief clinical information officer",
    review_every_months=12,
    denominator_key="bed_days",
    chart=ChartKind.U_PRIME,
)
