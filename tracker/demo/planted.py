"""What is true about the trust: where something changed a year ago, by how much, and where not."""

from dataclasses import dataclass
from enum import StrEnum

from tracker.demo.plan import TrustPlan, UnitPlan

RECOGNITION_BEFORE = 0.40
RECOGNITION_GAIN = 0.15
USE_RELATED_RATIO = 0.7
REPORTING_RATIO = 1.5
HARM_RATIO = 0.6
PRACTICE_GAIN = 0.9
SAYING_YES = -1.0
COMPLETION_BEFORE = 0.82
COMPLETION_AFTER = 0.95
COMPLETION_RISES_OVER_MONTHS = 4


class Story(StrEnum):
    """Why the numbers of a unit move, or do not."""

    GOALS_HELPED = "goals_helped"
    ALERT_GOALS_HELPED = "alert_goals_helped"
    TARGET_MET_POINT_MISSED = "target_met_point_missed"
    SPEAKING_UP = "speaking_up"
    LEARNED_TO_SAY_YES = "learned_to_say_yes"
    NOTHING_CHANGED = "nothing_changed"


IN_WORDS = {
    Story.GOALS_HELPED: (
        "Goals about alerts and about using the record were agreed and kept. Staff recognise more "
        "alerts, and fewer incidents come from how systems are used. In practice they tell screens "
        "apart better too."
    ),
    Story.ALERT_GOALS_HELPED: (
        "Goals about alerts were agreed and kept. Staff recognise more alerts, at work and in "
        "practice."
    ),
    Story.TARGET_MET_POINT_MISSED: (
        "Training completion was driven up to its target. Nothing else changed."
    ),
    Story.SPEAKING_UP: (
        "People report more of what goes wrong, and less of it does harm. More reports are the "
        "good news here."
    ),
    Story.LEARNED_TO_SAY_YES: (
        "In practice, people learned to say yes to every screen. They spot more and raise more "
        "false alarms, and tell the screens apart no better. Nothing got better here."
    ),
    Story.NOTHING_CHANGED: "Nothing changed. Whatever moves here is season or chance.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """By how much the months since the change differ from those before it."""

    recognition_gain: float = 0.0
    use_related_ratio: float = 1.0
    # Both leave out technical incidents: the systems log those themselves, so nobody's
    # willingness to report moves them. They are the negative control.
    reporting_ratio: float = 1.0
    harm_ratio: float = 1.0
    completion_after: float | None = None
    # In practice: how much better screens are told apart, and how much readier people say yes.
    practice_gain: float = 0.0
    practice_caution: float = 0.0


EFFECTS = {
    Story.GOALS_HELPED: Effect(
        recognition_gain=RECOGNITION_GAIN,
        use_related_ratio=USE_RELATED_RATIO,
        practice_gain=PRACTICE_GAIN,
    ),
    Story.ALERT_GOALS_HELPED: Effect(
        recognition_gain=RECOGNITION_GAIN, practice_gain=PRACTICE_GAIN
    ),
    Story.TARGET_MET_POINT_MISSED: Effect(completion_after=COMPLETION_AFTER),
    Story.SPEAKING_UP: Effect(reporting_ratio=REPORTING_RATIO, harm_ratio=HARM_RATIO),
    Story.LEARNED_TO_SAY_YES: Effect(practice_caution=SAYING_YES),
    Story.NOTHING_CHANGED: Effect(),
}

# A division's story is the story of every unit in it.
STORIES = {
    "1020": Story.ALERT_GOALS_HELPED,
    "2000": Story.GOALS_HELPED,
    "3000": Story.TARGET_MET_POINT_MISSED,
    "4000": Story.SPEAKING_UP,
    "5000": Story.LEARNED_TO_SAY_YES,
    "6010": Story.TARGET_MET_POINT_MISSED,
}


def story_of(unit: UnitPlan) -> Story:
    template = unit.template
    own = STORIES.get(template.code)
    return own or STORIES.get(template.division, Story.NOTHING_CHANGED)


def planted_units(plan: TrustPlan) -> list[UnitPlan]:
    """Return the units that a story was planted in, not those below them."""
    return [unit for unit in plan.units if unit.template.code in STORIES]
