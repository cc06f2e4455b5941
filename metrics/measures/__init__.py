"""The measures that every trust starts with, one a file, named as its key."""

from importlib import import_module

from metrics.measure import Measure

BUILT_IN_KEYS = (
    "alert_recognition",
    "use_related_incidents",
    "harm_share",
    "confidence",
    "alert_recognition_practice",
    "alert_override",
    "incident_reporting",
    "technical_incidents",
    "practice_hits",
    "practice_false_alarms",
    "training_completion",
    "bed_days",
)


def built_in() -> tuple[Measure, ...]:
    """Every measure that comes with the product, in the order in which a report shows them."""
    return tuple(_load(key) for key in BUILT_IN_KEYS)


def _load(key: str) -> Measure:
    measure = import_module(f"metrics.measures.{key}").MEASURE
    if not isinstance(measure, Measure):
        raise TypeError(f"metrics/measures/{key}.py must hold a Measure named MEASURE")
    return measure
