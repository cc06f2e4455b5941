from metrics.measure import Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="alert_recognition_practice",
    name="Alerts told apart in practice",
    why_it_matters=(
        "Practice shows early, and without risk to anybody, whether people can tell a screen "
        "that needs action from one that does not."
    ),
    # Both kinds of screen, half of each: who says yes to everything stays at a half.
    numerator="Practice screens told rightly, with or without something that needs action",
    denominator="Practice screens answered in a person's first round",
    direction=Direction.INCREASE,
    family=Family.PROCESS,
    kirkpatrick=Kirkpatrick.LEARNING,
    source="Practice in spotting alerts",
    unit=Unit.PERCENT,
    counts=Counts.STAFF,
    misleads=(
        "A half is what guessing gives. Made-up screens are not the ward: read it beside the "
        "alerts recognised at work. Later rounds are not in it, because people get used to them."
    ),
    owner="Digital learning lead",
    review_every_months=12,
)
