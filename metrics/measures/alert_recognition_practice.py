from metrics.measure import Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="alert_recognition_practice",
    name="Alert recognition in practice",
    why_it_matters=(
        "Practice shows early, and without risk to anybody, whether people can tell a screen "
        "that needs action from one that does not."
    ),
    # Worked out from practice_hits and practice_false_alarms, and kept nowhere: d-prime.
    numerator="How far screens that need action are told from those that do not, in first rounds",
    denominator="",
    direction=Direction.INCREASE,
    family=Family.PROCESS,
    kirkpatrick=Kirkpatrick.LEARNING,
    source="Practice in spotting alerts",
    unit=Unit.D_PRIME,
    counts=Counts.STAFF,
    misleads=(
        "Nought is guessing, and also what it comes to when every screen is called an alert. "
        "Made-up screens are not the ward: read it beside the alerts recognised at work. Later "
        "rounds are not in it, because people get used to them."
    ),
    owner="Digital learning lead",
    review_every_months=12,
)
