"""Axes and numbers: where the ticks stand and how a value is written."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tracker.documents.values import NumberFormat

if TYPE_CHECKING:
    from tracker.documents.values import ChartData

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_FROM_NOUGHT = 0.8  # a smallest value below this share of the largest: the axis starts at nought
_WHOLE_PERCENT = 100.0
_MANY_TICKS = 5


def nice_step(span: float, *, most: int = _MANY_TICKS, whole: bool = False) -> float:
    """Choose a step of 1, 2, 2.5 or 5 times a power of ten that gives at most `most` gaps."""
    if span <= 0:
        return 1.0
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((s * power for s in _STEPS if s * power >= rough * (1 - 1e-9)), 10 * power)
    if whole:
        return max(1.0, step if step == int(step) else math.ceil(step))
    return step


def ticks(low: float, high: float, *, most: int = _MANY_TICKS, whole: bool = False) -> list[float]:
    """Give round numbers that reach from below `low` to above `high`."""
    step = nice_step(high - low, most=most, whole=whole)
    first = math.floor(low / step + 1e-9)
    last = max(math.ceil(high / step - 1e-9), first + 1)
    return [round(n * step, 10) for n in range(first, last + 1)]


def axis(chart: ChartData, *, most: int = _MANY_TICKS) -> list[float]:
    """Choose the ticks of a chart's value axis from everything that is drawn on it."""
    values = [p.value for p in chart.points if p.value is not None]
    drawn = [*values, *(n for p in chart.phases for n in (p.mean, p.lower, p.upper))]
    drawn += [n for p in chart.points for n in (p.lower, p.upper)]
    numbers = [n for n in [*drawn, chart.target] if n is not None]
    low, high = (min(numbers), max(numbers)) if numbers else (0.0, 1.0)
    if chart.is_never_negative and (low < 0 or low < _FROM_NOUGHT * high or low == high):
        low = 0.0
    if _stops_at_100(chart):
        high = min(high, _WHOLE_PERCENT)
    if low == high:
        low, high = (low - 1, high + 1) if low else (0.0, 1.0)
    return ticks(low, high, most=most, whole=chart.number_format is NumberFormat.COUNT)


def _stops_at_100(chart: ChartData) -> bool:
    is_percent = chart.number_format is NumberFormat.PERCENT
    return is_percent and (chart.largest or 0.0) <= _WHOLE_PERCENT


def is_drawn(chart: ChartData, limit: float | None) -> bool:
    """Say whether a limit can happen: none is drawn below nought or above 100%."""
    if limit is None or (chart.is_never_negative and limit < 0):
        return False
    return not (_stops_at_100(chart) and limit > _WHOLE_PERCENT)


def decimals(chart: ChartData) -> int:
    """Choose how many decimals the chart's values are written with."""
    if chart.decimals is not None:
        return chart.decimals
    if chart.number_format is NumberFormat.COUNT:
        return 0
    if chart.number_format is NumberFormat.PERCENT:
        return 1
    return 2 if chart.largest is not None and chart.largest < 1 else 1


def written(chart: ChartData, value: float | None) -> str:
    """Write a value as this chart's numbers are written; a gap is said in words."""
    if value is None:
        return "no data"
    places = decimals(chart)
    if chart.number_format is NumberFormat.COUNT and value != int(value):
        places = max(places, 1)  # the mean of counts
    return _with_percent(chart, f"{value:,.{places}f}")


def written_tick(chart: ChartData, value: float, step: float) -> str:
    """Write a number on the axis with no more decimals than its step needs."""
    places = next((n for n in range(4) if math.isclose(step * 10**n, round(step * 10**n))), 4)
    return _with_percent(chart, f"{value:,.{places}f}")


def written_part(value: float | None) -> str:
    """Write a numerator or denominator."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def _with_percent(chart: ChartData, number: str) -> str:
    if not number.strip("-0.,"):
        number = number.lstrip("-")  # no minus nought
    number = number.replace("-", "\N{MINUS SIGN}")
    return number + "%" if chart.number_format is NumberFormat.PERCENT else number
