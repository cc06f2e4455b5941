"""How long a page of 5,000 rows of the feed takes: `python -m benchmarks.bench_feed`.

From the rows that are kept in memory to the text that leaves: filter, order, JSON.
"""

import time
from datetime import UTC, date, datetime
from statistics import median

from integrations.odata.documents import page
from integrations.odata.query import PAGE, ask
from integrations.odata.tables import FeedTable
from tracker.services.outcome_feed import NUMBERS

ROWS, REPEATS = 20_000, 5
TAKEN = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
FILTER = "Period ge 2020-01-01 and not startswith(Measure,'Bed') and (Months eq 1 or Value gt 5)"


def a_table() -> FeedTable:
    rows = tuple(
        (
            f"{n:06}",
            f"measure_{n % 40}",
            f"Measure {n % 40}",
            "outcome",
            f"unit{n % 50}",
            f"Ward {n % 50}",
            date(2023 + n % 3, n % 12 + 1, 1),
            1,
            n / 7,
            "percent",
            float(n),
            float(n + 9),
            True,
            None,
            None,
            TAKEN,
            None,
            None,
        )
        for n in range(ROWS)
    )
    return FeedTable(name="Numbers", columns=NUMBERS, rows=rows)


def main() -> None:
    table = a_table()
    for name, options in (
        ("as it is", {"$count": "true"}),
        ("filtered and ordered", {"$filter": FILTER, "$orderby": "Unit,Period desc"}),
    ):
        times, work = [], []
        for _ in range(REPEATS):
            started, worked = time.perf_counter(), time.process_time()
            size = len(page("https://t/odata/v1/", table, ask(table, options), options))
            times.append(1000 * (time.perf_counter() - started))
            work.append(1000 * (time.process_time() - worked))
        print(
            f"{PAGE:,} of {ROWS:,} rows, {name}: {median(times):.0f} ms by the clock, "
            f"{median(work):.0f} ms of processor, {size // 1000} kB; limit 300 ms"
        )


if __name__ == "__main__":
    main()
