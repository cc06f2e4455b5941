from metrics.measure import Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="time_to_acknowledge",
    name="Time until an alert is answered",
    why_it_matters="The sooner somebody answers an alert, the sooner a patient gets help.",
    numerator="Minutes until half of the alerts were answered",
    denominator="Alerts that were shown",
    direction=Direction.DECREASE,
    family=Family.PROCESS,
    kirkpatrick=Kirkpatrick.BEHAVIOUR,
    source="Alert log",
    unit=Unit.MINUTES,
    counts=Counts.STAFF,
    misleads=(
        "It counts alerts still waiting too. Where fewer than half are answered, there is "
        "no such time, and the month is left out."
    ),
    owner="Chief nursing information officer",
    review_every_months=12,
)
