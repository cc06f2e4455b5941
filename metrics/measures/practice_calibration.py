from metrics.measure import ChartKind, Counts, Direction, Family, Kirkpatrick, Measure, Unit

MEASURE = Measure(
    key="practice_calibration",
    name="Sure and wrong, in practice",
    why_it_matters="Somebody who is sure and wrong does not ask for help. Harm begins there.",
    numerator="Practice screens answered wrongly by people who were quite sure",
    denominator="Practice screens that people were quite sure of, in their first round",
    direction=Direction.DECREASE,
    family=Family.PROCESS,
    kirkpatrick=Kirkpatrick.LEARNING,
    source="Practice in spotting alerts",
    unit=Unit.PERCENT,
    counts=Counts.STAFF,
    misleads=(
        "People who are never sure have none of these. Read it beside alert recognition "
        "in practice."
    ),
    owner="Digital learning lead",
    review_every_months=12,
    chart=ChartKind.P_PRIME,
)
