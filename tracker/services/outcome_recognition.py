"""Alert recognition in practice: d-prime, from what was spotted and what was a false alarm.

Hits alone rise when people learn to say yes to everything. So the report's verdict is given on how
far the two sorts of screen are told apart, and the parts are only shown together.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from tracker.services.outcome_series import Cell, Series, facts_of, series_key

if TYPE_CHECKING:
    from tracker.models import OutcomeMeasure

RECOGNITION = "alert_recognition_practice"
HITS = "practice_hits"
FALSE_ALARMS = "practice_false_alarms"
Part = tuple[float, float]
#: spotted, of how many; false alarms, of how many
Counts = tuple[int, int, int, int]
MOST_KEPT = 20_000
_worked_out: dict[Counts, tuple[float, float]] = {}


def with_recognition(
    series: dict[str, Series], measures: "Iterable[OutcomeMeasure]"
) -> dict[str, Series]:
    """Add recognition to each unit that has both its parts."""
    facts = next((facts_of(one) for one in measures if one.key == RECOGNITION), None)
    if facts is None:
        return series
    found = {key: one for key, one in series.items() if one.measure.key != RECOGNITION}
    both = [
        (hits, others)
        for hits in series.values()
        if hits.measure.key == HITS
        and (others := series.get(series_key(FALSE_ALARMS, hits.unit.id))) is not None
    ]
    _work_out(
        {
            _counts(*_parts(one, other))
            for hits, others in both
            for _month, one, other in _pairs(hits.cells, others.cells)
        }
    )
    for hits, others in both:
        one = Series(
            measure=facts,
            unit=hits.unit,
            cells=_cells(hits.cells, others.cells),
            unit_words="on a scale where 0 is guessing",
            incomplete=hits.incomplete | others.incomplete,
            unfinished=hits.unfinished | others.unfinished,
        )
        found[one.key] = one
    return found


def recognition_cell(hits: Part, false_alarms: Part) -> tuple[float, float]:
    """Give d-prime of a month and its weight, which is one over its variance."""
    counts = _counts(hits, false_alarms)
    if counts not in _worked_out:
        _work_out({counts})
    return _worked_out[counts]


def _counts(hits: Part, false_alarms: Part) -> Counts:
    first, second, third, fourth = (round(count) for count in (*hits, *false_alarms))
    return first, second, third, fourth


def _work_out(asked: set[Counts]) -> None:
    """Work many out together: one by one they take most of a second."""
    import numpy as np

    from metrics.signal_detection import recognitions

    new = sorted(asked - _worked_out.keys())
    if not new:
        return
    if len(_worked_out) + len(new) > MOST_KEPT:
        _worked_out.clear()
    d_prime, error = recognitions(*np.array(new, dtype=np.int64).T)
    told = zip(d_prime.tolist(), (error**-2).tolist(), strict=True)
    _worked_out.update(zip(new, told, strict=True))


def _pairs(
    hits: Mapping[date, Cell], others: Mapping[date, Cell]
) -> Iterator[tuple[date, Cell, Cell]]:
    """Give each month that has both parts."""
    for month, one in hits.items():
        other = others.get(month)
        if other is not None and one.denominator and other.denominator:
            yield month, one, other


def _parts(one: Cell, other: Cell) -> tuple[Part, Part]:
    return (one.numerator, one.denominator or 0), (other.numerator, other.denominator or 0)


def _cells(hits: Mapping[date, Cell], others: Mapping[date, Cell]) -> dict[date, Cell]:
    """Put a value and its weight into each month that has both parts, as a mean has them."""
    found = {}
    for month, one, other in _pairs(hits, others):
        value, weight = recognition_cell(*_parts(one, other))
        people = [n for n in (one.contributors, other.contributors) if n is not None]
        found[month] = Cell(
            value * weight,
            weight,
            min(people) if people else None,
            min(one.extracted_at, other.extracted_at),
        )
    return found
