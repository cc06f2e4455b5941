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
from tracker.practice import Screen, make_screen, the_bank

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.practice import Template
    from tracker.security.identity import Identity

#: Screens in a form: half of them with something to spot.
SCREENS = 8
SEEDS = 2**31
HOW_SURE = (1, 2, 3, 4)


@dataclass(frozen=True, kw_only=True)
class AnswerDraft:
    """What somebody said to one screen."""

    #: 0 is the first screen of the form
    position: int
    says_action: bool
    how_sure: int
    #: the key of the part that they named; empty when they named none
    part: str


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
    form = PracticeForm(
        organisation_id=by.organisation_id,
        staff_member_id=by.staff_id,
        organisation_unit_id=_unit_of(db, by, today=today),
        attempt=newest.attempt + 1 if newest else 1,
        items=draw_items(newest.items if newest else [], draw or SystemRandom()),
        begun_at=now,
    )
    db.add(form)
    db.flush()
    return form


def draw_items(before: list[list[object]], draw: Random) -> list[list[object]]:
    """Draw templates and seeds: half with something to spot, none that was there the last time."""
    last = {(key, seed) for key, seed, _with_signal in before}
    keys = draw.sample(sorted(the_bank()), SCREENS)
    sides = draw.sample([True, False] * (SCREENS // 2), SCREENS)
    items: list[list[object]] = []
    for key, with_signal in zip(keys, sides, strict=True):
        seed = draw.randrange(SEEDS)
        while (key, seed) in last:
            seed = draw.randrange(SEEDS)
        items.append([key, seed, with_signal])
    return items


def is_under_way(form: PracticeForm) -> bool:
    """Say whether there is more to answer. A form of templates that are gone is left as it is."""
    return len(form.answers) < len(form.items) and all(key in the_bank() for key, *_ in form.items)


def is_finished(form: PracticeForm) -> bool:
    return len(form.answers) == len(form.items)


def screen_page(form: PracticeForm, position: int) -> ScreenPage | None:
    """Gather one screen: the one to answer now, or one that is answered. None for a later one.

    :raises NotFoundError: for a screen that the form does not have.
    """
    if not 0 <= position < len(form.items):
        raise NotFoundError("There is no such screen.")
    if position > len(form.answers):
        return None
    template, seed, with_signal = _item(form, position)
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
    db.execute(select(PracticeForm.id).where(PracticeForm.id == form.id).with_for_update())
    db.refresh(form, ["answers"])
    if draft.position != len(form.answers) or draft.position >= len(form.items):
        return False
    template, seed, has_signal = _item(form, draft.position)
    screen = make_screen(template, seed, with_signal=has_signal)
    if draft.part and draft.part not in {part.key for part in screen.parts}:
        raise InvalidInputError("Choose a part of this screen.", field="part")
    if draft.how_sure not in HOW_SURE:
        raise InvalidInputError("Choose how sure you are.", field="how_sure")
    form.answers.append(
        PracticeAnswer(
            organisation_id=form.organisation_id,
            position=draft.position,
            says_action=draft.says_action,
            part=draft.part or None,
            how_sure=draft.how_sure,
            has_signal=has_signal,
            is_correct=draft.says_action == has_signal,
            is_first_attempt=form.attempt == 1,
            answered_on=today,
            answered_at=now,
        )
    )
    db.flush()
    return True


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


def _item(form: PracticeForm, position: int) -> "tuple[Template, int, bool]":
    key, seed, with_signal = form.items[position]
    template = the_bank().get(key)
    if template is None:
        raise NotFoundError("This screen is no longer used. Start again for a new one.")
    return template, seed, with_signal


def _unit_of(db: "Session", who: "Identity", *, today: date) -> int | None:
    """Find where somebody works today: their main place of work, when they have several."""
    return db.scalar(
        select(Assignment.organisation_unit_id)
        .where(
            Assignment.organisation_id == who.organisation_id,
            Assignment.staff_member_id == who.staff_id,
            Assignment.organisation_unit_id.is_not(None),
            Assignment.current_on(today),
        )
        .order_by(Assignment.is_primary.desc(), Assignment.id)
        .limit(1)
    )
