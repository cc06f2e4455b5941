"""How often the interval of a comparison holds the truth, with few units on each side.

Run: python -m benchmarks.simulate_comparisons [--replicates N] [--seed N]. Prints Markdown.
Each unit has 24 months before and 12 after, a season, its own size, months that resemble each
other, counts that vary more than chance makes them, and a lasting change of its own.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
import pandas as pd

from metrics.effects import difference_in_differences
from tracker.demo.counts import monthly_counts

BEFORE, AFTER = 24, 12
MONTHS = pd.date_range("2024-01-01", periods=BEFORE + AFTER, freq="MS")
LEVEL = 0.05


@dataclass(frozen=True, kw_only=True)
class World:
    """Units with goals and others, and how they scatter."""

    name: str
    treated: int
    others: int
    per_month: float = 15
    ratio: float = 0.7
    sizes: float = 0.3
    dispersion: float = 1.3
    carry: float = 0.2
    own: float = 0.05
    larger: float = 1.0


WORLDS = [
    World(name="7 and 5 wards, as in the demo, ratio 1.37", treated=7, others=5, ratio=1.37),
    World(name="7 and 5, nothing changed", treated=7, others=5, ratio=1),
    World(name="4 and 4", treated=4, others=4),
    World(name="2 and 7", treated=2, others=7),
    World(name="6 and 10, sizes differ tenfold", treated=6, others=10, sizes=0.8, carry=0.3),
    World(name="6 and 6, with goals three times larger", treated=6, others=6, larger=3, own=0.1),
    World(name="8 and 8, 1.5 events a month", treated=8, others=8, per_month=1.5),
    World(name="6 and 8, dispersion 3, autocorrelation 0.3", treated=6, others=8,
          dispersion=3, carry=0.3),
    World(name="15 and 25", treated=15, others=25, per_month=10),
]  # fmt: skip


def draw(world: World, rng: np.random.Generator) -> pd.DataFrame:
    many, months = world.treated + world.others, len(MONTHS)
    took_part = np.arange(many) < world.treated
    size = np.exp(rng.normal(0, world.sizes, many)) * np.where(took_part, world.larger, 1)
    season = 1 + 0.2 * np.sin(2 * np.pi * np.arange(months) / 12)
    after = np.arange(months) >= BEFORE
    change = np.where(took_part, world.ratio, 1) * np.exp(rng.normal(0, world.own, many)) * 1.2
    mean = world.per_month * season[:, None] * size * np.where(after[:, None], change, 1)
    events = monthly_counts(rng, mean, dispersion=world.dispersion, carry=world.carry)
    return pd.DataFrame(
        {
            "unit": np.repeat(np.arange(many).astype(str), months),
            "month": np.tile(MONTHS, many),
            "events": events.T.ravel(),
            "exposure": np.repeat(1000 * size, months),
            "treated": np.repeat(took_part, months),
        }
    )


def run(world: World, rng: np.random.Generator, replicates: int) -> list[float]:
    """Give how often the interval holds, how often a difference is clear, and how often too few."""
    held = clear = few = 0
    for _ in range(replicates):
        told = difference_in_differences(draw(world, rng), start=MONTHS[BEFORE])
        if told.too_few:
            few += 1
            continue
        low, high = told.interval
        held += low <= world.ratio <= high
        clear += not low <= 1 <= high and told.permutation_p <= LEVEL
    answered = max(replicates - few, 1)
    return [held / answered, clear / answered, few / replicates]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20261122)
    asked = parser.parse_args()
    rng = np.random.default_rng(asked.seed)
    print("\n### Comparisons with few units\n")
    print("| units with goals, and others | interval holds | called clear | too few |")
    print("|---|---|---|---|")
    for world in WORLDS:
        cells = " | ".join(f"{share:.1%}" for share in run(world, rng, asked.replicates))
        print(f"| {world.name} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
