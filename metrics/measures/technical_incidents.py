from metrics.measure import ChartKind, Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="technical_incidents",
    name="Incidents from a system fault",
    why_it_matters=(
        "A fault of a system is not a gap in a person's skill. Goals and training should "
        "not change this number."
    ),
    numerator="Digital incidents where the system was faulty or did not do its job",
    denominator="Occupied bed days",
    direction=Direction.DECREASE,
    family=Family.BALANCING,
    kirkpatrick=Kirkpatrick.NOT_RATED,
    source="Incident reports and bed days",
    unit=Unit.PER_THOUSAND,
    counts=Counts.EVENTS,
    misleads=(
        "If this changes along with the other measures, something other than goals may be"
        " the reason."
    ),
    owner="Chief information officer",
    review_every_months=12,
    denominator_key="bed_days",
    chart=ChartKind.U_PRIME,
)
