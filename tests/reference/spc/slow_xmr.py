"""A second XmR chart, written straight from the description of the reference, point by point.

It is slow and plain on purpose: no arrays, exact means from `statistics.mean`, and R's own
missing values (None) in every rule. The fast chart must agree with it on any input.
"""

from dataclasses import dataclass
from itertools import pairwise
from statistics import mean


class Stopped(Exception):  # noqa: N818 - the reference stops here
    """The reference stops with an error on this input."""


@dataclass
class Options:
    improvement_direction: str = "increase"
    screen_outliers: bool = True
    fix_after_n_points: int | None = None
    rebase: object = None
    target: object = None
    shift_length: int = 7
    trend_length: int = 7
    two_in_three: str = "near_limits"


def slow_xmr(rows, options):
    """rows: (facet, date, value) in any order. Returns points, summary and icons as dicts."""
    points, summary = [], []
    facets = sorted({facet for facet, _, _ in rows})
    last_points = {}
    for facet in facets:
        own = sorted((day, value) for f, day, value in rows if f == facet)
        for number, group in groups(facet, own, options.rebase):
            calculated = group_points(facet, number, group, options)
            points += calculated
            summary.append(summary_row(calculated))
            last_points[facet] = calculated[-1]
        if assured(options):
            summary[-1]["assurance_type"] = assurance(last_points[facet], options)
    return points, summary, icons(last_points, options)


def groups(facet, own, rebase):
    dates = rebase.get(facet, []) if isinstance(rebase, dict) else (rebase or [])
    found, number = [], 0
    for index, (day, value) in enumerate(own):
        if day in dates:
            number += 1
        if index == 0 or day in dates:
            found.append((number, []))
        found[-1][1].append((day, value))
    return found


def known(values):
    return [value for value in values if value is not None]


def mean_or_none(values):
    return mean(known(values)) if known(values) else None


def lines(values, options):
    k = options.fix_after_n_points
    base = values if k is None else values[:k]
    centre = mean_or_none(base)
    ranges = [None if a is None or b is None else abs(b - a) for a, b in pairwise(base)]
    average = mean_or_none(ranges)
    if options.screen_outliers and average is not None:
        ranges = [r for r in known(ranges) if r < 3.267 * average]
        average = mean_or_none(ranges)
    if centre is None or average is None:
        return centre, None, None, None, None
    near = 2 * (2.66 / 3) * average
    return (
        centre,
        centre - 2.66 * average,
        centre + 2.66 * average,
        centre - near,
        centre + near,
    )


def group_points(facet, number, group, options):
    values = [value for _, value in group]
    centre, lpl, upl, near_lpl, near_upl = lines(values, options)
    outside, close, side = places(values, (centre, lpl, upl, near_lpl, near_upl))
    trend = trend_rule(values, options.trend_length)
    counts = near_rule(values, (near_lpl, near_upl), close, options)
    two_in_three = two_in_three_rule(counts, side)
    shift = shift_rule(side, options.shift_length)
    rows = []
    for i, (day, value) in enumerate(group):
        label = one_label(i, values, side, (outside, trend, two_in_three, shift), options)
        rows.append(
            {
                "facet": facet,
                "date": day.isoformat(),
                "value": value,
                "rebase_group": number,
                "in_baseline": options.fix_after_n_points is None or i < options.fix_after_n_points,
                "mean": centre,
                "lpl": lpl,
                "upl": upl,
                "near_lpl": near_lpl,
                "near_upl": near_upl,
                "relative_to_mean": side[i],
                "outside_limits": outside[i],
                "close_to_limits": close[i],
                "rule_outside": outside[i],
                "rule_trend": trend[i],
                "rule_two_in_three": two_in_three[i],
                "rule_shift": shift[i],
                "special_cause_type": label,
                "special_cause_flag": label != "Common Cause",
                "point_type": point_type(label, options.improvement_direction),
                "short_group_warning": len(group) < 13,
                "target": target_of(facet, options.target),
                "trajectory": None,
            }
        )
    return rows


def places(values, five_lines):
    """Whether each value is outside the limits or near them, and its side of the mean."""
    centre, lpl, upl, near_lpl, near_upl = five_lines
    outside, close, side = [], [], []
    for y in values:
        if y is None or lpl is None:
            outside.append(None)
            close.append(None)
        else:
            outside.append(y > upl or y < lpl)
            close.append(not outside[-1] and (y < near_lpl or y > near_upl))
        side.append(None if y is None or centre is None else (y > centre) - (y < centre))
    return outside, close, side


def all_of(answers):
    """R's all(): FALSE beats NA beats TRUE."""
    if any(answer is False for answer in answers):
        return False
    return None if any(answer is None for answer in answers) else True


def any_of(answers):
    """R's any(): TRUE beats NA beats FALSE."""
    if any(answer is True for answer in answers):
        return True
    return None if any(answer is None for answer in answers) else False


def equal(a, b):
    return None if a is None or b is None else a == b


def near_rule(values, near, close, options):
    """Which points count for two in three: not those outside the limits, unless that is asked."""
    if options.two_in_three == "near_limits" or near[0] is None:
        return close
    return [None if y is None else y < near[0] or y > near[1] for y in values]


def trend_rule(values, length):
    ends = [0] * len(values)
    for i in range(length - 1, len(values)):
        window = values[i - length + 1 : i + 1]
        steps = [None if a is None or b is None else (b > a) - (b < a) for a, b in pairwise(window)]
        for direction in (1, -1):
            answer = all_of([equal(step, direction) for step in steps])
            if answer is None:
                raise Stopped
            if answer:
                ends[i] = direction
                break
    return [any(ends[i : i + length]) for i in range(len(values))]


def shift_rule(side, length):
    padded = [0] * (length - 1) + side
    ends = []
    for i in range(length - 1, len(padded)):
        same = all_of([equal(padded[i], padded[j]) for j in range(i - length + 1, i)])
        off = None if padded[i] is None else padded[i] != 0
        ends.append(all_of([same, off]))
    return [any_of(ends[i : i + length]) for i in range(len(side))]


def two_in_three_rule(close, side):
    near, sides = [False, False, *close, False, False], [0, 0, *side, 0, 0]
    answers = []
    for i in range(len(close)):
        windows = []
        for start in (i, i + 1, i + 2):
            three, places = near[start : start + 3], sides[start : start + 3]
            two_near = None if None in three else sum(three) >= 2
            one_side = None if None in places else abs(sum(places)) == 3
            windows.append(all_of([two_near, one_side]))
        answers.append(all_of([any_of(windows), close[i]]))
    return answers


def one_label(i, values, side, rules, options):
    outside, trend, two_in_three, shift = rules
    above = side[i] is not None and side[i] > 0
    if outside[i]:
        return "Above UCL" if above else "Below LCL"
    if trend[i]:
        if i + 1 < len(trend) and trend[i + 1]:
            rising = values[i + 1] > values[i]
        else:
            rising = values[i] > values[i - 1]
        return f"{options.trend_length} Point Trend ({'In' if rising else 'De'}creasing)"
    if two_in_three[i]:
        return f"2 in 3 {'Above' if above else 'Below'} CL"
    if shift[i]:
        return f"{options.shift_length} Points {'Above' if above else 'Below'} CL"
    return "Common Cause"


def point_type(label, direction):
    if label == "Common Cause":
        return "common_cause"
    high = "Above" in label or "Increasing" in label
    if direction == "neutral":
        return "special_cause_neutral_" + ("high" if high else "low")
    good = high == (direction == "increase")
    return "special_cause_improvement" if good else "special_cause_concern"


def target_of(facet, target):
    return target.get(facet) if isinstance(target, dict) else target


def assured(options):
    return options.target not in (None, {}) and options.improvement_direction != "neutral"


def assurance(point, options):
    target = target_of(point["facet"], options.target)
    if target is None or point["upl"] is None:
        return "inconsistent"
    increase = options.improvement_direction == "increase"
    if target > point["upl"]:
        return "consistent_fail" if increase else "consistent_pass"
    if target < point["lpl"]:
        return "consistent_pass" if increase else "consistent_fail"
    return "inconsistent"


def summary_row(points):
    types = [point["point_type"] for point in points]
    return {
        **{name: points[0][name] for name in ("facet", "rebase_group", "mean", "lpl", "upl")},
        "n": len(points),
        "common_cause": types.count("common_cause"),
        "special_cause_improvement": types.count("special_cause_improvement"),
        "special_cause_concern": types.count("special_cause_concern"),
        "variation_type": types[-1],
        "assurance_type": None,
    }


def icons(last_points, options):
    drawn = []
    for facet, point in last_points.items():
        kind = point["point_type"].removeprefix("special_cause_")
        if kind in {"improvement", "concern"}:
            high = (kind == "improvement") == (options.improvement_direction == "increase")
            kind += "_high" if high else "_low"
        drawn.append({"facet": facet, "type": "variation", "icon": kind})
    if assured(options):
        drawn += [
            {
                "facet": facet,
                "type": "assurance",
                "icon": assurance(point, options).removeprefix("consistent_"),
            }
            for facet, point in last_points.items()
        ]
    return drawn
