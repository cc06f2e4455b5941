"""Draws a round of practice: as hard as any other, of several sorts, and other screens than before.

Nothing about a round tells a screen's answer: each screen has something to spot or not by a toss
of its own, so that counting what has come says nothing about what comes.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from random import Random

from tracker.practice import ImpossiblePatientError, Template, make_screen

#: Screens in a round.
SCREENS = 8
#: Of these, at least so many with something to spot, and so many without.
FEWEST_OF_EACH = 2
#: Screens that everybody meets, whatever their work.
COMMON = 2
MOST_OF_A_FAMILY = 3
#: Rounds that are drawn to choose the one from that is nearest to the usual difficulty.
CANDIDATES = 12
SEEDS = 2**31
PROFESSIONS = {
    "Nursing and Midwifery Registered": "nurses",
    "Medical and Dental": "doctors",
    "Add Prof Scientific and Technic": "pharmacists",
    "Allied Health Professionals": "therapists",
    "Additional Clinical Services": "care_support",
    "Administrative and Clerical": "clerical",
    "Estates and Ancillary": "estates",
    "Healthcare Scientists": "scientists",
}
Item = list[object]


def draw_items(
    before: Sequence[Sequence[object]],
    draw: Random,
    *,
    bank: Mapping[str, Template],
    hardness: Mapping[str, float],
    staff_group: str | None = None,
) -> list[Item]:
    """Draw templates, seeds and sides: none of the screens of the last round, few of its sorts."""
    fitting = [key for key, one in bank.items() if _fits(one, staff_group)]
    last = {str(key) for key, *_ in before}
    usual = sum(hardness[key] for key in fitting) / len(fitting)
    rounds = [_choose(bank, fitting, last, draw) for _ in range(CANDIDATES)]
    keys = min(rounds, key=lambda keys: abs(_mean(hardness[key] for key in keys) - usual))
    gone = {(key, seed) for key, seed, *_ in before}
    return [
        [key, _seed(bank[key], key, gone, draw, with_signal=side), side]
        for key, side in zip(keys, draw_sides(draw), strict=True)
    ]


def draw_sides(draw: Random) -> list[bool]:
    """Toss for each screen; a round that is nearly all of one side is tossed anew."""
    while True:
        sides = [draw.random() < 0.5 for _ in range(SCREENS)]  # noqa: PLR2004 - a fair toss
        if FEWEST_OF_EACH <= sum(sides) <= SCREENS - FEWEST_OF_EACH:
            return sides


def _fits(template: Template, staff_group: str | None) -> bool:
    """Say whether somebody of this work meets such a screen. Who has no group of ours meets all."""
    profession = PROFESSIONS.get(staff_group or "")
    return template.is_for_all or profession is None or profession in template.professions


def _choose(
    bank: Mapping[str, Template], fitting: Sequence[str], last: set[str], draw: Random
) -> list[str]:
    """Pick some that everybody meets, then those of one's own work; new sorts come first."""
    order = sorted(draw.sample(fitting, len(fitting)), key=lambda key: key in last)
    common = [key for key in order if bank[key].is_for_all]
    chosen: list[str] = common[:COMMON]
    families = Counter(bank[key].family for key in chosen)
    for key in order:
        family = bank[key].family
        if len(chosen) == SCREENS:
            break
        if key not in common and families[family] < MOST_OF_A_FAMILY:
            chosen.append(key)
            families[family] += 1
    rest = (key for key in (*order, *bank) if key not in chosen)
    chosen += list(dict.fromkeys(rest))[: SCREENS - len(chosen)]
    return draw.sample(chosen, SCREENS)


def _seed(
    template: Template,
    key: str,
    gone: set[tuple[object, object]],
    draw: Random,
    *,
    with_signal: bool,
) -> int:
    """Draw a seed that was not there the last time, and that makes a patient who can be."""
    while True:
        seed = draw.randrange(SEEDS)
        if (key, seed) in gone:
            continue
        try:
            make_screen(template, seed, with_signal=with_signal)
        except ImpossiblePatientError:
            continue
        return seed


def _mean(numbers: Iterable[float]) -> float:
    several = list(numbers)
    return sum(several) / len(several)
