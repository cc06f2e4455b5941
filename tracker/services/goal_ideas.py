"""Goals that may suit somebody, each with its reason in a sentence. None is added by itself.

From five places: the gap between the work's profile and what the person said, goals that the trust
offers, systems that are about to come to the ward, what the unit's outcomes say, and what a starter
and their manager agreed in the readiness talk.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Date,
    Integer,
    String,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from tracker.models import (
    Appraisal,
    AppraisalStage,
    Assignment,
    DigitalSystem,
    GoalOffer,
    Induction,
    OrganisationUnit,
    Readiness,
    ReadinessLine,
    ReadinessTalk,
    RoleProfile,
    SystemState,
    SystemUse,
    UnitSignal,
)
from tracker.security.offer_groups import above, places_of
from tracker.services.appraisals import REACHED
from tracker.services.confidence import suggest_goals
from tracker.services.goal_groups import open_offers
from tracker.services.period_words import day_words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.services.frameworks import NeededCompetence
    from tracker.services.goal_stories import GoalStory

#: How far ahead a new system is worth a goal.
AHEAD = timedelta(days=183)
MOST_IDEAS = 6
#: What is taken over of a longer text: a goal has room for 300 characters.
LONGEST_WORDS = 250

#: Whom an idea is for, and when it is asked for: put into the query each time.
ORGANISATION = bindparam("organisation", type_=Integer)
STAFF = bindparam("staff", type_=Integer)
TODAY, UNTIL = bindparam("today", type_=Date), bindparam("until", type_=Date)

#: A goal for what a unit's outcomes say, by measure.
SIGNAL_GOALS = {
    "alert_recognition": "I look for alerts before I go on, and I act on each one or say why not",
    "use_related_incidents": "I ask for help rather than work around a screen, and I report slips",
}


@dataclass(frozen=True, kw_only=True)
class Idea:
    """A goal that may suit, and why."""

    #: names it in an address: where it comes from, and which
    key: str
    wording: str
    reason: str
    competence_id: int | None = None
    #: the public id of the trust's offer that it is
    offer_id: str = ""
    is_mandatory: bool = False


def ideas_for(  # noqa: PLR0913 - each is one plain thing that the page knows already
    db: "Session",
    appraisal: Appraisal,
    asked: "tuple[NeededCompetence, ...]",
    answers: Mapping[int, int | None],
    *,
    goals: "Iterable[GoalStory]",
    today: date,
) -> list[Idea]:
    """Gather ideas, those that are mandatory first. One query, however many there are."""
    goals = list(goals)
    around = _around(db, appraisal, today=today)
    ideas = [
        *(one for one in around if one.is_mandatory),
        *_from_gaps(asked, answers, goals),
        *(one for one in around if not one.is_mandatory),
    ]
    taken = {_bare(goal.wording) for goal in goals if goal.is_open}
    # An idea that was taken in other words is known by its reason.
    answered = {goal.reason for goal in goals if goal.is_open and goal.reason}
    return [one for one in ideas if _bare(one.wording) not in taken and one.reason not in answered][
        :MOST_IDEAS
    ]


def _bare(wording: str) -> str:
    return " ".join(wording.lower().split()).rstrip(".")


def _from_gaps(
    asked: "tuple[NeededCompetence, ...]",
    answers: Mapping[int, int | None],
    goals: "list[GoalStory]",
) -> list[Idea]:
    taken = [
        goal.competence_id
        for goal in goals
        if goal.competence_id and goal.is_open and goal.progress not in REACHED
    ]
    return [
        Idea(
            key=f"gap-{one.competence_id}",
            wording=one.wording,
            reason=one.reason,
            competence_id=one.competence_id,
        )
        for one in suggest_goals(asked, answers, taken=taken)
    ]


def _around(db: "Session", appraisal: Appraisal, *, today: date) -> list[Idea]:
    """Read what the trust offers, what is coming, and what the unit's outcomes say."""
    asked = {
        "organisation": appraisal.organisation_id,
        "staff": appraisal.appraisee_id,
        "today": today,
        "until": today + AHEAD,
    }
    ideas: dict[str, Idea] = {}
    for row in db.execute(_around_query(), asked):
        one = _READ[row.what](row)
        if one is not None:
            ideas.setdefault(one.key, one)
    return list(ideas.values())


@cache
def _around_query() -> Any:  # noqa: ANN401 - SQLAlchemy's own kinds
    """Give the query with places for its values: every meeting asks it, and making it is slow."""
    return union_all(
        _offered(), _coming(), _signals(), _systems_of_readiness_talk(), _words_of_readiness_talk()
    ).order_by("what", "day", "id")


def _offer(row: Any) -> Idea:  # noqa: ANN401 - a row of the query above
    return Idea(
        key=f"offer-{row.key}",
        wording=row.text,
        reason=row.reason,
        offer_id=row.key,
        is_mandatory=row.what == "mandatory",
    )


def _system(row: Any) -> Idea:  # noqa: ANN401
    return Idea(
        key=f"system-{row.key}",
        wording=f"I do my daily work in {row.text} by myself, and I know who to ask",
        reason=f"{row.text} comes to your work on {day_words(row.day)}.",
    )


def _signal(row: Any) -> Idea | None:  # noqa: ANN401
    if row.key not in SIGNAL_GOALS:
        return None
    return Idea(
        key=f"signal-{row.key}",
        wording=SIGNAL_GOALS[row.key],
        reason=f"{row.text}: {row.reason}",
    )


def _readiness(row: Any) -> Idea:  # noqa: ANN401
    """Carry what was agreed in the first months into the first appraisal, without retyping."""
    return Idea(
        key=f"ready-{row.key}",
        wording=f"I work with {row.text} by myself",
        reason=f"In your readiness talk of {day_words(row.day)} you said: {row.reason}.",
    )


def _readiness_words(row: Any) -> Idea:  # noqa: ANN401
    return Idea(
        key=f"ready-words-{row.key}",
        wording=f"I do this by myself: {shorten(row.text, LONGEST_WORDS, placeholder='...')}",
        reason=f"In your readiness talk of {day_words(row.day)} you wanted somebody near for it.",
    )


_READ = {
    "mandatory": _offer,
    "offer": _offer,
    "ready": _readiness,
    "ready_words": _readiness_words,
    "system": _system,
    "unit": _signal,
}


def _offered() -> Any:  # noqa: ANN401 - SQLAlchemy's own kinds
    what = case((GoalOffer.is_mandatory, literal("mandatory")), else_=literal("offer"))
    return open_offers(
        ORGANISATION,
        STAFF,
        TODAY,
        what.label("what"),
        GoalOffer.id.label("id"),
        GoalOffer.public_id.label("key"),
        GoalOffer.wording.label("text"),
        GoalOffer.reason.label("reason"),
        GoalOffer.due_on.label("day"),
    )


def _coming() -> Any:  # noqa: ANN401
    """Select systems that the person's post, role or unit is going to use, from their day on."""
    units = above(STAFF, TODAY, name="units_of_use")
    day = func.coalesce(SystemUse.starts_on, DigitalSystem.starts_on)
    fits = (
        or_(SystemUse.post_id.is_(None), SystemUse.post_id == Assignment.post_id),
        or_(SystemUse.staff_group.is_(None), SystemUse.staff_group == Assignment.staff_group),
        or_(SystemUse.job_role.is_(None), SystemUse.job_role == Assignment.job_role),
        # Without a profile both are empty, and so fit.
        or_(RoleProfile.staff_group.is_(None), RoleProfile.staff_group == Assignment.staff_group),
        or_(RoleProfile.job_role.is_(None), RoleProfile.job_role == Assignment.job_role),
        or_(
            SystemUse.organisation_unit_id.is_(None),
            SystemUse.organisation_unit_id.in_(select(units.c.id)),
        ),
    )
    return (
        select(
            literal("system"),
            DigitalSystem.id,
            DigitalSystem.public_id,
            DigitalSystem.name,
            literal(""),
            day,
        )
        .select_from(SystemUse)
        .join(DigitalSystem, DigitalSystem.id == SystemUse.system_id)
        .join(Assignment, places_of(STAFF, TODAY))
        .outerjoin(RoleProfile, RoleProfile.id == SystemUse.role_profile_id)
        .where(
            SystemUse.organisation_id == ORGANISATION,
            DigitalSystem.state == SystemState.LISTED,
            day > TODAY,
            day <= UNTIL,
            *fits,
        )
    )


def _signals() -> Any:  # noqa: ANN401
    return (
        select(
            literal("unit"),
            UnitSignal.id,
            UnitSignal.measure_key,
            OrganisationUnit.name,
            cast(UnitSignal.sentence, String),
            UnitSignal.found_on,
        )
        .join(OrganisationUnit, OrganisationUnit.id == UnitSignal.organisation_unit_id)
        .join(
            Assignment,
            (Assignment.organisation_unit_id == UnitSignal.organisation_unit_id)
            & places_of(STAFF, TODAY),
        )
        .where(UnitSignal.organisation_id == ORGANISATION)
    )


def _last_readiness_talk() -> tuple[Any, ...]:
    """Say which readiness talk counts: the last, until an appraisal has been signed since."""
    last = (
        select(func.max(ReadinessTalk.id))
        .join(Induction, Induction.id == ReadinessTalk.induction_id)
        .where(
            Induction.staff_member_id == STAFF,
            ReadinessTalk.sealed_on.is_not(None),
        )
        .scalar_subquery()
    )
    since = aliased(Appraisal)
    return (
        ReadinessTalk.id == last,
        ~exists().where(
            since.appraisee_id == STAFF,
            since.stage == AppraisalStage.SIGNED,
            since.held_on > ReadinessTalk.sealed_on,
        ),
    )


def _systems_of_readiness_talk() -> Any:  # noqa: ANN401
    said = case(
        {Readiness.NEAR: literal("with somebody near")},
        value=ReadinessLine.readiness,
        else_=literal("not yet"),
    )
    return (
        select(
            literal("ready"),
            DigitalSystem.id,
            DigitalSystem.public_id,
            ReadinessLine.system_name,
            said,
            ReadinessTalk.sealed_on,
        )
        .join(ReadinessLine, ReadinessLine.system_id == DigitalSystem.id)
        .join(ReadinessTalk, ReadinessTalk.id == ReadinessLine.readiness_talk_id)
        .where(
            ReadinessLine.readiness.in_([Readiness.NEAR, Readiness.NOT_YET]),
            *_last_readiness_talk(),
        )
    )


def _words_of_readiness_talk() -> Any:  # noqa: ANN401
    """Select what they wrote of where somebody should be near: it may be about no system."""
    return select(
        literal("ready_words"),
        ReadinessTalk.id,
        ReadinessTalk.public_id,
        cast(ReadinessTalk.with_help, String),
        literal(""),
        ReadinessTalk.sealed_on,
    ).where(ReadinessTalk.with_help != "", *_last_readiness_talk())
