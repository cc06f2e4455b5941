"""Funnel plots: which units differ more than their size, and the usual spread, explain. No ranks.

Sources: Spiegelhalter 2005 (Stat Med 24:1185; Qual Saf Health Care 14:347); the same steps as the R
package FunnelPlotR. Limits at 95% and 99.8%; with overdispersion they widen by a random effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from metrics.errors import MeasureError

if TYPE_CHECKING:
    from metrics.regression import Bools, Floats

Z95, Z998 = 1.959963984540054, 3.090232306167813
WINSORISED = 0.1
# Fewer units say little about how much units usually differ.
FEWEST_FOR_SPREAD = 10
LIMITS = ["low_998", "low_95", "high_95", "high_998"]


class Funnelled(StrEnum):
    """What is compared."""

    PROPORTION = "proportion"  # numerator of denominator
    RATE = "rate"  # numerator per denominator, as a ratio to the rate of all
    RATIO = "ratio"  # numerator over what was expected (the denominator)


class Place(StrEnum):
    INSIDE = "inside"
    BEYOND_95 = "beyond 95%"
    BEYOND_998 = "beyond 99.8%"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """Units in the order given, and the limits around the centre.

    points: unit, numerator, base (denominator, or expected events), value, low_998, low_95,
    high_95, high_998, place. phi: spread over what chance gives; tau2: variance between units on
    the transformed scale; adjusted: whether the limits were widened by it.
    """

    points: pd.DataFrame
    kind: Funnelled
    centre: float
    phi: float
    tau2: float
    adjusted: bool
    note: str

    def limits(self, base: Floats) -> pd.DataFrame:
        """Limits at any size, for drawing the curves: base, then the four limits."""
        lines = _limits(self.kind, np.asarray(base, dtype=float), self.centre, self.tau2)
        return pd.DataFrame({"base": base} | dict(zip(LIMITS, lines, strict=True)))


def funnel(
    units: pd.DataFrame, *, kind: Funnelled | str = Funnelled.PROPORTION, adjust: bool = True
) -> Funnel:
    """Set units against the whole.

    units: one row a unit: unit, numerator, denominator (of a ratio: expected events). A unit with
    a denominator of 0 is not measured. adjust: allow for overdispersion where there is any.
    Raises MeasureError for a frame that cannot be read.
    """
    if kind not in set(Funnelled):
        raise MeasureError(f"The kind must be one of {', '.join(Funnelled)}.")
    kind = Funnelled(kind)
    count, base = _read(units, kind)
    seen = base > 0
    if not count[seen].sum() > 0:
        raise MeasureError("There is nothing to compare: no events in any unit.")
    centre = 1.0
    if kind is Funnelled.PROPORTION:
        centre = float(count[seen].sum() / base[seen].sum())
    elif kind is Funnelled.RATE:
        base = base * (count[seen].sum() / base[seen].sum())
    phi, tau2 = _spread(kind, count[seen], base[seen], centre)
    tau2 = tau2 if adjust else 0.0
    value = np.divide(count, base, out=np.full(len(count), np.nan), where=seen)
    lines = [np.where(seen, line, np.nan) for line in _limits(kind, base, centre, tau2)]
    points = pd.DataFrame(
        {"unit": units["unit"].to_numpy(), "numerator": count, "base": base, "value": value}
        | dict(zip(LIMITS, lines, strict=True))
    )
    points["place"] = _places(value, lines, seen)
    few = int(seen.sum())
    note = (
        f"With {few} units it is only roughly known how much units usually differ."
        if few < FEWEST_FOR_SPREAD
        else ""
    )
    return Funnel(
        points=points, kind=kind, centre=centre, phi=phi, tau2=tau2, adjusted=tau2 > 0, note=note
    )


def _read(units: pd.DataFrame, kind: Funnelled) -> tuple[Floats, Floats]:
    missing = {"unit", "numerator", "denominator"} - set(units.columns)
    if missing:
        raise MeasureError(f"The units have no column {', '.join(sorted(missing))}.")
    if units["unit"].duplicated().any():
        raise MeasureError("A unit has two rows.")
    try:
        count = np.asarray(units["numerator"].astype(float), dtype=np.float64)
        base = np.asarray(units["denominator"].astype(float), dtype=np.float64)
    except (ValueError, TypeError) as why:
        raise MeasureError("Numerators and denominators must be numbers.") from why
    if not (np.isfinite(count).all() and np.isfinite(base).all()):
        raise MeasureError("A numerator or denominator is missing or has no end.")
    if (count < 0).any() or (base < 0).any():
        raise MeasureError("A numerator or denominator is below 0.")
    if kind is Funnelled.PROPORTION and (count > base).any():
        raise MeasureError("A numerator is above its denominator.")
    return count, base


def _spread(kind: Funnelled, count: Floats, base: Floats, centre: float) -> tuple[float, float]:
    """Estimate how much more units differ than chance makes them."""
    error = 1 / (2 * np.sqrt(base))
    if kind is Funnelled.PROPORTION:
        z = (np.arcsin(np.sqrt(count / base)) - np.arcsin(np.sqrt(centre))) / error
    else:
        z = (np.sqrt(count / base) - 1) / error
    z = z.clip(*np.quantile(z, [WINSORISED, 1 - WINSORISED]))
    many, phi = len(z), float(np.mean(z**2))
    weight = 1 / error**2
    spare = weight.sum() - (weight**2).sum() / weight.sum()
    if many < 2 or many * phi <= many - 1 or spare <= 0:  # noqa: PLR2004 - one unit has no spread
        return phi, 0.0
    return phi, float((many * phi - (many - 1)) / spare)


def _limits(kind: Funnelled, base: Floats, centre: float, tau2: float) -> list[Floats]:
    """Give the four limits, in the order of LIMITS."""
    if kind is not Funnelled.PROPORTION and tau2 == 0:
        return _exact(base)
    spread = np.sqrt(1 / (4 * base.clip(1e-12)) + tau2)
    lines = []
    for z in (-Z998, -Z95, Z95, Z998):
        if kind is Funnelled.PROPORTION:
            angle = np.arcsin(np.sqrt(centre)) + z * spread
            lines.append(np.sin(angle.clip(0, np.pi / 2)) ** 2)
        else:
            lines.append((1 + z * spread).clip(0) ** 2)
    return lines


def _exact(expected: Floats) -> list[Floats]:
    """Exact Poisson limits of observed over expected, where there is no overdispersion."""
    from scipy.special import gammaincinv

    # chi2.ppf(p, 2 a) / 2 is the inverse of the incomplete gamma function of a.
    expected = expected.clip(1e-12)
    low = [gammaincinv(expected, tail) / expected for tail in (0.001, 0.025)]
    high = [gammaincinv(expected + 1, 1 - tail) / expected for tail in (0.025, 0.001)]
    return [*low, *high]


def _places(value: Floats, lines: list[Floats], seen: Bools) -> list[str]:
    low_998, low_95, high_95, high_998 = lines
    choices = [
        ~seen,
        (value < low_998) | (value > high_998),
        (value < low_95) | (value > high_95),
    ]
    names = [Place.NOT_MEASURED.value, Place.BEYOND_998.value, Place.BEYOND_95.value]
    return [str(name) for name in np.select(choices, names, Place.INSIDE.value)]
