from metrics.measure import ChartKind, Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="incident_reporting",
    name="Digital incidents reported",
    why_it_matters=(
        "People report more when they feel safe to speak up. Reports are how a trust learns."
    ),
    numerator="All digital incidents reported",
    denominator="Occupied bed days",
    direction=Direction.NEUTRAL,
    family=Family.BALANCING,
    kirkpatrick=Kirkpatrick.RESULTS,
    source="Incident reports and bed days",
    unit=Unit.PER_THOUSAND,
    counts=Counts.EVENTS,
    misleads="More reports can be a good sign. Few reports do not prove that care is safe.",
    owner="Patient safety lead",
    review_every_months=12,
    denominator_key="bed_days",
    chart=ChartKind.U_PRIME,
)
