from metrics.measure import ChartKind, Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="harm_share",
    name="Share of incidents with harm",
    why_it_matters=(
        "Reporting is only good news if the share of reports with real harm does not grow."
    ),
    numerator="Digital incidents with moderate or severe harm, or death",
    denominator="All digital incidents reported",
    direction=Direction.DECREASE,
    family=Family.OUTCOME,
    kirkpatrick=Kirkpatrick.RESULTS,
    source="Incident reports",
    unit=Unit.PERCENT,
    counts=Counts.EVENTS,
    misleads=(
        "This share falls by itself when people report more incidents without harm. Read "
        "it beside the reporting rate and the number with harm."
    ),
    owner="Patient safety lead",
    review_every_months=12,
    chart=ChartKind.P_PRIME,
)
