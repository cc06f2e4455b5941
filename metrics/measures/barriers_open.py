from metrics.measure import Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="barriers_open",
    name="Barriers that are open",
    why_it_matters="A barrier is for the trust to fix. Until then a goal may be out of reach.",
    numerator="Barriers that were open at the end of the month",
    denominator=None,
    direction=Direction.NEUTRAL,
    family=Family.BALANCING,
    kirkpatrick=Kirkpatrick.NOT_RATED,
    source="Appraisals, inductions and the register of systems",
    unit=Unit.COUNT,
    counts=Counts.STAFF,
    misleads=("More barriers can mean that people speak up more. Look at how long they stay open."),
    owner="Chief digital information officer",
    review_every_months=12,
)
