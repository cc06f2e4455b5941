"""What the end of a practice says: words and a next step, never a mark."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.errors import NotAllowedNowError
from tracker.services.practice import is_finished
from tracker.services.practice_bank import template_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tracker.models import PracticeAnswer, PracticeForm

QUITE_SURE = 4


@dataclass(frozen=True, kw_only=True)
class PracticeEnd:
    """The last page of a round."""

    sentences: tuple[str, ...]
    #: what to look at again, each after the words "Look again at"
    look_again: tuple[str, ...]
    next_step: str


def practice_end(db: "Session", form: "PracticeForm") -> PracticeEnd:
    """Put a finished round into words.

    :raises NotAllowedNowError: while there are screens to answer.
    """
    if not is_finished(form):
        raise NotAllowedNowError("There are screens left. Go on from Practise spotting alerts.")
    passed_by = [one for one in form.answers if one.has_signal and not one.says_action]
    keys = dict.fromkeys(form.items[one.position][0] for one in passed_by)
    templates = [template_of(db, form.organisation_id, key) for key in keys]
    return PracticeEnd(
        sentences=tuple(_sentences(form.answers)),
        look_again=tuple(one.passed_by for one in templates if one is not None),
        next_step=_next_step(form.answers),
    )


def _sentences(answers: "Sequence[PracticeAnswer]") -> list[str]:
    """Say what somebody tends to do. One answer for every screen is told first, and kindly."""
    if all(one.says_action for one in answers):
        return [
            "You said that each screen needs action. Some of them were fine.",
            "When everything rings, the one that matters is hard to hear.",
        ]
    if not any(one.says_action for one in answers):
        return [
            "You said that no screen needs action. Some of them did.",
            "It is easy to trust a screen that looks tidy.",
        ]
    passed_by = any(one.has_signal and not one.says_action for one in answers)
    stopped = any(one.says_action and not one.has_signal for one in answers)
    said = [
        "There was something that you went past. Most people do, on new screens."
        if passed_by
        else "You stopped where there was something to stop for.",
        "You stopped at a screen where all was well. Asking is never wrong. "
        "With time you will know more of these by sight."
        if stopped
        else "You let the screens go on where all was well.",
    ]
    if any(one.how_sure == QUITE_SURE and not one.is_correct for one in answers):
        said.append(
            "Once you were quite sure, and it was the other way. That is the moment to know about: "
            "a second look takes a few seconds."
        )
    return said


def _next_step(answers: "Sequence[PracticeAnswer]") -> str:
    if all(one.is_correct for one in answers):
        return "Next time you are at work, find these places on your real screens."
    return (
        "Show one of these screens to your buddy, and ask where they look first. "
        "Then practise again in a few days, with new screens."
    )
