from metrics.measure import Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="contacts",
    name="Contacts with patients",
    why_it_matters="It makes busy and quiet months fair to compare where there are no beds.",
    numerator="Appointments, visits and calls that took place in the month",
    denominator=None,
    direction=Direction.NEUTRAL,
    family=Family.DENOMINATOR,
    kirkpatrick=Kirkpatrick.NOT_RATED,
    source="Patient administration system",
    unit=Unit.COUNT,
    counts=Counts.EVENTS,
    misleads="A short call and a long visit count the same. Rules for what is counted may change.",
    owner="Information services",
    review_every_months=12,
)
