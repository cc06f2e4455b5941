from metrics.measure import ChartKind, Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="alert_appropriate_override",
    name="Alerts rightly set aside",
    why_it_matters=(
        "To set an alert aside is often right. This says how often it was, where an expert checked."
    ),
    numerator="Alerts set aside that an expert found need not have fired",
    denominator="Alerts set aside that an expert checked",
    direction=Direction.INCREASE,
    family=Family.PROCESS,
    kirkpatrick=Kirkpatrick.BEHAVIOUR,
    source="Alert log and its checks",
    unit=Unit.PERCENT,
    counts=Counts.STAFF,
    misleads=("It is about the few alerts that were checked. If the checks change, so does this."),
    owner="Chief nursing information officer",
    review_every_months=12,
    chart=ChartKind.P_PRIME,
)
