from metrics.measure import ChartKind, Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="how_to_calls",
    name="How-to calls to the service desk",
    why_it_matters=(
        "A call to ask how something works shows where help is needed, near where people work."
    ),
    numerator="Calls that asked how to do something",
    denominator="Staff in post",
    direction=Direction.DECREASE,
    family=Family.PROCESS,
    kirkpatrick=Kirkpatrick.BEHAVIOUR,
    source="Service desk",
    unit=Unit.PER_THOUSAND,
    counts=Counts.EVENTS,
    misleads=(
        "A new system brings more calls for a while. People may also ask a champion, or give up."
    ),
    owner="Service desk manager",
    review_every_months=12,
    denominator_key="staff_in_post",
    chart=ChartKind.U_PRIME,
)
