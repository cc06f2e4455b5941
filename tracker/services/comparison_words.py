"""Says in plain words what a comparison found, and never more than its numbers say."""

import math
from dataclasses import replace

from tracker.services.comparison_numbers import Effect

EXPLORATORY = (
    "Exploratory: nobody wrote this down before looking. Use it to ask a question, not to answer "
    "one."
)


def headline(name: str, effect: Effect) -> str:
    """Say what was found, in one or two sentences."""
    if effect.too_few:
        return f"{name}: too few to tell. {effect.too_few}"
    where = " beyond what the other units did" if effect.by_units else ""
    if not effect.is_clear:
        return (
            f"{name}: no clear difference{where}. The true change could be anywhere "
            f"{interval(effect)}."
        )
    way = "went up" if effect.size > effect.none else "went down"
    return (
        f"{name} {way} by {_size(effect)}{where}. The true change is most likely "
        f"{interval(effect)}."
    )


def what_it_means(effect: Effect, control: Effect | None, control_name: str) -> list[str]:
    """Say what may be concluded, and what may not."""
    said = []
    if effect.is_clear:
        if effect.by_units:
            said.append(
                "This is what one would see if the goals had a part in it. It is not proof."
            )
        else:
            said.append(
                "There were no units to compare with. So anything else that happened then could "
                "be the reason."
            )
    if effect.is_share and not effect.too_few:
        said.append("This is a share of what it was: 10% up takes 40 in 100 to 44 in 100.")
    if effect.p is not None and not effect.too_few:
        said.append(_by_chance(effect.p))
    if effect.other is not None and not effect.too_few:
        said.append(_other_model(effect))
    if effect.seasonless is not None and not effect.too_few:
        said.append(_seasonless(effect, effect.seasonless))
    if math.isfinite(effect.plain) and not effect.too_few:
        said.append("If each month is much like the one before, the range should be wider.")
    if not effect.by_units and math.isfinite(effect.slope):
        said.append(_slope(effect))
    said += _about_control(effect, control, control_name)
    return said


def detectable_words(ratio: float | None) -> str:
    if ratio is None:
        return (
            "The numbers are too small to see any change in them. Choose a larger group or more "
            "months, or use the chart of days between events."
        )
    fall, rise = percent(ratio), percent(1 / ratio)
    return f"With these numbers, a fall of {fall} or more, or a rise of {rise}, could be seen."


def interval(effect: Effect) -> str:
    """Say an interval: between 5% and 9% up, or from 2 minutes down to 1 minute up."""
    if effect.words:
        ends = [round(effect.low, 1), round(effect.high, 1)]
        unit = f" {effect.words}"
    else:
        ends = [round((end - 1) * 100) for end in (effect.low, effect.high)]
        unit = "%"
    low, high = ends
    if low > 0:
        return f"between {low}{unit} and {high}{unit} up"
    if high < 0:
        return f"between {-high}{unit} and {-low}{unit} down"
    return f"from {_end(low, unit)} to {_end(high, unit)}"


def _size(effect: Effect) -> str:
    return f"{abs(round(effect.size, 1))} {effect.words}" if effect.words else percent(effect.size)


def percent(ratio: float) -> str:
    return f"{abs(round((ratio - 1) * 100))}%"


def _end(size: float, unit: str) -> str:
    if size == 0:
        return "no change"
    return f"{abs(size)}{unit} {'up' if size > 0 else 'down'}"


def _by_chance(p: float) -> str:
    times = max(1, round(p * 100))
    return (
        f"Units picked by chance would differ as much about {times} "
        f"{'time' if times == 1 else 'times'} in 100."
    )


def _other_model(effect: Effect) -> str:
    """Say what comes out where counts may scatter in the other usual way (negative binomial)."""
    size, low, high = effect.other or (math.nan,) * 3
    other = replace(effect, size=size, low=low, high=high)
    if other.is_clear == effect.is_clear:
        return f"Worked out in a second way (negative binomial), it is {interval(other)}."
    return (
        f"Worked out in a second way (negative binomial), it is {interval(other)}. The two do not "
        "agree on whether it is clear, so do not build on it."
    )


def _seasonless(effect: Effect, without: tuple[float, float, float]) -> str:
    """Say what comes out without the season, and what one would say who knew of no trend."""
    size, low, high = without
    other = replace(effect, size=size, low=low, high=high)
    return (
        f"The season is allowed for. Without it, the change is {_change(size)}, most likely "
        f"{interval(other)}. Plain rates alone: {_change(effect.plain)}, but they know nothing of "
        "a trend."
    )


def _change(ratio: float) -> str:
    return _end(round((ratio - 1) * 100), "%")


def _slope(effect: Effect) -> str:
    if effect.slope_low <= effect.none <= effect.slope_high:
        return "The pace from month to month did not clearly change."
    way = "up" if effect.slope > effect.none else "down"
    size = f"{abs(effect.slope):.2g} {effect.words}" if effect.words else percent(effect.slope)
    return f"The pace from month to month turned {way} by {size}."


def _about_control(effect: Effect, control: Effect | None, name: str) -> list[str]:
    if control is None:
        return ["No negative control was chosen, so other reasons cannot be told apart."]
    if control.too_few:
        return [f"The negative control ({name}) has too few numbers to tell."]
    if not control.is_clear:
        still = f"The negative control ({name}), which goals cannot change, did not clearly move"
        return [f"{still}: {interval(control)}."]
    moved = f"But {name}, which goals cannot change, moved as well: {interval(control)}."
    if effect.is_clear:
        moved += " So do not say that the goals did it."
    return [moved]
