"""Which question comes next in a self-assessment, and when it is enough. Pure: see ADR 0021.

First what is essential and was never asked, or not for a year; then what moved last time or was not
understood; then what is below the need; then the rest. It stops when everything was asked, when the
rest is settled, or after as many questions as fit in five minutes.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

#: As many as fit in about five minutes on a phone.
MOST_IN_A_SITTING = 12
#: A sitting is a sign of life too: this many are asked even when all is settled.
FEWEST_IN_A_SITTING = 4
#: Something essential is asked again after this time, however settled it was.
GETS_OLD_AFTER = timedelta(days=365)
#: So many answers at the need show, in one sitting, that somebody is at home in a domain.
ENOUGH_OF_A_DOMAIN = 2


@dataclass(frozen=True, kw_only=True)
class Past:
    """What somebody said of one competence before this sitting."""

    level: int | None
    on: date
    #: differs from the answer before it
    moved: bool = False
    #: is the same as the answer before it
    is_steady: bool = False

    @property
    def is_not_understood(self) -> bool:
        return self.level is None


@dataclass(frozen=True, kw_only=True)
class Question:
    """One competence that a role needs, with what was said of it before."""

    competence_id: int
    domain_id: int
    needed_level: int
    is_essential: bool
    past: Past | None = None


class Why(enum.StrEnum):
    """Why a sitting is at its end."""

    ALL_ASKED = "all_asked"
    REST_SETTLED = "rest_settled"
    ENOUGH = "enough"


@dataclass(frozen=True, kw_only=True)
class Next:
    """The next question, or why there is none."""

    question: Question | None
    asked: int
    in_all: int
    why: Why | None = None


def next_question(
    questions: Sequence[Question], said: Mapping[int, int | None], *, today: date
) -> Next:
    """Choose the next question after what was said in this sitting: level by competence.

    The same answers always give the same next question, so a sitting can be left and resumed.
    """
    left = [one for one in questions if one.competence_id not in said]
    in_all, asked = len(left) + len(said), len(said)
    if not left:
        return Next(question=None, asked=asked, in_all=in_all, why=Why.ALL_ASKED)
    if asked >= MOST_IN_A_SITTING:
        return Next(question=None, asked=asked, in_all=in_all, why=Why.ENOUGH)
    at_home = _domains_at_home(questions, said)
    unsettled = [one for one in left if not _is_settled(one, at_home, today)]
    if not unsettled and asked >= FEWEST_IN_A_SITTING:
        return Next(question=None, asked=asked, in_all=in_all, why=Why.REST_SETTLED)
    chosen = min(unsettled or left, key=lambda one: _rank(one, today))
    return Next(question=chosen, asked=asked, in_all=in_all)


def _rank(one: Question, today: date) -> tuple[int, date, int]:
    """Order the questions: lower comes first, the one asked longest ago before a newer one."""
    past = one.past
    if past is None:
        return (0 if one.is_essential else 5, date.min, one.competence_id)
    if one.is_essential and _is_old(past, today):
        place = 1
    elif past.moved or past.is_not_understood:
        place = 2 if one.is_essential else 3
    elif past.level is not None and past.level < one.needed_level:
        place = 4 if one.is_essential else 6
    else:
        place = 7 if one.is_essential else 8
    return (place, past.on, one.competence_id)


def _is_settled(one: Question, at_home: frozenset[int], today: date) -> bool:
    """Say whether there is little to learn from asking this today."""
    past = one.past
    if not one.is_essential and one.domain_id in at_home:
        return True
    return (
        past is not None
        and past.is_steady
        and past.level is not None
        and past.level >= one.needed_level
        and not _is_old(past, today)
    )


def _is_old(past: Past, today: date) -> bool:
    return today - past.on > GETS_OLD_AFTER


def _domains_at_home(
    questions: Sequence[Question], said: Mapping[int, int | None]
) -> frozenset[int]:
    """Find the domains where this sitting's answers all are at the need, and enough of them."""
    reached: dict[int, int] = {}
    below: set[int] = set()
    for one in questions:
        if one.competence_id not in said:
            continue
        level = said[one.competence_id]
        if level is not None and level >= one.needed_level:
            reached[one.domain_id] = reached.get(one.domain_id, 0) + 1
        else:
            below.add(one.domain_id)
    return frozenset(
        domain
        for domain, number in reached.items()
        if number >= ENOUGH_OF_A_DOMAIN and domain not in below
    )
