"""The level that each unit is likely to have: small units drawn towards all (empirical Bayes).

Worked out from the counts that stand on the funnel beside it, and from nothing else.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tracker.services.outcome_values import Table

if TYPE_CHECKING:
    from tracker.services.outcome_values import MeasureFacts

#: unit, numerator, denominator
Sums = Sequence[tuple[str, float, float]]
ABOUT_LEVELS = (
    "A small unit's number swings by chance. So a table gives what was counted, and beside it the "
    "level that is likely. This lies nearer to the level of all units, most of all for small units."
)


def likely_levels(measure: "MeasureFacts", kind: str, sums: Sums, unit_words: str) -> Table:
    """Give each unit's level as counted and as it is likely to be, in the order of their names."""
    import pandas as pd

    from metrics.shrinkage import shrink_rates, shrink_shares

    frame = pd.DataFrame(sorted(sums), columns=pd.Index(["unit", "count", "out_of"]))
    if kind == "proportion":
        found, scale = shrink_shares(frame), float(measure.multiplier)
    else:
        whole = float(frame["count"].sum() / frame["out_of"].sum())
        expected = frame.assign(events=frame["count"], expected=frame["out_of"] * whole)
        found, scale = shrink_rates(expected), measure.multiplier * whole
    sign = "%" if measure.unit == "percent" else ""
    rows = tuple(
        (
            str(unit),
            f"{plain * scale:.1f}{sign}",
            f"{likely * scale:.1f}{sign}",
            f"{low * scale:.1f}{sign} to {high * scale:.1f}{sign}",
        )
        for unit, plain, likely, low, high in found.itertuples(index=False, name=None)
    )
    words = "" if sign else f", {unit_words}"
    return Table(
        caption=f"{measure.name}{words}: as counted, and what is likely",
        columns=("Unit", "As counted", "Likely level", "Likely range"),
        rows=rows,
        number_columns=(1, 2, 3),
    )
