"""Shares and rates with honest intervals, and acceptance adjusted for which alerts a unit gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from metrics.errors import MeasureError

if TYPE_CHECKING:
    import pandas as pd

    from metrics.regression import Floats

Z95 = 1.959963984540054


def share_interval(count: Floats, out_of: Floats) -> tuple[Floats, Floats]:
    """Give Wilson's 95% interval of a share; NaN where it is a share of nothing."""
    count, out_of = np.asarray(count, dtype=float), np.asarray(out_of, dtype=float)
    if (count < 0).any() or (count > out_of).any():
        raise MeasureError("A count must lie between 0 and what it is a share of.")
    n = np.where(out_of > 0, out_of, np.nan)
    share, squared = count / n, Z95**2
    centre = (share + squared / (2 * n)) / (1 + squared / n)
    half = Z95 * np.sqrt(share * (1 - share) / n + squared / (4 * n**2)) / (1 + squared / n)
    return centre - half, centre + half


def share_difference(
    before: tuple[float, float], after: tuple[float, float]
) -> tuple[float, float, float]:
    """Give how much a share grew, with Newcombe's 95% interval (his method 10).

    Each share is a count and what it is out of. The two groups are taken for different people:
    where many are the same, the interval is wider than it need be.
    """
    counts, outs = np.array([before[0], after[0]]), np.array([before[1], after[1]])
    if (outs <= 0).any():
        raise MeasureError("A share of nothing cannot be compared.")
    lows, highs = share_interval(counts, outs)
    shares = counts / outs
    grown = float(shares[1] - shares[0])
    down = float(np.hypot(shares[1] - lows[1], highs[0] - shares[0]))
    up = float(np.hypot(highs[1] - shares[1], shares[0] - lows[0]))
    return grown, grown - down, grown + up


def rate_interval(events: Floats, exposure: Floats) -> tuple[Floats, Floats]:
    """Give the exact 95% Poisson interval of a rate; NaN where nothing was exposed."""
    from scipy.special import gammaincinv

    events, exposure = np.asarray(events, dtype=float), np.asarray(exposure, dtype=float)
    if (events < 0).any() or (exposure < 0).any():
        raise MeasureError("Events and exposure cannot be below 0.")
    base = np.where(exposure > 0, exposure, np.nan)
    low = np.where(events > 0, gammaincinv(np.maximum(events, 1e-9), 0.025), 0.0)
    return low / base, gammaincinv(events + 1, 0.975) / base


def mix_adjusted_acceptance(alerts: pd.DataFrame) -> pd.DataFrame:
    """Compare units' acceptance with what their mix of alert types would lead one to expect.

    alerts: one row a unit and alert type: unit, alert_type, shown, accepted (at most shown).
    Indirect standardisation: expected = sum over types of shown times the whole's acceptance of
    the type. Gives unit, shown, accepted, expected, ratio, low, high (exact 95% interval; NaN
    where nothing was expected), in the order of first appearance.
    """
    missing = {"unit", "alert_type", "shown", "accepted"} - set(alerts.columns)
    if missing:
        raise MeasureError(f"The alerts have no column {', '.join(sorted(missing))}.")
    shown, accepted = (
        np.asarray(alerts[name].astype(float), dtype=np.float64) for name in ("shown", "accepted")
    )
    if (accepted < 0).any() or (accepted > shown).any():
        raise MeasureError("Accepted alerts must lie between 0 and the alerts shown.")
    totals = alerts.groupby("alert_type")[["shown", "accepted"]].transform("sum")
    share = totals["accepted"] / totals["shown"].where(totals["shown"] > 0)
    table = (
        alerts.assign(expected=(alerts["shown"].astype(float) * share).fillna(0.0))
        .groupby("unit", sort=False)[["shown", "accepted", "expected"]]
        .sum()
        .reset_index()
    )
    expected = table["expected"].where(table["expected"] > 0)
    low, high = rate_interval(
        np.asarray(table["accepted"], dtype=float), np.asarray(expected.fillna(0.0), dtype=float)
    )
    return table.assign(ratio=table["accepted"] / expected, low=low, high=high)
