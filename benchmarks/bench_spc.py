"""How long control charts take: `python -m benchmarks.bench_spc`.

Times one call of `xmr` on 1,000 facets of 36 months (points, summary and icons), one of each
other kind of chart on as many, one on a
single short series, and a bare pandas groupby mean on the same frame, so that a run on
another machine can be read as a ratio.
"""

import time
from collections.abc import Callable
from statistics import median

import numpy as np
import pandas as pd

from metrics._chart_lines import LINES
from metrics.control_charts import control_chart, control_charts
from metrics.spc import xmr

FACETS, MONTHS, REPEATS = 1000, 36, 15


def frame(facets: int) -> pd.DataFrame:
    rng = np.random.default_rng(20)
    months = pd.date_range("2022-01-01", periods=MONTHS, freq="MS")
    return pd.DataFrame(
        {
            "facet": np.repeat([f"Ward {number:04d}" for number in range(facets)], MONTHS),
            "date": np.tile(months, facets),
            "value": rng.poisson(30, facets * MONTHS).astype(float),
        }
    )


def seconds(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)


def main() -> None:
    many, one = frame(FACETS), frame(1).drop(columns="facet")
    counted = many.rename(columns={"date": "x", "value": "y"}).assign(n=400.0)
    counted["y"] = counted["y"].clip(1)
    runs = one.rename(columns={"date": "x", "value": "y"})

    def bare_mean() -> object:
        return many.groupby("facet")["value"].mean()

    plain = seconds(bare_mean)
    rows = {
        f"xmr, {FACETS} facets x {MONTHS} months": seconds(
            lambda: xmr(many, improvement_direction="decrease", target=25)
        ),
        f"xmr, one series of {MONTHS} months": seconds(
            lambda: xmr(one, improvement_direction="decrease", target=25)
        ),
        f"run chart, one series of {MONTHS} months": seconds(lambda: control_chart(runs, "run")),
        **{
            f"{kind} charts, {FACETS} facets x {MONTHS} months": seconds(
                lambda kind=kind: control_charts(counted, kind, screened=True)
            )
            for kind in LINES
        },
        f"pandas groupby mean, {FACETS} x {MONTHS}": plain,
    }
    for name, taken in rows.items():
        print(f"{name:45} {taken * 1000:9.2f} ms {taken / plain:8.1f} x groupby")


if __name__ == "__main__":
    main()
