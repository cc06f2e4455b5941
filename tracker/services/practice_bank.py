"""The templates that an organisation practises with: those of the product, and its own in use."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.models import PracticeDifficulty, PracticeTemplate, TemplateState
from tracker.practice import Template, as_template, the_bank

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

#: A trust's own template is called so in a form, with its public id behind it.
OWN = "own:"
#: What an author's 1, 2, 3 means until answers are known: the share that most likely get it right.
EXPECTED = {1: 0.8, 2: 0.65, 3: 0.5}
#: For how many answers the author's word counts. More answers than these outweigh it.
AUTHOR_COUNTS_FOR = 20
FEWEST_STAFF = 8


def bank_of(db: "Session", organisation_id: int) -> dict[str, Template]:
    """Give every template that a new round may draw from, by the name a form knows it by."""
    own = db.execute(
        select(PracticeTemplate.public_id, PracticeTemplate.content).where(
            PracticeTemplate.organisation_id == organisation_id,
            PracticeTemplate.state == TemplateState.IN_USE,
        )
    )
    return {**the_bank(), **{f"{OWN}{key}": as_template(content) for key, content in own}}


def template_of(db: "Session", organisation_id: int, key: str) -> Template | None:
    """Find a template by the name a form knows it by, in use or not."""
    if not key.startswith(OWN):
        return the_bank().get(key)
    content = db.scalar(
        select(PracticeTemplate.content).where(
            PracticeTemplate.organisation_id == organisation_id,
            PracticeTemplate.public_id == key.removeprefix(OWN),
        )
    )
    return as_template(content) if content is not None else None


def is_known(key: str) -> bool:
    """Say whether a template is still there. A trust's own are kept when they are retired."""
    return key.startswith(OWN) or key in the_bank()


def hardness_of(
    db: "Session", organisation_id: int, bank: Mapping[str, Template]
) -> dict[str, float]:
    """Give for each template the share of answers that are most likely right.

    What the author expects is pulled towards what first rounds of eight or more people showed,
    the more the more answers there are. It is never shown.
    """
    seen = {
        key: (right, answers)
        for key, right, answers in db.execute(
            select(
                PracticeDifficulty.template_key,
                PracticeDifficulty.right,
                PracticeDifficulty.answers,
            ).where(
                PracticeDifficulty.organisation_id == organisation_id,
                PracticeDifficulty.staff >= FEWEST_STAFF,
            )
        )
    }
    return {
        key: shrunk(*seen.get(key, (0, 0)), expected=EXPECTED[template.difficulty])
        for key, template in bank.items()
    }


def shrunk(right: int, answers: int, *, expected: float) -> float:
    return (right + AUTHOR_COUNTS_FOR * expected) / (answers + AUTHOR_COUNTS_FOR)


def own_in_use(db: "Session", organisation_id: int) -> int:
    return (
        db.scalar(
            select(func.count(PracticeTemplate.id)).where(
                PracticeTemplate.organisation_id == organisation_id,
                PracticeTemplate.state == TemplateState.IN_USE,
            )
        )
        or 0
    )
