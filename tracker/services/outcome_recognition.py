"""Alert recognition in practice: d-prime, from what was spotted and what was a false alarm.

Hits alone rise when people learn to say yes to everything. So the report's verdict is given on how
far the two sorts of screen are told apart, and the parts are only shown together.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from tracker.services.outcome_series import Cell, Series, facts_of, series_key

if TYPE_CHECKING:
    from tracker.models import OutcomeMeasure

RECOGNITION = "alert_recognition_practice"
HITS = "practice_hits"
FALSE_ALARMS = "practice_false_alarms"
Part = tuple[float, float]


def with_recognition(
    series: dict[str, Series], measures: "Iterable[OutcomeMeasure]"
) -> dict[str, Series]:
    """Add recognition to each unit that has both its parts."""
    facts = next((facts_of(one) for one in measures if one.key == RECOGNITION), None)
    if facts is None:
        return series
    found = {key: one for key, one in series.items() if one.measure.key != RECOGNITION}
    for hits in series.values():
        others = series.get(series_key(FALSE_ALARMS, hits.unit.id))
        if hits.measure.key == HITS and others is not None:
            cells = _cells(hits.cells, others.cells)
            one = Series(
                measure=facts,
                unit=hits.unit,
                cells=cells,
                unit_words="on a scale where 0 is guessing",
                incomplete=hits.incomplete | others.incomplete,
                unfinished=hits.unfinished | others.unfinished,
            )
            found[one.key] = one
    return found


def recognition_cell(hits: Part, false_alarms: Part) -> tuple[float, float]:
    """Give d-prime of a month and its weight, which is one over its variance."""
    return _worked_out(*(round(count) for count in (*hits, *false_alarms)))


@lru_cache(maxsize=20_000)
def _worked_out(hits: int, with_: int, false_alarms: int, without: int) -> tuple[float, float]:
    from metrics.signal_detection import recognition

    told = recognition(hits, with_ - hits, false_alarms, without - false_alarms)
    return told.d_prime, told.d_prime_se**-2


def _cells(hits: Mapping[date, Cell], others: Mapping[date, Cell]) -> dict[date, Cell]:
    """Put a value and its weight into each month that has both parts, as a mean has them."""
    found = {}
    for month, one in hits.items():
        other = others.get(month)
        if other is None or not one.denominator or not other.denominator:
            continue
        value, weight = recognition_cell(
            (one.numerator, one.denominator), (other.numerator, other.denominator)
        )
        people = [n for n in (one.contributors, other.contributors) if n is not None]
        found[month] = Cell(
            value * weight,
            weight,
            min(people) if people else None,
            min(one.extracted_at, other.extracted_at),
        )
    return found
