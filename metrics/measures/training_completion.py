from metrics.measure import Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="training_completion",
    name="Training completed",
    why_it_matters=(
        "It shows that a course was taken, not that anything changed. It is shown only "
        "beside what it was for."
    ),
    numerator="Staff who have completed the digital training that they were asked to take",
    denominator="Staff who were asked to take it",
    direction=Direction.INCREASE,
    family=Family.ACTIVITY,
    kirkpatrick=Kirkpatrick.BELOW,
    source="Learning system",
    unit=Unit.PERCENT,
    counts=Counts.STAFF,
    misleads="Staff who meet this target can still miss the point of it.",
    owner="Digital learning lead",
    review_every_months=12,
    for_outcome_key="alert_recognition",
    target=90,
)
