from metrics.measure import Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="practice_false_alarms",
    name="False alarms in practice",
    why_it_matters=(
        "Who sees an alert in every screen will not be heard when there is one. Learning to say "
        "yes is not learning to see."
    ),
    numerator="Screens with nothing to spot, called an alert",
    denominator="Screens with nothing to spot, in first rounds",
    direction=Direction.NEUTRAL,
    family=Family.BALANCING,
    kirkpatrick=Kirkpatrick.LEARNING,
    source="Practice in spotting alerts",
    unit=Unit.PERCENT,
    counts=Counts.STAFF,
    misleads=("It also falls when people stop asking. It is only shown with what was spotted."),
    owner="Digital learning lead",
    review_every_months=12,
)
