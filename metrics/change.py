"""The report's own test of the sentence "this changed".

A chart's signal asks a question; this test answers it. For each series the months from `since` on
are set against all earlier ones, as one step in level:

- proportions on the logit scale, rates and counts on the log scale, means as they are, with the
  months' weights; spread beyond chance is estimated (quasi-likelihood) and never taken as less
  than chance;
- season by Fourier pairs, two where at least 24 months lie before, else one;
- autocorrelation of neighbouring months by `metrics.autocorrelation`, which learns from all the
  series of the report how much to expect, and a t reference;
- a series that was already on its way before `since` in the direction of the step, or that a steady
  line through all months fits at least as well as a change that began at `since`, must go beyond
  its own trend: then size, interval and p are those of the step over and above the trend;
- a series that changed, and that a steady line fits nearly as well, is said to have changed with
  that reservation: its level is another one now, but it may have been on its way for years;
- Benjamini and Hochberg (1995) over all the series handed in, which are those of one report: of
  the changes that a report names, at most 5% are expected to be none.

A gradual change that begins at `since` counts as a change of level: its average is what is tested.
A series' own level is 0.03 and not 0.05, so that the sentence is wrong in under 5% of unchanged
series even where autocorrelation is 0.3, which 36 months cannot tell from none; `make simulate`
measures it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from metrics.autocorrelation import gather, learn_prior
from metrics.change_input import Batch, read_batches
from metrics.errors import MeasureError
from metrics.regression import FARTHEST, Kind, fit

if TYPE_CHECKING:
    from metrics.autocorrelation import Estimate, Evidence
    from metrics.regression import Bools, Fit, Floats

LEVEL = 0.03
#: Below it a 95% interval leaves out that nothing changed.
OUTSIDE = 0.05
FALSE_DISCOVERIES = 0.05
FEWEST_BEFORE, FEWEST_AFTER = 12, 6
#: So many rows at least, where a row is a quarter.
FEWEST_ROWS = 6
# On both sides: events expected at the overall level (and, of a proportion, expected non-events).
FEWEST_EVENTS = 10
TREND_LEVEL = 0.05
#: A line that fits this much worse than a change (in units of the dispersion) fits nearly as well.
NEARLY = 4.0


class Verdict(StrEnum):
    ROSE = "rose"
    FELL = "fell"
    NO_CLEAR_CHANGE = "no clear change"
    TOO_FEW = "too few to tell"


LIKE_TREND = "A slow rise or fall over the years fits these numbers nearly as well."
SIZE_IN = {
    Kind.PROPORTION: "percentage points",
    Kind.RATE: "ratio",
    Kind.MEAN: "difference",
}


def changed(
    observations: pd.DataFrame,
    *,
    since: object = None,
    level: float = LEVEL,
    false_discoveries: float = FALSE_DISCOVERIES,
    learn: bool = True,
) -> pd.DataFrame:
    """Say for each series of a report whether it changed, by how much, and how sure we are.

    observations: one row a series and month: series, month, numerator; denominator (may be absent
    or empty for a plain count or value); kind: proportion, rate or mean; better: increase,
    decrease or neutral (neutral if absent). Months with a denominator of 0 or none of a
    proportion, or without a numerator, count as not measured. months (1 if absent): how many months
    a row is of; a quarter of which only the sum may be known is one row at its middle month.
    since: the month in which "after" begins; by default the last 12 months are after.
    level: the largest p of a series that is said to have changed; false_discoveries: the largest q.
    learn: how autocorrelated to expect a series to be, from all of them; if not, each stands alone.

    Gives one row a series, in the order of first appearance: series, kind, verdict, meaning
    (better, worse or neutral; empty unless it rose or fell), size, low, high (95% interval),
    size_in (percentage points, ratio or difference), p, q, before, after (numerators over
    denominators), months_before, months_after, beyond_trend, like_trend, correlation, reason.
    Where the data cannot answer, the verdict is "too few to tell" and every number is NaN.
    Raises MeasureError for frames that cannot be read.
    """
    if not (0 < level < 1 and 0 < false_discoveries < 1):
        raise MeasureError("A level must lie between 0 and 1.")
    series = [_gather(batch) for batch in read_batches(observations, since)]
    prior = learn_prior([each.evidence for each in series if each.evidence and learn])
    answers = [_answer(each, prior) for each in series]
    frame = pd.concat(answers, ignore_index=True).sort_values("order", ignore_index=True)
    frame["q"] = false_discovery(frame["p"].to_numpy())
    sure = (frame["p"] <= level) & (frame["q"] <= false_discoveries)
    return _verdicts(frame, sure, level).drop(columns="order")


def false_discovery(p: Floats) -> Floats:
    """Benjamini and Hochberg's adjusted p of every p that is there; NaN stays NaN."""
    q = np.full(len(p), np.nan)
    there = np.flatnonzero(~np.isnan(p))
    order = there[np.argsort(p[there], kind="stable")]
    ratio = p[order] * len(order) / np.arange(1, len(order) + 1)
    q[order] = np.minimum.accumulate(ratio[::-1])[::-1].clip(max=1)
    return q


@dataclass(frozen=True, kw_only=True)
class _Gathered:
    """Series that share a design; `some` are those with enough to answer."""

    batch: Batch
    before: Bools
    after: Bools
    enough: Bools
    some: Batch
    evidence: Evidence | None


def _gather(batch: Batch) -> _Gathered:
    after = np.broadcast_to(batch.after, batch.observed.shape) & batch.observed
    before = batch.observed & ~after
    enough = _enough(batch, before, after)
    some = batch.take(enough)
    return _Gathered(
        batch=batch,
        before=before,
        after=after,
        enough=enough,
        some=some,
        evidence=_step(some, trend=False) if enough.any() else None,
    )


def _answer(series: _Gathered, prior: Floats) -> pd.DataFrame:
    """Give the numbers of each series; NaN where there is not enough to answer."""
    batch, enough = series.batch, series.enough
    levels = [_levels(batch, side) for side in (series.before, series.after)]
    told = np.where(enough, 1.0, np.nan)
    found = np.full((5, len(enough)), np.nan)
    beyond, like = np.zeros((2, len(enough)), dtype=bool)
    if series.evidence is not None:
        step = series.evidence.weigh(prior)
        p, ends, beyond[enough], like[enough] = _guard(series.some, step, prior)
        scaled = _in_words(batch.kind, ends, levels[0][enough])
        found[:, enough] = np.stack([p, *scaled, step.correlation])
    names = ("p", "size", "low", "high", "correlation")
    return pd.DataFrame(
        {"order": batch.order, "series": batch.keys, "kind": batch.kind.value}
        | {"better": batch.better, "size_in": SIZE_IN[batch.kind]}
        | {"beyond_trend": beyond, "like_trend": like}
        | dict(zip(names, found, strict=True))
        | {"before": levels[0] * told, "after": levels[1] * told}
        | {
            f"months_{name}": (batch.span * side).sum(axis=1)
            for name, side in (("before", series.before), ("after", series.after))
        }
    )


def _guard(batch: Batch, step: Estimate, prior: Floats) -> tuple[Floats, Floats, Bools, Bools]:
    """Give p, size with interval (3, S); which are measured beyond a trend, which are like one."""
    p, ends = step.p, np.stack([step.value, *step.interval()])
    moving = p <= LEVEL
    like = moving.copy()
    if moving.any():
        moving[moving], like[like] = _already_moving(batch.take(moving), step.take(moving), prior)
    if moving.any():
        beyond = _step(batch.take(moving), trend=True).weigh(prior)
        same_way = np.sign(beyond.value) == np.sign(step.value[moving])
        p[moving] = np.where(same_way, np.maximum(beyond.p, p[moving]), 1.0)
        ends[:, moving] = np.stack([beyond.value, *beyond.interval()])
    return p, ends, moving, like & ~moving


def _enough(batch: Batch, before: Bools, after: Bools) -> Bools:
    """Tell which series have months and events enough to answer at all."""
    months = [(batch.span * side).sum(axis=1) for side in (before, after)]
    enough: Bools = (months[0] >= FEWEST_BEFORE) & (months[1] >= FEWEST_AFTER)
    enough &= before.sum(axis=1) >= FEWEST_ROWS
    enough &= batch.calendar_months(before) >= 2 * batch.pairs + 1
    if batch.kind is Kind.MEAN:
        return enough
    base = [(batch.base * side).sum(axis=1) for side in (before, after)]
    share = (batch.count * batch.observed).sum(axis=1) / np.maximum(base[0] + base[1], 1e-300)
    fewest = np.minimum(*base)
    enough &= share * fewest >= FEWEST_EVENTS
    if batch.kind is Kind.PROPORTION:
        enough &= (1 - share) * fewest >= FEWEST_EVENTS
    return enough


def _levels(batch: Batch, side: Bools) -> Floats:
    """Numerators over denominators; a mean weighs its values."""
    base = (batch.base * side).sum(axis=1)
    count = batch.count * batch.base if batch.kind is Kind.MEAN else batch.count
    with np.errstate(invalid="ignore", divide="ignore"):
        level: Floats = (count * side).sum(axis=1) / base
    return level


def _step(batch: Batch, *, trend: bool) -> Evidence:
    """Gather the evidence on the step, with or without a trend beside it."""
    columns = [batch.after.astype(float)] + ([batch.time] if trend else [])
    fitted = _fit(batch, columns, batch.observed)
    return gather(fitted, 1, least_dispersion=_least(batch.kind))


def _already_moving(batch: Batch, step: Estimate, prior: Floats) -> tuple[Bools, Bools]:
    """Find series whose step may be no more than a trend that went on, and those nearly so."""
    early = _fit(batch, [batch.time], batch.observed & ~batch.after)
    slope = gather(early, 1, least_dispersion=_least(batch.kind)).weigh(prior)
    same_way = np.sign(slope.value) == np.sign(step.value)
    shapes = (batch.time, batch.after.astype(float), batch.time.clip(0))
    fits = [_fit(batch, [shape], batch.observed) for shape in shapes]
    line, jump, bend = (fitted.deviance for fitted in fits)
    best = np.minimum(jump, bend)
    moving: Bools = (same_way & (slope.p < TREND_LEVEL)) | (line <= best)
    chance = np.maximum(fits[1].dispersion, _least(batch.kind))
    like: Bools = line <= best + NEARLY * chance
    return moving, like


def _fit(batch: Batch, columns: list[Floats], observed: Bools) -> Fit:
    """Fit an intercept, these columns and the season."""
    design = np.stack([np.ones(len(batch.after)), *columns, *batch.season()], axis=1)
    return fit(batch.kind, design, batch.count, batch.base, observed, reduce_bias=True)


def _least(kind: Kind) -> float:
    """Give the least dispersion: counts scatter at least as much as chance makes them."""
    return 0.0 if kind is Kind.MEAN else 1.0


def _in_words(kind: Kind, ends: Floats, before: Floats) -> Floats:
    """Turn coefficients into ratios, percentage points or differences."""
    if kind is Kind.MEAN:
        return ends
    ends = ends.clip(-FARTHEST, FARTHEST)
    if kind is Kind.RATE:
        ratio: Floats = np.exp(ends)
        return ratio
    odds = np.log(before.clip(1e-4, 1 - 1e-4) / (1 - before.clip(1e-4, 1 - 1e-4)))
    points: Floats = 100 * (1 / (1 + np.exp(-(odds + ends))) - 1 / (1 + np.exp(-odds)))
    return points


def _verdicts(frame: pd.DataFrame, sure: pd.Series, level: float) -> pd.DataFrame:
    none = frame["size_in"].map({"ratio": 1.0}).fillna(0.0)
    rose = frame["size"] > none
    verdict = np.select(
        [frame["p"].isna(), sure & rose, sure],
        [Verdict.TOO_FEW.value, Verdict.ROSE.value, Verdict.FELL.value],
        Verdict.NO_CLEAR_CHANGE.value,
    )
    wanted = frame["better"].map({"increase": True, "decrease": False})
    meaning = np.select([~sure, wanted.isna(), wanted == rose], ["", "neutral", "better"], "worse")
    frame = frame.assign(verdict=verdict, meaning=meaning, reason=_reasons(frame, sure, level))
    first = ["order", "series", "kind", "verdict", "meaning", "size", "low", "high", "size_in"]
    rest = ["p", "q", "before", "after", "months_before", "months_after", "beyond_trend"]
    return frame[[*first, *rest, "like_trend", "correlation", "reason"]]


def _reasons(frame: pd.DataFrame, sure: pd.Series, level: float) -> list[str]:
    """Say why, in a sentence for the reader of the report."""
    looked_at = int(frame["p"].notna().sum())
    by_chance = "Could be chance: it is not quite clear enough to be called a change."
    if looked_at > 1:
        by_chance = f"Could be chance: {looked_at} series were looked at together."
    choices = {
        "At least 12 months from before are needed.": frame["p"].isna()
        & (frame["months_before"] < FEWEST_BEFORE),
        "At least 6 months from after are needed.": frame["p"].isna()
        & (frame["months_after"] < FEWEST_AFTER),
        "There are too few events to tell a change from chance.": frame["p"].isna(),
        "More than it was already moving before.": sure & frame["beyond_trend"],
        LIKE_TREND: sure & frame["like_trend"],
        "More than chance, season and ups and downs explain.": sure,
        "It was already moving this way before.": frame["beyond_trend"],
        by_chance: frame["p"] <= max(level, OUTSIDE),
    }
    otherwise = "No more than chance, season and ups and downs explain."
    picked = np.select(list(choices.values()), list(choices), otherwise)
    return [str(reason) for reason in picked]
