from metrics.measure import Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="practice_hits",
    name="Spotted in practice",
    why_it_matters="What is not spotted on a screen is not acted on.",
    numerator="Practice screens with something to act on, where somebody said so",
    denominator="Practice screens with something to act on, answered in a first round",
    # More of these is good only while false alarms do not grow with them.
    direction=Direction.NEUTRAL,
    family=Family.PROCESS,
    kirkpatrick=Kirkpatrick.LEARNING,
    source="Practice in spotting alerts",
    unit=Unit.PERCENT,
    counts=Counts.STAFF,
    misleads=(
        "It rises to the full when people learn to say yes to every screen. It is only shown "
        "with the false alarms."
    ),
    owner="Digital learning lead",
    review_every_months=12,
)
