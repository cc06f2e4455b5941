"""Practice in spotting alerts: a form of mock screens for one person, answered screen by screen.

For that person alone. It never informs probation, pay or discipline.
"""

from dataclasses import dataclass
from datetime import date, datetime
from random import Random, SystemRandom
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tracker.errors import InvalidInputError, NotFoundError
from tracker.models import Assignment, PracticeAnswer, PracticeForm, StaffMember
from tracker.practice import SLIPS, Screen, make_screen
from tracker.services.practice_bank import bank_of, hardness_of, is_known, template_of
from tracker.services.practice_forms import SCREENS, draw_items
from tracker.services.profiles import Work, profile_book, work_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.practice import Template
    from tracker.security.identity import Identity

__all__ = ["SCREENS", "practice_start"]
HOW_SURE = (1, 2, 3, 4)
QUITE_SURE = 4
SUMS = ("hits", "misses", "false_alarms", "correct_rejections", "sure", "sure_and_wrong")


@dataclass(frozen=True, kw_only=True)
class AnswerDraft:
    """What somebody said to one screen."""

    #: 0 is the first screen of the form
    position: int
    says_action: bool
    how_sure: int
    #: the key of the part that they named; empty when they named none
    part: str
    #: what they said it is; empty when they did not say
    slip: str = ""


@dataclass(frozen=True, kw_only=True)
class PracticeStart:
    """What the first page shows: where to go on, and where the last round ended."""

    under_way: PracticeForm | None
    finished: PracticeForm | None


@dataclass(frozen=True, kw_only=True)
class ScreenPage:
    """One screen of a form, and what was said to it."""

    form: PracticeForm
    position: int
    total: int
    screen: Screen
    answer: PracticeAnswer | None

    @property
    def number(self) -> int:
        return self.position + 1

    @property
    def is_last(self) -> bool:
        return self.number == self.total

    @property
    def named_part(self) -> str | None:
        """The name of the part that they pointed at."""
        if self.answer is None or self.answer.part is None:
            return None
        names = {part.key: part.name for part in self.screen.parts}
        return names.get(self.answer.part)

    @property
    def closer(self) -> tuple[str, ...]:
        """What else to say to somebody who saw that something needs action: where, and what."""
        if self.answer is None or not (self.answer.has_signal and self.answer.says_action):
            return ()
        said = []
        if self.named_part and self.answer.part == self.screen.where:
            said.append("You pointed at the right place.")
        elif self.named_part:
            said.append(
                f"You pointed at: {self.named_part}. It shows in: {self.screen.where_name}."
            )
        if self.answer.slip == self.screen.slip:
            said.append("You saw what it is.")
        elif self.answer.slip in SLIPS:
            called, is_called = SLIPS[self.answer.slip], SLIPS[self.screen.slip]
            said.append(f"You called it: {called}. We call it: {is_called}.")
        return tuple(said)


def practice_start(db: "Session", *, by: "Identity") -> PracticeStart:
    forms = _forms_of(db, by)
    newest = forms[0] if forms else None
    return PracticeStart(
        under_way=newest if newest and is_under_way(newest) else None,
        finished=next((form for form in forms if is_finished(form)), None),
    )


def start_or_resume(
    db: "Session",
    *,
    by: "Identity",
    today: date,
    now: datetime,
    draw: Random | None = None,
) -> PracticeForm:
    """Give the form that is under way, or draw a new one. Asked twice, it is the same form."""
    db.execute(select(StaffMember.id).where(StaffMember.id == by.staff_id).with_for_update())
    forms = _forms_of(db, by)
    newest = forms[0] if forms else None
    if newest is not None and is_under_way(newest):
        return newest
    work = _work_of(db, by, today=today)
    bank = bank_of(db, by.organisation_id)
    form = PracticeForm(
        organisation_id=by.organisation_id,
        staff_member_id=by.staff_id,
        organisation_unit_id=work.unit_id,
        staff_group=work.staff_group,
        started_on=work.started_on,
        role_profile_id=work.role_profile_id,
        attempt=newest.attempt + 1 if newest else 1,
        items=draw_items(
            newest.items if newest else [],
            draw or SystemRandom(),
            bank=bank,
            hardness=hardness_of(db, by.organisation_id, bank),
            staff_group=work.staff_group,
        ),
        begun_at=now,
        begun_on=today,
    )
    db.add(form)
    db.flush()
    return form


def is_under_way(form: PracticeForm) -> bool:
    """Say whether there is more to answer. A form of templates that are gone is left as it is."""
    return len(form.answers) < len(form.items) and all(is_known(key) for key, *_ in form.items)


def is_finished(form: PracticeForm) -> bool:
    return len(form.answers) == len(form.items)


def screen_page(db: "Session", form: PracticeForm, position: int) -> ScreenPage | None:
    """Gather one screen: the one to answer now, or one that is answered. None for a later one.

    :raises NotFoundError: for a screen that the form does not have.
    """
    if not 0 <= position < len(form.items):
        raise NotFoundError("There is no such screen.")
    if position > len(form.answers):
        return None
    template, seed, with_signal = _item(db, form, position)
    return ScreenPage(
        form=form,
        position=position,
        total=len(form.items),
        screen=make_screen(template, seed, with_signal=with_signal),
        answer=form.answers[position] if position < len(form.answers) else None,
    )


def keep_answer(
    db: "Session", form: PracticeForm, draft: AnswerDraft, *, today: date, now: datetime
) -> bool:
    """Keep the answer to the next screen. Sent twice or out of order, it changes nothing.

    Says whether it was kept.

    :raises InvalidInputError: for an answer that the page does not offer.
    """
    # One answer to a form at a time: what was kept meanwhile is read anew.
    db.refresh(form, [*SUMS, "answers"], with_for_update=True)
    if draft.position != len(form.answers) or draft.position >= len(form.items):
        return False
    template, seed, has_signal = _item(db, form, draft.position)
    screen = make_screen(template, seed, with_signal=has_signal)
    if draft.part and draft.part not in {part.key for part in screen.parts}:
        raise InvalidInputError("Choose a part of this screen.", field="part")
    if draft.slip and draft.slip not in SLIPS:
        raise InvalidInputError("Choose what it is from the list.", field="slip")
    if draft.how_sure not in HOW_SURE:
        raise InvalidInputError("Choose how sure you are.", field="how_sure")
    _count(form, draft, has_signal=has_signal)
    form.answers.append(
        PracticeAnswer(
            organisation_id=form.organisation_id,
            position=draft.position,
            says_action=draft.says_action,
            part=draft.part or None,
            slip=draft.slip or None,
            how_sure=draft.how_sure,
            has_signal=has_signal,
            is_correct=draft.says_action == has_signal,
            is_first_attempt=form.attempt == 1,
            answered_on=today,
            answered_at=now,
            template_key=form.items[draft.position][0],
        )
    )
    db.flush()
    return True


def _count(form: PracticeForm, draft: AnswerDraft, *, has_signal: bool) -> None:
    """Add an answer to the sums of its round: groups are added up from these."""
    if has_signal:
        name = "hits" if draft.says_action else "misses"
    else:
        name = "false_alarms" if draft.says_action else "correct_rejections"
    setattr(form, name, getattr(form, name) + 1)
    if draft.how_sure == QUITE_SURE:
        form.sure += 1
        form.sure_and_wrong += draft.says_action != has_signal


def _forms_of(db: "Session", who: "Identity") -> list[PracticeForm]:
    """List the last forms of somebody, the newest first."""
    return list(
        db.scalars(
            select(PracticeForm)
            .where(
                PracticeForm.organisation_id == who.organisation_id,
                PracticeForm.staff_member_id == who.staff_id,
            )
            .order_by(PracticeForm.attempt.desc())
            .limit(2)
            .options(selectinload(PracticeForm.answers))
        )
    )


def _item(db: "Session", form: PracticeForm, position: int) -> "tuple[Template, int, bool]":
    key, seed, with_signal = form.items[position]
    template = template_of(db, form.organisation_id, key)
    if template is None:
        raise NotFoundError("This screen is no longer used. Start again for a new one.")
    return template, seed, with_signal


@dataclass(frozen=True, kw_only=True)
class _Work:
    """Where somebody works today, as what, and since when they are here."""

    unit_id: int | None
    staff_group: str | None
    started_on: date | None
    role_profile_id: int | None


def _work_of(db: "Session", who: "Identity", *, today: date) -> _Work:
    """Find what somebody does today: their main work, when they have several."""
    found = db.execute(
        select(
            Assignment.organisation_unit_id,
            Assignment.staff_group,
            StaffMember.hired_on,
        )
        .select_from(StaffMember)
        .outerjoin(
            Assignment,
            (Assignment.staff_member_id == StaffMember.id)
            & Assignment.organisation_unit_id.is_not(None)
            & Assignment.current_on(today),
        )
        .where(
            StaffMember.organisation_id == who.organisation_id,
            StaffMember.id == who.staff_id,
        )
        .order_by(Assignment.is_primary.desc(), Assignment.id)
        .limit(1)
    ).one()
    return _Work(
        unit_id=found[0],
        staff_group=found[1] or None,
        started_on=found[2],
        role_profile_id=_profile_of(db, who, today=today),
    )


def _profile_of(db: "Session", who: "Identity", *, today: date) -> int | None:
    """Find the most exact role profile of somebody's main work."""
    works = work_of(db, who.organisation_id, [who.staff_id], today=today)
    work = works.get(who.staff_id, Work())
    fitting = profile_book(db, who.organisation_id, today=today, work=work).fitting(work)
    return fitting[-1].id if fitting else None
