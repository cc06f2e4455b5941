"""How often the sentence "this changed" is wrong, and how often it finds what is there.

Run: python -m benchmarks.simulate [--replicates N] [--seed N]. Prints Markdown.
"Alone" is the sentence about a series that is the only one of its report; "in a report" is among
as many series of its own sort as there are replicates.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from metrics.change import FALSE_DISCOVERIES, LEVEL, changed

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Random = np.random.Generator
YEAR, LONG, WINTER = 12, 24, 3


@dataclass(frozen=True, kw_only=True)
class World:
    """One generator of monthly series: a level, and what life does to it."""

    name: str
    kind: str
    level: float
    denominator: float | None = None
    after: float | None = None
    correlation: float = 0.0
    dispersion: float = 1.0
    season: float = 0.0
    peaks: bool = False
    yearly_trend: float = 0.0
    ramp: int = 0
    before_months: int = 24
    after_months: int = 12


def noise(rng: Random, rows: int, months: int, correlation: float) -> Floats:
    """Standard normal, autocorrelated; turned into counts through its quantiles."""
    steps = rng.standard_normal((rows, months))
    out = steps.copy()
    for month in range(1, months):
        out[:, month] = (
            correlation * out[:, month - 1] + np.sqrt(1 - correlation**2) * steps[:, month]
        )
    return out


def expected(world: World, rng: Random, rows: int) -> Floats:
    months = world.before_months + world.after_months
    time = np.arange(months)
    shift = rng.uniform(0, 12, (rows, 1))
    angle = 2 * np.pi * (time + shift) / 12
    wave = np.sin(angle)
    if world.peaks:  # three bad months a year, the rest alike
        wave = np.where((time + np.floor(shift)) % YEAR < WINTER, 1.5, -0.5)
    after = world.level if world.after is None else world.after
    reached = (time - world.before_months + 1) / max(world.ramp, 1)
    level = world.level + (after - world.level) * reached.clip(0, 1)
    level = level * (1 + world.yearly_trend) ** ((time - world.before_months) / 12)
    return level * (1 + world.season * wave)


def generate(world: World, rng: Random, rows: int) -> Floats:
    """Series by month: numerators, and the denominator (or None)."""
    mean = expected(world, rng, rows)
    u = noise(rng, rows, mean.shape[1], world.correlation)
    if world.kind == "mean":
        return mean + u
    chance = stats.norm.cdf(u).clip(1e-12, 1 - 1e-12)
    if world.kind == "rate":
        if world.dispersion == 1:
            return stats.poisson.ppf(chance, mean)
        size = mean / (world.dispersion - 1)
        return stats.nbinom.ppf(chance, size, size / (size + mean))
    if world.dispersion == 1:
        return stats.binom.ppf(chance, world.denominator, mean)
    spread = np.sqrt(world.dispersion * world.denominator * mean * (1 - mean))
    return np.clip(np.round(world.denominator * mean + u * spread), 0, world.denominator)


def frame(world: World, values: Floats, prefix: str = "s") -> pd.DataFrame:
    rows, months = values.shape
    first = pd.Timestamp("2026-10-01") - pd.DateOffset(months=months - 1)
    return pd.DataFrame(
        {
            "series": np.repeat([f"{prefix}{row}" for row in range(rows)], months),
            "month": np.tile(pd.date_range(first, periods=months, freq="MS"), rows),
            "numerator": values.ravel(),
            "denominator": world.denominator,
            "kind": world.kind,
        }
    )


def since(world: World) -> pd.Timestamp:
    return pd.Timestamp("2026-10-01") - pd.DateOffset(months=world.after_months - 1)


def true_size(world: World) -> float:
    after = world.level if world.after is None else world.after
    if world.kind == "rate":
        return after / world.level
    return (after - world.level) * (100 if world.kind == "proportion" else 1)


def true_of_trend(world: World) -> float:
    """How far the months after lie above those before, where a trend simply goes on."""
    growth = (1 + world.yearly_trend) ** (np.arange(world.before_months + world.after_months) / 12)
    before, after = growth[: world.before_months], growth[world.before_months :]
    return float(after.mean() / before.mean())


def run_trend(world: World, rng: Random, replicates: int) -> list[float]:
    """Shares: named alone, and without the words that a trend fits as well; the same in a report.

    Then intervals that hold, alone and in a report: what is true is how far the months after lie
    above those before, and 1 where the size is said to be beyond the series' own trend.
    """
    series = frame(world, generate(world, rng, replicates))
    shares, held = [], []
    for learn in (False, True):
        told = changed(series, since=since(world), learn=learn)
        sure = told["verdict"].isin(["rose", "fell"]) if learn else told["p"] <= LEVEL
        shares += [sure.mean(), (sure & ~told["like_trend"]).mean()]
        truth = np.where(told["beyond_trend"], 1.0, true_of_trend(world))
        held.append(((told["low"] <= truth) & (truth <= told["high"])).mean())
    return [*shares, *held]


def run(world: World, rng: Random, replicates: int) -> list[float]:
    """Shares: called changed alone; then in a report; intervals that hold; too few to tell.

    Alone: each series as if it were the only one of its report, so that the rate owes nothing to
    Benjamini and Hochberg, nor to what other series tell of autocorrelation.
    """
    series = frame(world, generate(world, rng, replicates))
    alone = changed(series, since=since(world), learn=False)
    report = changed(series, since=since(world))
    truth = true_size(world)
    held = [
        ((told["low"] <= truth) & (truth <= told["high"]))[told["p"].notna()].mean()
        for told in (alone, report)
    ]
    named = report["verdict"].isin(["rose", "fell"]).mean()
    return [(alone["p"] <= LEVEL).mean(), named, *held, alone["p"].isna().mean()]


def among(world: World, rng: Random, reports: int, quiet: int) -> tuple[float, float]:
    """How often one series that changed is found among quiet ones, and how many quiet are named."""
    found = wrong = 0
    for _ in range(reports):
        both = [
            frame(world, generate(world, rng, 1), "changed"),
            *(
                frame(other, generate(other, rng, quiet // len(QUIET)), f"{at}-")
                for at, other in enumerate(QUIET)
            ),
        ]
        told = changed(pd.concat(both), since=since(world))
        sure = told["verdict"].isin(["rose", "fell"])
        found += bool(sure.iloc[0])
        wrong += int(sure.iloc[1:].sum())
    return found / reports, wrong / reports / quiet


PROPORTION = {"kind": "proportion", "level": 0.4, "denominator": 100}
RATE = {"kind": "rate", "level": 40}
LIFE = {"correlation": 0.2, "dispersion": 1.3}
NOTHING_CHANGED = [
    World(name="proportion, independent", **PROPORTION),
    World(name="proportion, autocorrelation 0.3", **PROPORTION, correlation=0.3),
    World(name="proportion, season 20%", **PROPORTION, season=0.2),
    World(name="proportion, like life", **PROPORTION, **LIFE, season=0.1),
    World(name="count 40, independent", **RATE),
    World(name="count 40, autocorrelation 0.3", **RATE, correlation=0.3),
    World(name="count 40, season 30%", **RATE, season=0.3),
    World(name="count 40, three winter months +45%", **RATE, season=0.3, peaks=True),
    World(name="count 40, like life", **RATE, **LIFE, season=0.2),
    World(name="Poisson mean 1", kind="rate", level=1),
    World(name="Poisson mean 1, autocorrelation 0.3", kind="rate", level=1, correlation=0.3),
    World(name="Poisson mean 4, like life", kind="rate", level=4, **LIFE, season=0.2),
    World(name="value, independent", kind="mean", level=10),
    World(name="value, autocorrelation 0.3", kind="mean", level=10, correlation=0.3),
    World(name="value, season of 1.5 sd", kind="mean", level=10, season=0.15),
    World(
        name="value, season and autocorrelation 0.3",
        kind="mean", level=10, season=0.15, correlation=0.3,
    ),
    World(
        name="count 40, season 30%, 12 + 6 months",
        **RATE, season=0.3, before_months=12, after_months=6,
    ),
    World(
        name="value, autocorrelation 0.3, 12 + 6 months",
        kind="mean", level=10, correlation=0.3, before_months=12, after_months=6,
    ),
    World(
        name="value, autocorrelation 0.3, 48 + 12 months",
        kind="mean", level=10, correlation=0.3, before_months=48,
    ),
]  # fmt: skip
STEADY_TREND = [
    World(name="count 40, rising 10% a year", **RATE, yearly_trend=0.1),
    World(name="count 40, rising 20% a year", **RATE, yearly_trend=0.2),
    World(name="count 40, rising 40% a year", **RATE, yearly_trend=0.4),
]
SOMETHING_CHANGED = [
    World(name="recognition 40% to 55%, 100 a month", **PROPORTION, after=0.55),
    World(name="the same, like life", **PROPORTION, after=0.55, **LIFE, season=0.1),
    World(name="the same, like life, reached over 12 months", **PROPORTION, after=0.55, **LIFE,
          season=0.1, ramp=12),
    World(name="the same, like life, reached over 6 months", **PROPORTION, after=0.55, **LIFE,
          season=0.1, ramp=6),
    World(name="the same, like life, 24 + 6", **PROPORTION, after=0.55, **LIFE, after_months=6),
    World(name="incidents 40 a month, ratio 0.7", **RATE, after=28),
    World(name="the same, like life", **RATE, after=28, **LIFE, season=0.2),
    World(name="80 a month, ratio 0.7, like life", kind="rate", level=80, after=56, **LIFE),
    World(name="incidents 10 a month, ratio 0.7", kind="rate", level=10, after=7),
    World(name="incidents 2 a month, ratio 0.7", kind="rate", level=2, after=1.4),
]  # fmt: skip
QUIET = [w for w in NOTHING_CHANGED if (w.before_months, w.after_months) == (LONG, YEAR)]


def table(title: str, worlds: list[World], rng: Random, replicates: int) -> None:
    print(f"\n### {title}\n")
    print(
        "| series | named, alone | named, in a report | interval holds, alone | in a report |",
        end="",
    )
    print(" too few |\n|---|---|---|---|---|---|")
    for world in worlds:
        row(world, run(world, rng, replicates))


def trend_table(rng: Random, replicates: int) -> None:
    print("\n### A steady trend went on: the level is another one, but nothing new happened\n")
    print("| series | named, alone | ... without saying that a trend fits | named, in a", end="")
    print(" report | ... without saying so | interval holds, alone | in a report |")
    print("|---|---|---|---|---|---|---|")
    for world in STEADY_TREND:
        row(world, run_trend(world, rng, replicates))


def row(world: World, shares: list[float]) -> None:
    print(f"| {world.name} | {' | '.join(f'{share:.1%}' for share in shares)} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=2000)
    parser.add_argument("--reports", type=int, default=100)
    parser.add_argument("--seed", type=int, default=20261122)
    asked = parser.parse_args()
    rng = np.random.default_rng(asked.seed)
    print(f"{asked.replicates} replicates of each, 24 months before and 12 after unless said.")
    print(f"A series' own level {LEVEL}; false discoveries in a report {FALSE_DISCOVERIES}.")
    table("Nothing changed: each call is an error", NOTHING_CHANGED, rng, asked.replicates)
    trend_table(rng, asked.replicates)
    table("Something changed: each call is right", SOMETHING_CHANGED, rng, asked.replicates)
    print(f"\n### One that changed among 60 that did not ({asked.reports} reports)\n")
    print("| the one | found | quiet series named |\n|---|---|---|")
    for world in SOMETHING_CHANGED[:2] + SOMETHING_CHANGED[5:8]:
        found, wrong = among(world, rng, asked.reports, 60)
        print(f"| {world.name} | {found:.0%} | {wrong:.2%} |")


if __name__ == "__main__":
    main()
