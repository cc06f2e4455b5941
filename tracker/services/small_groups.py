"""Which groups may be shown to a named quality lead, and what a unit holds with all below it.

The one rule is metrics.disclosure's. This hands it all units at once, so that no small team can be
worked out by taking one group from another.
"""

from collections.abc import Mapping

#: A unit; none is the whole organisation.
Unit = int | None
WHOLE = "whole"


def shown_units(people: Mapping[Unit, int], parents: Mapping[int, Unit]) -> set[Unit]:
    """Say which units may be shown, by how many people each has with all below it."""
    return {unit for _one, unit in shown_groups({(0, u): n for u, n in people.items()}, parents)}


def shown_groups(
    people: Mapping[tuple[int, Unit], int], parents: Mapping[int, Unit]
) -> set[tuple[int, Unit]]:
    """Ask metrics.disclosure, of several questions at once: the whole is above every top unit."""
    import pandas as pd

    from metrics.disclosure import Audience, Counted, disclose

    keys = {place: f"{place[0]}:{place[1] or WHOLE}" for place, number in people.items() if number}
    if not keys:
        return set()
    numbers = [people[place] for place in keys]
    frame = pd.DataFrame(
        {
            "series": list(keys.values()),
            "month": pd.Timestamp(2000, 1, 1),
            "numerator": numbers,
            "denominator": numbers,
            "contributors": numbers,
        }
    )
    above: dict[str, str | None] = {
        key: None if unit is None else keys.get((one, parents.get(unit)), keys.get((one, None)))
        for (one, unit), key in keys.items()
    }
    shown = disclose(frame, audience=Audience.INSIDE, counted=Counted.PEOPLE, parents=above)
    safe = set(shown.points["series"])
    return {place for place, key in keys.items() if key in safe}
