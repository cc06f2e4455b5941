from metrics.measure import Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="barriers_age",
    name="Days that barriers have been open",
    why_it_matters="A barrier that stays open tells people that it is not worth speaking up.",
    numerator="Days that open barriers have been open, added up",
    denominator="Barriers that were open at the end of the month",
    direction=Direction.DECREASE,
    family=Family.PROCESS,
    kirkpatrick=Kirkpatrick.NOT_RATED,
    source="Appraisals, inductions and the register of systems",
    unit=Unit.DAYS,
    counts=Counts.STAFF,
    misleads=(
        "One old barrier pulls the mean up. It falls by itself when many new ones are told of."
    ),
    owner="Chief digital information officer",
    review_every_months=12,
)
