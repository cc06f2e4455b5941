"""A year of alerts in a report: how long they waited, and units beside what their alerts call for.

A row is shown where the one rule of disclosure would show the year's count (metrics.disclosure).
Of a curve only those times are drawn at which at least eight alerts were still followed, and at
least eight (or none) fewer than at the time before.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tracker.models import AlertYear
from tracker.services.outcome_data import OutcomeData
from tracker.services.outcome_series import UnitId, UnitTree
from tracker.services.outcome_values import (
    Audience,
    Chart,
    Figure,
    Phase,
    Point,
    Section,
    Table,
)
from tracker.services.period_words import month_words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.services.outcome_values import MeasureFacts

WAITING = "time_to_acknowledge"
FEWEST = 8
FEWEST_POINTS = 3
HOUR = 60
RULES = "Kaplan and Meier's curve: alerts without an answer count as waiting until a day is over."
ABOUT_MIX = (
    "Units do not all get the same sorts of alert. So each stands beside what one would expect if "
    "it accepted every sort as often as the whole organisation does. 1 is as expected. This is not "
    "a ranking, and accepting more is not always better."
)
COLUMNS = ("Unit", "Accepted", "Expected from its alerts", "Accepted over expected", "Likely range")


def alert_year(
    db: "Session", data: OutcomeData, unit_id: UnitId, audience: Audience
) -> Section | None:
    """Show the last twelve whole months of alerts; nothing where nobody logged any."""
    measure = next((one for one in data.measures if one.key == WAITING), None)
    years = {
        one.organisation_unit_id: one
        for one in db.scalars(
            select(AlertYear).where(AlertYear.organisation_id == data.organisation_id)
        )
    }
    if measure is None or unit_id not in years:
        return None
    own = years[unit_id]
    shown = data.kept(
        ("alert years", audience, own.extracted_at), lambda: _shown(years, data.tree, audience)
    )
    period = f"{month_words(own.first_month)} to {month_words(own.last_month)}"
    figure = Figure(
        sentence="How long alerts wait for an answer",
        withheld="Too few different staff were shown alerts here, so this is not shown.",
    )
    if unit_id in shown:
        figure = _curve(measure, own, data.tree.units[unit_id].name, audience) or figure
    table = _mix([years[one] for one in data.tree.children(unit_id) if one in shown], data.tree)
    return Section(
        key="alert-year",
        title="A year of alerts",
        introduction=(f"All of this is about {period}.", *((ABOUT_MIX,) if table else ())),
        figures=(figure,),
        tables=(table,) if table else (),
    )


def _shown(
    years: Mapping[UnitId, AlertYear], tree: UnitTree, audience: Audience
) -> frozenset[UnitId]:
    """Ask the one place that holds small numbers back which units' years may be shown."""
    import pandas as pd

    from metrics.disclosure import disclose

    frame = pd.DataFrame(
        {
            "series": [_key(unit_id) for unit_id in years],
            "month": pd.Timestamp(next(iter(years.values())).last_month),
            "numerator": [one.accepted for one in years.values()],
            "denominator": [one.shown for one in years.values()],
            "contributors": [one.staff for one in years.values()],
        }
    )
    answer = disclose(
        frame,
        audience=audience,
        counted="staff_actions",
        parents={_key(one): _key(tree.above.get(one)) for one in years if one is not None},
    )
    found = set(answer.points["series"])
    return frozenset(unit_id for unit_id in years if _key(unit_id) in found)


def _key(unit_id: UnitId) -> str:
    return "" if unit_id is None else str(unit_id)


def _apart(alerts: int, times: Iterable[tuple[int, int, float]]) -> list[tuple[int, int, float]]:
    """Leave out times between which so few alerts were answered that one could tell whose."""
    kept: list[tuple[int, int, float]] = []
    followed = alerts
    for one in times:
        if one[1] >= FEWEST and not 0 < followed - one[1] < FEWEST:
            kept.append(one)
            followed = one[1]
    return kept


def _counted(alerts: float, audience: Audience) -> float:
    """Give a number of alerts; published, in two figures.

    The year moves on: what one month's report has and the next has not would tell of a month.
    """
    return alerts if audience is Audience.INSIDE else float(f"{alerts:.2g}")


def _curve(
    measure: "MeasureFacts", year: AlertYear, unit_name: str, audience: Audience
) -> Figure | None:
    waits: Mapping[str, Any] = year.waits
    followed = _apart(waits["alerts"], waits["after"])
    if len(followed) < FEWEST_POINTS:
        return None
    points = tuple(
        Point(
            month=date.min,
            months=0,
            label=_label(minutes),
            value=round(100 * share),
            numerator=0.0,
            denominator=_counted(at_risk, audience),
        )
        for minutes, at_risk, share in followed
    )
    chart = Chart(
        measure=replace(
            measure,
            name="Alerts that still wait for an answer",
            unit="percent",
            direction="decrease",
            denominator="Alerts still followed",
            target=None,
        ),
        unit_name=unit_name,
        points=points,
        phases=(
            Phase(first=0, last=len(points) - 1, mean=None, lower=None, upper=None, is_short=False),
        ),
        unit_words="percent",
        rules_in_words=RULES,
    )
    return Figure(
        charts=(chart,), sentence=_sentence(waits), remarks=tuple(_remarks(waits, audience))
    )


def _label(minutes: int) -> str:
    if minutes < HOUR:
        return f"{minutes} min"
    return f"{round(minutes / HOUR)} h"


def _sentence(waits: Mapping[str, Any]) -> str:
    if waits["median"] is None:
        return "More than half of the alerts still waited for an answer when they were last seen."
    words = f"Half of the alerts had an answer within {_time(waits['median'])}"
    if waits["ninetieth"] is None:
        return f"{words}. More than one in ten still waited after a day."
    return f"{words}, and nine in ten within {_time(waits['ninetieth'])}."


def _time(minutes: float) -> str:
    if minutes < 2 * HOUR:
        return f"{minutes:.0f} {'minute' if round(minutes) == 1 else 'minutes'}"
    return f"{minutes / HOUR:.0f} hours"


def _remarks(waits: Mapping[str, Any], audience: Audience) -> Iterator[str]:
    yield (
        f"This is about {_counted(waits['alerts'], audience):,.0f} alerts. A mean of those that "
        "were answered would leave the longest waits out; this does not."
    )
    last = [one for one in waits["after"] if one[1] >= FEWEST][-1]
    if last is not waits["after"][-1]:
        yield f"After {_label(last[0])} fewer than eight alerts were left, so the line ends there."


def _mix(years: Sequence[AlertYear], tree: UnitTree) -> Table | None:
    """Set each unit's accepted alerts beside those to expect from the sorts that it was shown."""
    import numpy as np

    from metrics.rates import rate_interval

    known = [one for one in years if one.expected > 0]
    if len(known) < 2:  # noqa: PLR2004 - one unit has nothing to stand beside
        return None
    accepted = np.array([float(one.accepted) for one in known])
    expected = np.array([one.expected for one in known])
    low, high = rate_interval(accepted, expected)
    rows = [
        (
            tree.units[one.organisation_unit_id].name,
            f"{100 * one.accepted / one.shown:.0f}%",
            f"{100 * one.expected / one.shown:.0f}%",
            f"{ratio:.2f}",
            f"{below:.2f} to {above:.2f}",
        )
        for one, ratio, below, above in zip(known, accepted / expected, low, high, strict=True)
    ]
    return Table(
        caption="Alerts accepted, beside what each unit's sorts of alert would lead one to expect",
        columns=COLUMNS,
        rows=tuple(sorted(rows)),
        number_columns=(1, 2, 3, 4),
    )
