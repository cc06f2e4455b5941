"""Asks of each series of a report whether it changed, and says the answer in plain words."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from tracker.services.outcome_data import HARM, WHOLES, Shown, ShownCell
from tracker.services.outcome_series import Series, series_key
from tracker.services.outcome_values import Change, Verdict
from tracker.services.period_words import month_words, period_words

MONTHS_COMPARED = 12
#: The test's own words for what it found.
ROSE, FELL, TOO_FEW = "rose", "fell", "too few to tell"
VERDICTS = {"better": Verdict.BETTER, "worse": Verdict.WORSE, "neutral": Verdict.CHANGED}
#: A value that is a mean or a median, with how many it is of.
MEANS = frozenset({"d_prime", "days", "minutes"})
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
    series: Sequence[Series],
    shown: Mapping[str, Shown],
    *,
    first_month: date,
    last_month: date,
    broken: Mapping[str, date] | None = None,
) -> dict[str, Change]:
    """Test all series of one report together: the more are looked at, the surer each must be.

    broken: by measure, the month before which its numbers cannot be compared with those after.
    """
    import pandas as pd

    from metrics.change import changed

    broken = broken or {}
    rows = [
        (one.key, _middle(cell), cell.numerator, _base(one, cell), cell.months, *_sort_of(one))
        for one in series
        for cell in _seen(
            shown[one.key],
            max(first_month, broken.get(one.measure.key, first_month)),
            last_month,
        )
    ]
    if not rows:
        return {}
    columns = ["series", "month", "numerator", "denominator", "months", "kind", "better"]
    answers = changed(
        pd.DataFrame(rows, columns=pd.Index(columns)), since=compared_from(last_month)
    )
    by_key = {one.key: one for one in series}
    found = {
        str(row["series"]): _change(by_key[str(row["series"])], row)
        for row in answers.to_dict("records")
    }
    found = {key: _since_break(one, broken) for key, one in found.items()}
    return {key: _read_with_reports(change, by_key[key], found) for key, change in found.items()}


def _seen(shown: Shown, first_month: date, last_month: date) -> Iterator[ShownCell]:
    """Give what the reader sees, whole quarters on one side of the comparison only.

    The test hears of nothing else: a level before or after, times the bed days that anybody can
    look up, is a sum of counts, and how sure we are would tell a quarter's months apart.
    """
    since = compared_from(last_month)
    for cell in shown.cells:
        months = [_month_after(cell.period, number) for number in range(cell.months)]
        inside = first_month <= months[0] and months[-1] <= last_month
        if inside and (months[-1] < since or months[0] >= since):
            yield cell


def _middle(cell: ShownCell) -> date:
    """Give the month in the middle: a quarter stands there with its sums."""
    return _month_after(cell.period, cell.months // 2)


def _month_after(month: date, number: int) -> date:
    count = month.year * 12 + month.month - 1 + number
    return date(count // 12, count % 12 + 1, 1)


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
            "What has grown or fallen slowly for years can be taken for a change. Where that is "
            "likely, we say so. Look at its chart."
        ),
        (
            "A range is for the average since the change. It is a little wider than it need be, as "
            "a few years of months cannot show how much each is like the one before."
        ),
        (
            "Technical note: a quasi-likelihood model with season and autocorrelation; Benjamini "
            "and Hochberg over all series of this report at 5%; a series' own level 3%."
        ),
    )


def before_and_after(series: Series, before: float, after: float) -> tuple[str, str]:
    """Write two values of a series, the second with its unit."""
    if series.is_plain_count:
        return _number(before), f"{_number(after)} a month"
    scaled = [value * series.measure.multiplier for value in (before, after)]
    if series.measure.unit == "percent":
        first, second = (_number(value) + "%" for value in scaled)
        return first, second
    if series.measure.unit == "each":
        return _number(scaled[0]), _number(scaled[1])
    return _number(scaled[0]), f"{_number(scaled[1])} {series.unit_words}"


def _number(value: float) -> str:
    """Write a number as short as it can be and still be true."""
    if value >= 20:  # noqa: PLR2004
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"


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


def _since_break(change: Change, broken: Mapping[str, date]) -> Change:
    """Say why there are too few months, where what is counted changed."""
    month = broken.get(change.measure_key)
    if month is None or change.verdict is not Verdict.TOO_FEW:
        return change
    why = f"What is counted changed in {month_words(month)}, so earlier months are left out. "
    return replace(change, how_sure=why + change.how_sure)


def _read_with_reports(change: Change, series: Series, found: Mapping[str, Change]) -> Change:
    """Never call more incidents worse where people report more of everything."""
    whole = WHOLES.get(change.measure_key)
    if change.verdict is not Verdict.WORSE or change.measure_key == HARM or whole is None:
        return change
    reports = found.get(series_key(whole, series.unit.id))
    if reports is None or reports.verdict is not Verdict.CHANGED or _fell(reports):
        return change
    sentence = change.sentence.removesuffix(MEANINGS[Verdict.WORSE])
    return replace(
        change,
        verdict=Verdict.CHANGED,
        sentence=f"{sentence}People also report more, so this may be more reports of the same.",
    )


def _fell(change: Change) -> bool:
    return (change.after or 0) < (change.before or 0)


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
    before, after = before_and_after(series, float(row["before"]), float(row["after"]))
    if verdict is Verdict.NO_CHANGE:
        return f"{name}: no clear change. It was {before} before and is now {after}."
    way = "up" if row["verdict"] == ROSE else "down"
    return f"{name}: {way} from {before} to {after}. {MEANINGS[verdict]}"


def _how_sure(row: Mapping[Any, Any], verdict: Verdict) -> str:
    reason = str(row["reason"])
    if verdict is Verdict.TOO_FEW:
        return reason
    size = _size(float(row["low"]), float(row["high"]), str(row["size_in"]))
    if verdict is Verdict.NO_CHANGE:
        return f"{reason} The true change could be anywhere {size}."
    chance = float(row["p"])
    rarely = "less than 1 time in 1,000" if chance < VERY_SURE else f"about {_times(chance)}"
    beyond = f" {reason}" if row["beyond_trend"] or row["like_trend"] else ""
    return (
        f"We are sure of this: chance alone would do it {rarely}. The true change is most likely "
        f"{size}.{beyond}"
    )


def _times(chance: float) -> str:
    """Say a chance in two figures: nobody knows it better."""
    return f"1 time in {float(f'{1 / chance:.2g}'):,.0f}"


def _size(low: float, high: float, size_in: str) -> str:
    """Say an interval: between 5 and 9 points up, or from 2 points down to 3 points up."""
    if size_in == "ratio":
        low, high = (low - 1) * 100, (high - 1) * 100
    if size_in == "difference":
        return _difference(round(low, 1), round(high, 1))
    low, high = round(low), round(high)
    unit = "%" if size_in == "ratio" else " points"
    if 0 < low < high:
        return f"between {low} and {high}{unit} up"
    if low < high < 0:
        return f"between {-high} and {-low}{unit} down"
    return f"from {_end(low, unit)} to {_end(high, unit)}"


def _difference(low: float, high: float) -> str:
    ways = [f"{abs(end):.1f} {'up' if end > 0 else 'down'}" for end in (low, high)]
    return f"between {ways[0]} and {ways[1]}"


def _end(size: int, unit: str) -> str:
    if size == 0:
        return "no change"
    words = f"{abs(size)}{unit}".replace(" points", " point" if abs(size) == 1 else " points")
    return f"{words} {'up' if size > 0 else 'down'}"


def _base(series: Series, cell: ShownCell) -> float | None:
    """Give what a number is of; a plain number of a quarter is of three months."""
    if not series.is_plain_count:
        return cell.denominator
    return float(cell.months) if cell.months > 1 else None


def _sort_of(series: Series) -> tuple[str, str]:
    """Say of what kind a series is, and which way is better."""
    if series.measure.unit in MEANS:
        return "mean", series.measure.direction
    kind = "proportion" if series.measure.unit == "percent" else "rate"
    return kind, series.measure.direction


def with_verdict(changes: Iterable[Change], *verdicts: Verdict) -> list[Change]:
    return [change for change in changes if change.verdict in verdicts]
