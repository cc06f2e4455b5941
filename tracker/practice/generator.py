"""Makes a screen from a template and a seed: the same one each time it is asked."""

from random import Random
from typing import TYPE_CHECKING

from tracker.practice.fill import fill
from tracker.practice.kinds import KINDS
from tracker.practice.possible import impossible
from tracker.practice.screens import Feedback, Screen

if TYPE_CHECKING:
    from tracker.practice.bank import Template


class ImpossiblePatientError(ValueError):
    """Raised for a seed that makes a patient who cannot be, with a sentence that says why."""


def make_screen(template: "Template", seed: int, *, with_signal: bool) -> Screen:
    """Make one screen, with or without something that needs action.

    Both come from the same draws and hold the same number of things, so that nothing but
    reading tells them apart.

    :raises ImpossiblePatientError: for a patient who cannot be.
    """
    draw = Random(f"{template.key}:{seed}")  # noqa: S311 - a screen to practise on, no secret
    drawn = KINDS[template.kind].draw(template.values, draw, with_signal)
    if why := impossible(drawn.parts, drawn.people):
        raise ImpossiblePatientError(why[0])
    words = template.feedback["with" if with_signal else "without"]
    return Screen(
        system=template.system,
        setting=fill(template.setting, drawn.words),
        parts=drawn.parts,
        has_signal=with_signal,
        where=drawn.where,
        feedback=Feedback(**{name: fill(text, drawn.words) for name, text in words.items()}),
        slip=template.slip,
        rule=drawn.rule,
        people=drawn.people,
    )
