"""Says what a report that was published would say otherwise today, because data came later."""

from collections.abc import Iterator, Mapping
from datetime import date

from tracker.services.outcome_values import Chart, OutcomeReport, Point, Verdict
from tracker.services.period_words import day_words, listed, month_words, quarter_words

Place = tuple[date, int]
FEW = 3
CLOSE = 1e-9
VERDICTS = {
    Verdict.BETTER: "got better",
    Verdict.WORSE: "got worse",
    Verdict.CHANGED: "changed",
    Verdict.NO_CHANGE: "no clear change",
    Verdict.TOO_FEW: "too few to tell",
}


def what_changed(then: OutcomeReport, now: OutcomeReport) -> tuple[str, ...]:
    """Compare two reports on the same unit and period, measure by measure."""
    return (*_verdicts(then, now), *_numbers(then, now))


def _verdicts(then: OutcomeReport, now: OutcomeReport) -> Iterator[str]:
    activities = {one.key for one in then.definitions if one.family == "activity"}
    today = {one.measure_key: one for one in now.changes}
    for was in then.changes:
        now_is = today.get(was.measure_key)
        if was.measure_key in activities or now_is is None or now_is.verdict is was.verdict:
            continue
        yield (
            f"{was.measure_name}: the report said “{VERDICTS[was.verdict]}”. "
            f"Today it would say “{VERDICTS[now_is.verdict]}”."
        )


def _numbers(then: OutcomeReport, now: OutcomeReport) -> Iterator[str]:
    today = _charts(now)
    for key, was in _charts(then).items():
        name = was.measure.name
        if key not in today:
            yield f"{name}: it was shown then, and may not be shown today."
            continue
        before, after = _points(was), _points(today[key])
        other = [at for at, point in before.items() if at in after and _differ(point, after[at])]
        gone = [at for at in before if at not in after]
        come = [at for at in after if at not in before]
        yield from _said(name, other, "has another number now", "have other numbers now")
        yield from _said(name, gone, "is not shown any more", "are not shown any more")
        yield from _said(name, come, "was not in the report", "were not in the report")
    for key, now_is in today.items():
        if key not in _charts(then):
            yield f"{now_is.measure.name}: it was not shown then, and may be shown today."


def _charts(report: OutcomeReport) -> Mapping[str, Chart]:
    by_month = (chart for chart in report.charts if not chart.points[0].label)
    return {chart.measure.key: chart for chart in by_month}


def _points(chart: Chart) -> Mapping[Place, Point]:
    return {(point.month, point.months): point for point in chart.points}


def _differ(was: Point, now_is: Point) -> bool:
    pairs = ((was.numerator, now_is.numerator), (was.denominator or 0, now_is.denominator or 0))
    return any(abs(one - other) > CLOSE * max(1.0, abs(one)) for one, other in pairs)


def _said(name: str, places: list[Place], one: str, many: str) -> Iterator[str]:
    if len(places) > FEW:
        first, last = _words(min(places)), _words(max(places))
        yield f"{name}: {len(places)} points {many}, {first} to {last}."
    elif places:
        verb = one if len(places) == 1 else many
        yield f"{name}: {listed(map(_words, places))} {verb}."


def _words(place: Place) -> str:
    month, months = place
    if not months:  # rare events stand on their days
        return day_words(month)
    return month_words(month) if months == 1 else quarter_words(month)
