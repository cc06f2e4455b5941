from metrics.measure import Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="practice_false_alarms",
    name="False alarms in practice",
    why_it_matters=(
        "Who sees an alert in every screen will not be heard when there is one. Learning to say "
        "yes is not learning to see."
    ),
    numerator="Practice screens without anything to act on, where somebody said there was",
    denominator=("Practice screens without anything to act on, answered in a person's first round"),
    direction=Direction.DECREASE,
    family=Family.BALANCING,
    kirkpatrick=Kirkpatrick.LEARNING,
    source="Practice in spotting alerts",
    unit=Unit.PERCENT,
    counts=Counts.STAFF,
    misleads=(
        "It also falls when people stop asking. Read it beside the alerts told apart in practice."
    ),
    owner="Digital learning lead",
    review_every_months=12,
)
