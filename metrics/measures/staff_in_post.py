from metrics.measure import Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="staff_in_post",
    name="Staff in post",
    why_it_matters="It says how many people a number is about.",
    numerator="People with a post on the last day of the month",
    denominator=None,
    direction=Direction.NEUTRAL,
    family=Family.DENOMINATOR,
    kirkpatrick=Kirkpatrick.NOT_RATED,
    source="HR records",
    unit=Unit.COUNT,
    counts=Counts.EVENTS,
    misleads="It counts people and not hours.",
    owner="Workforce information lead",
    review_every_months=12,
)
