"""The sentences of the report are made from what its reader sees, and from nothing else."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from tracker.services.outcome_changes import find_changes
from tracker.services.outcome_data import Shown, ShownCell
from tracker.services.outcome_series import Cell, Series, UnitFacts
from tracker.services.outcome_values import MeasureFacts

MEASURE = MeasureFacts(
    id=1, key="use_related_incidents", name="Incidents from how systems are used",
    family="outcome", direction="decrease", unit="per_thousand", numerator="", denominator="",
    why_it_matters="", misleads_when="", source="", counts_staff=False, kirkpatrick_level="4",
)  # fmt: skip
MONTHS = [date(2023 + (n + 10) // 12, (n + 10) % 12 + 1, 1) for n in range(36)]  # from Nov 2023
BEDS = 1000.0


def series(counts):
    cells = {
        month: Cell(float(count), BEDS, None, datetime(2026, 11, 1, tzinfo=UTC))
        for month, count in zip(MONTHS, counts, strict=True)
    }
    unit = UnitFacts(id=1, public_id="u1", name="Ward 1")
    return Series(measure=MEASURE, unit=unit, cells=cells, unit_words="per 1,000 bed days")


def by_quarter(counts):
    """Show whole calendar quarters: January 2024 to September 2026."""
    cells = [
        ShownCell(
            period=MONTHS[n], months=3, numerator=sum(counts[n : n + 3]), denominator=3 * BEDS
        )
        for n in range(2, 35, 3)
    ]
    return Shown(cells=tuple(cells), is_by_quarter=True, reason="")


def by_month(counts):
    cells = [
        ShownCell(period=month, months=1, numerator=count, denominator=BEDS)
        for month, count in zip(MONTHS, counts, strict=True)
    ]
    return Shown(cells=tuple(cells), is_by_quarter=False, reason="")


def changes(counts, shown):
    one = series(counts)
    found = find_changes([one], {one.key: shown}, first_month=MONTHS[0], last_month=MONTHS[-1])
    return found[one.key]


def test_a_level_times_the_bed_days_gives_no_month_that_is_not_shown():
    counts = [10] * 36
    # November 2023, and the last month, stand in no quarter; October 2025 stands in one that the
    # twelve months compared cut in two. Whatever they hold must not move the numbers.
    other = list(counts)
    other[0], other[-1] = 5, 3
    other[23], other[24] = 2, 18
    told, same = (changes(each, by_quarter(each)) for each in (counts, other))
    assert (told.before, told.after) == (same.before, same.after)
    assert told.before == pytest.approx(0.01)
    assert told.months == 30


def test_where_every_month_is_shown_every_month_counts():
    counts = [10] * 24 + [20] * 12
    told = changes(counts, by_month(counts))
    assert told.months == 36
    assert told.after == pytest.approx(0.02)
    assert told.verdict == "worse"


def test_a_change_that_a_slow_trend_explains_nearly_as_well_says_so():
    slow = np.random.default_rng(6).poisson(40 * 1.1 ** (np.arange(36) / 12)).tolist()
    told = changes(slow, by_month(slow))
    assert told.verdict == "worse"
    assert told.how_sure.endswith(
        "A slow rise or fall over the years fits these numbers nearly as well."
    )
