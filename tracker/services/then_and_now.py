"""Then and now: each sitting beside the one before, by competence and by domain, in words."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from tracker.models import Competence, CompetenceOrigin, Domain
from tracker.services.confidence import WORDS
from tracker.services.self_assessments import Answer, latest_answers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

#: The levels in words: none is a mark.
LEVEL_WORDS = {level: word for level, word in WORDS.items() if level}


@dataclass(frozen=True, kw_only=True)
class ThenAndNow:
    """One competence, in the last sitting and in the one before."""

    competence_id: int
    name: str
    now: int | None
    now_on: date
    then: int | None
    then_on: date | None
    needed: int | None
    confidence: int | None

    @property
    def now_words(self) -> str:
        return WORDS[self.now]

    @property
    def then_words(self) -> str:
        return WORDS[self.then] if self.then_on else ""

    @property
    def needed_words(self) -> str:
        return WORDS[self.needed] if self.needed else ""

    @property
    def has_moved_on(self) -> bool:
        return self.now is not None and self.then is not None and self.now > self.then


@dataclass(frozen=True, kw_only=True)
class DomainStory:
    """One domain: its competences, and a sentence about them."""

    name: str
    rows: tuple[ThenAndNow, ...]

    @property
    def sentence(self) -> str:
        """Say in words what moved. No sum, no mean: words do not add up."""
        both = [row for row in self.rows if row.then and row.now]
        on = sum(row.has_moved_on for row in both)
        back = sum(bool(row.now and row.then and row.now < row.then) for row in both)
        if not both:
            return "Asked once so far. Next time you will see both answers here."
        parts = []
        if on:
            parts.append(f"In {on} of {len(both)} you said that you are further on.")
        if back:
            parts.append(
                f"In {back} of {len(both)} you feel less at ease. "
                "A new system, or seeing more of it, can do that."
            )
        return " ".join(parts) or "You said the same as last time."


def then_and_now(db: "Session", *, by: "Identity") -> list[DomainStory]:
    """Give the person's own history, by domain. Two queries, whatever there is to show."""
    answers = latest_answers(db, by.organisation_id, [by.staff_id]).get(by.staff_id, {})
    rows = db.execute(
        select(Competence.id, Competence.name, Domain.name.label("domain"))
        .join(Domain, Domain.id == Competence.domain_id)
        .where(
            Competence.id.in_(answers),
            # told once, under its name of today
            ~exists().where(
                CompetenceOrigin.predecessor_id == Competence.id,
                CompetenceOrigin.competence_id.in_(answers),
            ),
        )
        .order_by(Domain.framework_id, Domain.position, Competence.position)
    )
    return [
        DomainStory(name=domain, rows=tuple(_row(one.id, one.name, answers) for one in some))
        for domain, some in groupby(rows, key=lambda one: one.domain)
    ]


def _row(competence_id: int, name: str, answers: "dict[int, Answer]") -> ThenAndNow:
    answer = answers[competence_id]
    return ThenAndNow(
        competence_id=competence_id,
        name=name,
        now=answer.level,
        now_on=answer.answered_at.date(),
        then=answer.level_before,
        then_on=answer.answered_before_at.date() if answer.answered_before_at else None,
        needed=answer.needed_level,
        confidence=answer.confidence,
    )


def moved_on(stories: "Sequence[DomainStory]") -> list[str]:
    """Name what somebody is further on with than before."""
    return [row.name for story in stories for row in story.rows if row.has_moved_on]
