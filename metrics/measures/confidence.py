from metrics.measure import Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="confidence",
    name="Staff who feel confident",
    why_it_matters=(
        "People who feel able to use a system are more likely to use it well, and to ask "
        "when it goes wrong."
    ),
    numerator="Staff who feel confident, or help others, in most of what they were asked",
    denominator="Staff who answered",
    direction=Direction.INCREASE,
    family=Family.PROCESS,
    kirkpatrick=Kirkpatrick.LEARNING,
    source="Self-assessment",
    unit=Unit.PERCENT,
    counts=Counts.STAFF,
    misleads=(
        "Feeling able is not the same as being able. People who learn more may at first "
        "feel less sure."
    ),
    owner="Digital learning lead",
    review_every_months=12,
)
