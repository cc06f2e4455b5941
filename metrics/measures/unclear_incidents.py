from metrics.measure import ChartKind, Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="unclear_incidents",
    name="Incidents with no clear cause",
    why_it_matters="If many are unclear, we know less about the others than we think.",
    numerator="Digital incidents where it is not clear if use or a fault was the cause",
    denominator="Occupied bed days",
    direction=Direction.NEUTRAL,
    family=Family.BALANCING,
    kirkpatrick=Kirkpatrick.NOT_RATED,
    source="Incident reports and bed days",
    unit=Unit.PER_THOUSAND,
    counts=Counts.EVENTS,
    misleads=(
        "If this falls while the others rise, people may only have got better at naming the cause."
    ),
    owner="Patient safety lead",
    review_every_months=12,
    denominator_key="bed_days",
    chart=ChartKind.U_PRIME,
)
