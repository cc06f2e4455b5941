"""Gives the demo trust two goals that it offers to many, small steps, and things to learn from."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.models import Goal, GoalOffer, StaffMember
from tracker.security.identity import Identity
from tracker.services.goal_life import add_step
from tracker.services.goal_offers import OfferDraft, make_offer
from tracker.services.resources import ResourceDraft, add_resource

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Organisation

QUALITY_LEAD = ("Quinn", "Abernethy")
NURSES = "Nursing and Midwifery Registered"

RESOURCES = (
    ("Touch typing, ten minutes a day", "touch-typing", "Short lessons. Nobody sees how fast.", ()),
    (
        "Spotting alerts: a film for wards",
        "spotting-alerts",
        "Eight minutes, with subtitles. Made by the nurses of the children's ward.",
        ("spot-alerts",),
    ),
    (
        "Is this message safe?",
        "safe-messages",
        "A quiz from the cyber security team.",
        ("stay-safe",),
    ),
    (
        "The library's digital help desk",
        "digital-help",
        "A person, each weekday from 12 to 2.",
        (),
    ),
    (
        "Numbers without fear",
        "numbers",
        "Reading charts and tables, in plain words.",
        ("use-data",),
    ),
)
STEPS = ("Sit with a champion for half an hour", "Try it on one shift", "Show a colleague")


def offer_goals(db: "Session", organisation: "Organisation", *, today: date) -> int:
    """Bring them in, unless they are there; say how many goals are offered."""
    given, family = QUALITY_LEAD
    quinn = db.scalar(
        select(StaffMember)
        .where(
            StaffMember.organisation_id == organisation.id,
            StaffMember.given_name == given,
            StaffMember.family_name == family,
        )
        .limit(1)
    )
    offered = select(GoalOffer.id).where(GoalOffer.organisation_id == organisation.id).limit(1)
    if quinn is None or db.scalar(offered) is not None:
        return 0
    by = Identity(staff_id=quinn.id, organisation_id=organisation.id, name=quinn.name)
    for title, name, about, keys in RESOURCES:
        link = f"https://learning.aldwater.example/{name}"
        draft = ResourceDraft(title=title, link=link, about=about, competence_keys=keys)
        add_resource(db, draft, by=by)
    for offered_goal in _drafts(quinn.email or "", today):
        make_offer(db, offered_goal, by=by, today=today)
    _add_steps(db, organisation, by)
    return 2


def _drafts(owner_email: str, today: date) -> tuple[OfferDraft, ...]:
    return (
        OfferDraft(
            wording="I check the name at the top of the screen before I give a medicine",
            reason="Two people with the same name were mixed up last winter.",
            help_offered="Ten minutes with your ward's champion",
            due_on=today + timedelta(days=150),
            staff_group=NURSES,
            is_mandatory=True,
            safety_reason="Giving a medicine to the wrong person can do great harm.",
            owner_email=owner_email,
            review_on=today + timedelta(days=90),
        ),
        OfferDraft(
            wording="I lock my screen each time that I walk away",
            reason="Many of us share computers on busy wards.",
            help_offered="A card with the two keys to press",
            due_on=today + timedelta(days=180),
        ),
    )


def _add_steps(db: "Session", organisation: "Organisation", by: Identity) -> None:
    goal = db.scalar(
        select(Goal)
        .where(
            Goal.organisation_id == organisation.id,
            Goal.is_dropped.is_(False),
            Goal.closed_at.is_(None),
        )
        .order_by(Goal.id.desc())
        .limit(1)
    )
    if goal is not None:
        own = Identity(staff_id=goal.staff_member_id, organisation_id=by.organisation_id)
        for words in STEPS:
            add_step(db, goal, words, by=own)
