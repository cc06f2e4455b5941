"""Makes a screen from a template and a seed: the same one each time it is asked."""

from random import Random
from typing import TYPE_CHECKING

from tracker.practice.kinds import KINDS
from tracker.practice.screens import Feedback, Screen

if TYPE_CHECKING:
    from tracker.practice.bank import Template


def make_screen(template: "Template", seed: int, *, with_signal: bool) -> Screen:
    """Make one screen, with or without something that needs action.

    Both come from the same draws and hold the same number of things, so that nothing but
    reading tells them apart.
    """
    draw = Random(f"{template.key}:{seed}")  # noqa: S311 - a screen to practise on, no secret
    drawn = KINDS[template.kind].draw(template.values, draw, with_signal)
    words = template.feedback["with" if with_signal else "without"]
    return Screen(
        system=template.system,
        setting=template.setting.format_map(drawn.words),
        parts=drawn.parts,
        has_signal=with_signal,
        where=drawn.where,
        feedback=Feedback(**{name: text.format_map(drawn.words) for name, text in words.items()}),
    )
