"""The words in which a measure and its chart are described to a reader."""

from tracker.models import Direction, MeasureFamily, MeasureUnit

FAMILY_WORDS = {
    MeasureFamily.OUTCOME: "Outcome: what patients and staff gain or lose",
    MeasureFamily.PROCESS: "Process: what people do and feel on the way there",
    MeasureFamily.BALANCING: "Balancing: what should not get worse meanwhile",
    MeasureFamily.ACTIVITY: "Activity: what we did, shown only beside its outcome",
    MeasureFamily.DENOMINATOR: "A count that other measures are divided by",
}
DIRECTION_WORDS = {
    Direction.INCREASE: "Higher is better",
    Direction.DECREASE: "Lower is better",
    Direction.NEUTRAL: "Neither is better by itself",
}
UNIT_WORDS = {
    MeasureUnit.PERCENT: "A percentage",
    MeasureUnit.PER_THOUSAND: "A number for each 1,000",
    MeasureUnit.EACH: "A number for each one",
    MeasureUnit.COUNT: "A plain number a month",
    MeasureUnit.DAYS: "Days",
    MeasureUnit.MINUTES: "Minutes",
    MeasureUnit.DAYS_BETWEEN: "Days between rare events, from a list of their dates",
    MeasureUnit.CASES_BETWEEN: "Cases between rare events, from a list of their dates",
    MeasureUnit.D_PRIME: "How well two kinds are told apart, where 0 is guessing",
}
KIRKPATRICK_WORDS = {
    "0": "Below level 1: that a course was taken",
    "1": "Level 1: what people thought of it",
    "2": "Level 2: what people learned",
    "3": "Level 3: what people do at work",
    "4": "Level 4: what came of it",
    "none": "Not about training",
}
CHART_WORDS = {
    "xmr": "XmR chart: single values, as in Making Data Count",
    "run": "Run chart: single values around their median, no limits",
    "i": "I chart: single values, with run rules",
    "p": "P chart: percentages",
    "pp": "P-prime chart: percentages of large and changing numbers",
    "u": "U chart: rates",
    "up": "U-prime chart: rates over large and changing numbers",
    "c": "C chart: plain numbers of rare events",
    "g": "G chart: cases or whole days between rare events",
    "t": "T chart: days between rare events",
    "ip": "I-prime chart: values that stand for groups of different size",
}
TWO_IN_THREE_WORDS = {
    "near_limits": "Two of three near a limit, inside it",
    "beyond_two_sigma": "Two of three near a limit or beyond it",
}
#: The fields of a measure that say what is counted: a change of these breaks the chart.
DEFINING = (
    "numerator",
    "denominator",
    "denominator_key",
    "unit",
    "source",
    "counts_staff",
)
FIELD_WORDS = {
    "name": "Name",
    "why_it_matters": "Why it matters",
    "numerator": "What is counted",
    "denominator": "Out of what",
    "denominator_key": "The measure that it is divided by",
    "direction": "Which way is better",
    "family": "Family",
    "unit": "How a value is said",
    "counts_staff": "Counts what staff did",
    "kirkpatrick_level": "Level of Kirkpatrick",
    "source": "Where the numbers come from",
    "misleads_when": "What can make it mislead",
    "for_outcome_key": "The outcome that it was for",
    "owner": "Owner",
    "review_on": "Look at it again",
    "chart_kind": "Chart",
    "target": "Target",
}
