"""The National Early Warning Score, second version (NEWS2).

Source: Royal College of Physicians. National Early Warning Score (NEWS) 2: Standardising the
assessment of acute-illness severity in the NHS. Updated report of a working party. London: RCP,
2017 (chart 1: the scoring system; chart 2: thresholds and triggers).
"""

from dataclasses import dataclass

#: A whole score from which a patient needs an urgent look (chart 2).
URGENT = 5
#: A score in one sign from which a patient needs an urgent look (chart 2).
RED_SCORE = 3

#: For each sign: the highest value of a band, and what it scores. Above the last band: `ABOVE`.
RESPIRATION = ((8, 3), (11, 1), (20, 0), (24, 2))
SATURATION_1 = ((91, 3), (93, 2), (95, 1))
SATURATION_2 = ((83, 3), (85, 2), (87, 1), (92, 0))
SATURATION_2_ON_OXYGEN = (*SATURATION_2, (94, 1), (96, 2))
SYSTOLIC = ((90, 3), (100, 2), (110, 1), (219, 0))
PULSE = ((40, 3), (50, 1), (90, 0), (110, 1), (130, 2))
#: in tenths of a degree
TEMPERATURE = ((350, 3), (360, 1), (380, 0), (390, 1))

Bands = tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Observations:
    """One round of a patient's signs."""

    respiration: int
    saturation: int
    systolic: int
    pulse: int
    #: in degrees Celsius, to one decimal
    temperature: float
    on_oxygen: bool = False
    #: awake, and not newly confused
    alert: bool = True
    #: scale 2, for a patient whose target is 88 to 92 per cent, set by a specialist
    second_scale: bool = False


def news2(seen: Observations) -> int:
    """Give the whole score: 0 to 20."""
    return sum(scores(seen).values())


def scores(seen: Observations) -> dict[str, int]:
    """Give the score of each sign."""
    return {
        "respiration": _score(seen.respiration, RESPIRATION, above=3),
        "saturation": _saturation(seen),
        "oxygen": 2 if seen.on_oxygen else 0,
        "systolic": _score(seen.systolic, SYSTOLIC, above=3),
        "pulse": _score(seen.pulse, PULSE, above=3),
        "alert": 0 if seen.alert else 3,
        "temperature": _score(round(seen.temperature * 10), TEMPERATURE, above=2),
    }


def needs_urgent_look(seen: Observations) -> bool:
    """Say whether the score asks for an urgent look: 5 or more in all, or 3 in one sign."""
    each = scores(seen).values()
    return sum(each) >= URGENT or max(each) >= RED_SCORE


def _saturation(seen: Observations) -> int:
    if not seen.second_scale:
        return _score(seen.saturation, SATURATION_1, above=0)
    if seen.on_oxygen:
        return _score(seen.saturation, SATURATION_2_ON_OXYGEN, above=3)
    return _score(seen.saturation, SATURATION_2, above=0)


def _score(value: int, bands: Bands, *, above: int) -> int:
    return next((score for highest, score in bands if value <= highest), above)
