"""Plain charts for tests of drawing."""

from tracker.documents.values import ChartData, ChartPhase, ChartPoint, NumberFormat, PointKind

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
USUAL = (8.0, 9.5, 7.2, 8.8, 12.4, 8.1, 7.9, 8.3, 9.9, 8.4, 7.7, 8.6)


def a_chart(values=None, *, kinds=None, key="incidents", phases=None, **more):
    """Make a monthly chart from January 2023 with one phase over all of it."""
    values = (
        [8.0, 9.5, 7.2, 8.8, 12.4, 8.1, 7.9, 8.3, 9.9, 8.4, 7.7, 8.6] if values is None else values
    )
    kinds = kinds or {}
    points = tuple(
        ChartPoint(
            label=f"{MONTHS[n % 12]} {2023 + n // 12}",
            value=value,
            kind=kinds.get(n, PointKind.COMMON),
            signal="above the upper limit" if kinds.get(n) else "",
        )
        for n, value in enumerate(values)
    )
    if phases is None:
        whole = ChartPhase(first=0, last=len(values) - 1, mean=8.9, lower=5.1, upper=12.2)
        phases = (whole,) if values else ()
    words = {
        "title": "Incidents from use",
        "description": "Control chart, January to December 2023. The mean is 8.9.",
        "number_format": NumberFormat.PER_1000,
        "unit_words": "per 1,000 bed days",
    }
    return ChartData(key=key, points=points, phases=phases, **(words | more))
