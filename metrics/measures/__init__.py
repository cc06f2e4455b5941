"""The measures that every trust starts with, one a file, named as its key."""

from importlib import import_module

from metrics.measure import Measure

BUILT_IN_KEYS = (
    "alert_recognition",
    "use_related_incidents",
    "harm_share",
    "harm_count",
    "days_between_serious",
    "confidence",
    "alert_recognition_practice",
    "practice_calibration",
    "alert_override",
    "alert_appropriate_override",
    "alert_ignored",
    "time_to_acknowledge",
    "reporting_delay",
    "how_to_calls",
    "incident_reporting",
    "technical_incidents",
    "unclear_incidents",
    "alert_burden",
    "alert_burden_staff",
    "barriers_open",
    "barriers_age",
    "practice_hits",
    "practice_false_alarms",
    "training_completion",
    "bed_days",
    "contacts",
    "staff_in_post",
)


def built_in() -> tuple[Measure, ...]:
    """Every measure that comes with the product, in the order in which a report shows them."""
    return tuple(_load(key) for key in BUILT_IN_KEYS)


def _load(key: str) -> Measure:
    measure = import_module(f"metrics.measures.{key}").MEASURE
    if not isinstance(measure, Measure):
        raise TypeError(f"metrics/measures/{key}.py must hold a Measure named MEASURE")
    return measure
