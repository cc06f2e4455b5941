"""Attacks published counts that are parts of two wholes, with all sums solved together."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from metrics.disclosure import disclose

MONTHS = pd.date_range("2024-01-01", periods=12, freq="MS")
KINDS = ("used", "broken", "unclear")


def series(counts):
    """Give the frame, the unit tree and the wholes of counts by ward and kind (W, K, M)."""
    rows = {}
    for ward, kinds in enumerate(counts):
        for kind, months in zip(KINDS, kinds, strict=True):
            rows[f"{kind}|{ward}"] = months
        rows[f"all|{ward}"] = kinds.sum(axis=0)
    for name in (*KINDS, "all"):
        rows[f"{name}|"] = np.sum([rows[f"{name}|{ward}"] for ward in range(len(counts))], axis=0)
    frame = pd.DataFrame(
        [(key, month, n) for key, numbers in rows.items() for month, n in zip(MONTHS, numbers)],  # noqa: B905
        columns=["series", "month", "numerator"],
    )
    parents = {key: f"{key.split('|')[0]}|" for key in rows if not key.endswith("|")}
    wholes = {key: f"all|{key.split('|')[1]}" for key in rows if not key.startswith("all")}
    return frame, parents, wholes


def given_away(shown, counts):
    """Name the small numbers of a month or quarter that follow from the shown ones."""
    wards = len(counts)
    atoms = list(product(range(wards), range(len(KINDS)), range(len(MONTHS))))
    place = {atom: number for number, atom in enumerate(atoms)}

    def cells(key, period, months):
        name, ward = key.split("|")
        row = np.zeros(len(atoms))
        first = MONTHS.get_loc(period)
        for w, k, m in product(
            range(wards) if ward == "" else [int(ward)],
            range(len(KINDS)) if name == "all" else [KINDS.index(name)],
            range(first, first + months),
        ):
            row[place[w, k, m]] = 1
        return row

    known = np.array([cells(*one) for one in shown])
    values = np.array([counts[atom] for atom in atoms], dtype=float)
    _u, size, rows = np.linalg.svd(known, full_matrices=False)
    basis = rows[size > 1e-9]
    found = []
    for name, ward, months in product((*KINDS, "all"), ["", *map(str, range(wards))], (1, 3)):
        for first in range(0, len(MONTHS), months):
            asked = cells(f"{name}|{ward}", MONTHS[first], months)
            left = asked - basis.T @ (basis @ asked)
            if 0 < asked @ values < 8 and np.abs(left).max() < 1e-6:
                found.append((name, ward, first, months))
    return found


def published(counts, **more):
    frame, parents, wholes = series(counts)
    answer = disclose(
        frame, audience="published", counted="events", parents=parents, wholes=wholes, **more
    )
    return [
        (str(row.series), row.period, int(row.months)) for row in answer.points.itertuples()
    ], answer


def test_a_wards_small_number_does_not_follow_from_its_kinds_and_the_other_wards():
    """From the trust and the second ward follow the first ward's broken ones; then its used."""
    counts = np.zeros((2, 3, 12), dtype=int)
    counts[0, 0], counts[0, 1] = 2, 35
    counts[1, 0], counts[1, 1] = 25, 35

    shown, _answer = published(counts)

    assert ("all|", MONTHS[0], 1) in shown
    assert given_away(shown, counts) == []


@pytest.mark.parametrize("seed", range(4))
def test_no_small_number_follows_whatever_the_wards_and_kinds_are(seed):
    rng = np.random.default_rng(seed)
    means = rng.choice([0, 1, 4, 12, 40], size=(4, 3, 1), p=[0.1, 0.2, 0.2, 0.2, 0.3])
    counts = rng.poisson(np.broadcast_to(means, (4, 3, 12)))

    shown, _answer = published(counts)

    assert shown
    assert given_away(shown, counts) == []


def test_nor_where_an_earlier_report_gave_other_series_by_the_month():
    counts = np.full((3, 3, 12), 20)
    counts[0, 0] = 3
    shown, _answer = published(counts)
    keys = {key for key, _period, months in shown if months == 1}
    hidden = [key for key in ("used|1", "used|2", "broken|0", "unclear|0") if key not in keys]
    earlier = pd.DataFrame(
        [(key, month) for key in hidden[:1] for month in MONTHS[:3]], columns=["series", "month"]
    )

    again, _answer = published(counts, already_shown=earlier)

    known = [*again, *((key, month, 1) for key, month in earlier.itertuples(index=False))]
    assert hidden
    assert given_away(known, counts) == []
