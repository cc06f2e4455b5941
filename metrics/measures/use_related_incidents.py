from metrics.measure import ChartKind, Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="use_related_incidents",
    name="Incidents from how a system was used",
    why_it_matters="These are the incidents that digital skill and good induction can prevent.",
    numerator=(
        "Digital incidents where the system was used wrongly, or not used when it should have been"
    ),
    denominator="Occupied bed days",
    direction=Direction.DECREASE,
    family=Family.OUTCOME,
    kirkpatrick=Kirkpatrick.RESULTS,
    source="Incident reports and bed days",
    unit=Unit.PER_THOUSAND,
    counts=Counts.EVENTS,
    misleads=(
        "A fall can mean fewer incidents or fewer reports. Read it beside how many "
        "incidents people report."
    ),
    owner="Patient safety lead",
    review_every_months=12,
    denominator_key="bed_days",
    chart=ChartKind.U_PRIME,
)
