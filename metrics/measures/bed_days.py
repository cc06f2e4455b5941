from metrics.measure import Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="bed_days",
    name="Occupied bed days",
    why_it_matters="It makes busy and quiet months, and large and small wards, fair to compare.",
    numerator="Beds occupied, added up over the days of the month",
    denominator=None,
    direction=Direction.NEUTRAL,
    family=Family.DENOMINATOR,
    kirkpatrick=Kirkpatrick.NOT_RATED,
    source="Patient administration system",
    unit=Unit.COUNT,
    counts=Counts.EVENTS,
    misleads="Day cases and clinics are not in it, so it does not suit a unit without beds.",
    owner="Information services",
    review_every_months=12,
)
