"""Asks of each series of a report whether it changed, and says the answer in plain words."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from tracker.services.outcome_series import Series
from tracker.services.outcome_values import Change, Verdict
from tracker.services.period_words import period_words

MONTHS_COMPARED = 12
#: The test's own words for what it found.
ROSE, FELL, TOO_FEW = "rose", "fell", "too few to tell"
VERDICTS = {"better": Verdict.BETTER, "worse": Verdict.WORSE, "neutral": Verdict.CHANGED}
VERY_SURE = 0.001
MEANINGS = {
    Verdict.BETTER: "That is better.",
    Verdict.WORSE: "That is worse.",
    Verdict.CHANGED: "This is neither good nor bad by itself.",
}


def compared_from(last_month: date) -> date:
    """Give the first of the last twelve months: they are set against all months before."""
    months = last_month.year * 12 + last_month.month - MONTHS_COMPARED
    return date(months // 12, months % 12 + 1, 1)


def find_changes(
    series: Sequence[Series], *, first_month: date, last_month: date
) -> dict[str, Change]:
    """Test all series of one report together: the more are looked at, the surer each must be."""
    import pandas as pd

    from metrics.change import changed

    rows = [
        (one.key, month, cell.numerator, _base(one, cell.denominator), _kind(one), _better(one))
        for one in series
        for month, cell in one.cells.items()
        if first_month <= month <= last_month
    ]
    if not rows:
        return {}
    columns = ["series", "month", "numerator", "denominator", "kind", "better"]
    answers = changed(
        pd.DataFrame(rows, columns=pd.Index(columns)), since=compared_from(last_month)
    )
    by_key = {one.key: one for one in series}
    return {
        str(row["series"]): _change(by_key[str(row["series"])], row)
        for row in answers.to_dict("records")
    }


def rule_in_words(first_month: date, last_month: date, looked_at: int) -> tuple[str, ...]:
    """Say how the report decides, so that a reader can judge it."""
    since = compared_from(last_month)
    before_ends = date(since.year - (since.month == 1), (since.month - 2) % 12 + 1, 1)
    if before_ends < first_month:
        return ("There are too few months to compare. A report needs 18 months or more.",)
    together = ""
    if looked_at > 1:
        together = (
            f" We looked at {looked_at} series together, so each one had to be clearer than if we "
            "had looked at it alone."
        )
    return (
        (
            f"We compare {period_words(since, last_month)} with the months before "
            f"({period_words(first_month, before_ends)})."
        ),
        (
            "We say that something changed only when chance, the season, and one month being "
            f"like the month before do not explain it.{together}"
        ),
        "A mark on a chart is a question, not an answer. Charts show such marks by chance as well.",
        (
            "Technical note: a quasi-likelihood model with season and autocorrelation; Benjamini "
            "and Hochberg over all series of this report; level 0.025."
        ),
    )


def written_value(series: Series, value: float) -> str:
    """Write a value of a series with its unit, as short as it can be and still be true."""
    if series.is_plain_count:
        return f"{value:,.0f} a month" if value >= 10 else f"{value:.1f} a month"  # noqa: PLR2004
    scaled = value * series.measure.multiplier
    if series.measure.unit == "percent":
        return f"{scaled:.0f}%" if scaled >= 10 else f"{scaled:.1f}%"  # noqa: PLR2004
    number = f"{scaled:.1f}" if scaled >= 1 else f"{scaled:.2f}"
    return f"{number} {series.unit_words}"


def _change(series: Series, row: Mapping[Any, Any]) -> Change:
    verdict = _verdict(row)
    numbers = {
        name: None if math.isnan(float(row[column])) else float(row[column])
        for name, column in {
            "before": "before",
            "after": "after",
            "effect": "size",
            "effect_low": "low",
            "effect_high": "high",
            "p": "p",
            "q": "q",
        }.items()
    }
    return Change(
        measure_key=series.measure.key,
        measure_name=series.measure.name,
        unit_name=series.unit.name,
        unit_id=series.unit.public_id,
        verdict=verdict,
        sentence=_sentence(series, row, verdict),
        how_sure=_how_sure(row, verdict),
        months=int(row["months_before"]) + int(row["months_after"]),
        effect_is=str(row["size_in"]),
        **numbers,
    )


def _verdict(row: Mapping[Any, Any]) -> Verdict:
    if row["verdict"] == TOO_FEW:
        return Verdict.TOO_FEW
    if row["verdict"] in (ROSE, FELL):
        return VERDICTS[row["meaning"]]
    return Verdict.NO_CHANGE


def _sentence(series: Series, row: Mapping[Any, Any], verdict: Verdict) -> str:
    name = series.measure.name
    if verdict is Verdict.TOO_FEW:
        return f"{name}: too few to tell."
    before, after = (written_value(series, float(row[side])) for side in ("before", "after"))
    if verdict is Verdict.NO_CHANGE:
        return f"{name}: no clear change. It was {before} before and is {after} now."
    way = "up" if row["verdict"] == ROSE else "down"
    return f"{name}: {way} from {before} to {after}. {MEANINGS[verdict]}"


def _how_sure(row: Mapping[Any, Any], verdict: Verdict) -> str:
    reason = str(row["reason"])
    if verdict is Verdict.TOO_FEW:
        return reason
    between = _between(float(row["low"]), float(row["high"]), str(row["size_in"]))
    if verdict is Verdict.NO_CHANGE:
        return f"{reason} The true change could be anywhere from {between}."
    chance = float(row["p"])
    rarely = "less than 1 time in 1,000" if chance < VERY_SURE else f"{_times(chance)}"
    return (
        f"We are sure of this: chance alone would do it {rarely}. True change: {between}. {reason}"
    )


def _times(chance: float) -> str:
    return f"about 1 time in {round(1 / chance):,}"


def _between(low: float, high: float, size_in: str) -> str:
    if size_in == "percentage points":
        ends = [_way(end, f"{abs(end):.0f} points") for end in (low, high)]
    elif size_in == "ratio":
        ends = [_way(end - 1, f"{abs(end - 1) * 100:.0f}%") for end in (low, high)]
    else:
        ends = [_way(end, f"{abs(end):.2g}") for end in (low, high)]
    return f"{ends[0]} to {ends[1]}"


def _way(change: float, size: str) -> str:
    return f"{size} {'up' if change >= 0 else 'down'}"


def _base(series: Series, denominator: float | None) -> float | None:
    return None if series.is_plain_count else denominator


def _kind(series: Series) -> str:
    return "proportion" if series.measure.unit == "percent" else "rate"


def _better(series: Series) -> str:
    return series.measure.direction


def with_verdict(changes: Iterable[Change], *verdicts: Verdict) -> list[Change]:
    return [change for change in changes if change.verdict in verdicts]
