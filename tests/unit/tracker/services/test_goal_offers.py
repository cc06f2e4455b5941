"""One goal for many: one row, with care where it is mandatory."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.support.queries import count_queries
from tracker.errors import InvalidInputError, NotAllowedNowError, NotFoundError
from tracker.models import Goal, GoalOffer, GoalOfferAnswer
from tracker.security.identity import Identity, Role
from tracker.services.appraisal_content import goal_text
from tracker.services.goal_offer_answers import decline, offers_for, take_up
from tracker.services.goal_offers import (
    OfferDraft,
    check_offer,
    end_offer,
    make_offer,
    offers_made,
    review_offer,
)
from tracker.services.goal_stories import goals_of, goals_of_appraisal

DRAFT = OfferDraft(
    wording="I check who is on my screen",
    reason="The new drug charts come in May",
    due_on=date(2027, 5, 31),
    help_offered="A drop-in on Tuesdays",
)
NURSES = "Nursing and Midwifery Registered"


@pytest.fixture
def nurse(factories):
    return factories.Assignment().staff_member


@pytest.fixture
def by(nurse):
    return Identity(staff_id=nurse.id, organisation_id=nurse.organisation_id)


@pytest.fixture
def quinn(factories, nurse):
    return Identity(
        staff_id=factories.StaffMember().id,
        organisation_id=nurse.organisation_id,
        roles=frozenset({Role.QUALITY_LEAD}),
    )


@pytest.fixture
def mandatory(factories):
    return replace(
        DRAFT,
        is_mandatory=True,
        safety_reason="Two patients were mixed up.",
        owner_email=factories.StaffMember().email,
        review_on=date(2027, 2, 1),
    )


class TestMandatory:
    @pytest.mark.parametrize(
        ("missing", "said"),
        [
            ({"safety_reason": "  "}, "needs a safety reason"),
            ({"owner_email": ""}, "needs an owner"),
            ({"review_on": None}, "needs a day on which it is looked at again"),
            ({"review_on": date(2026, 11, 22)}, "a day after today"),
            ({"owner_email": "nobody@trust.example"}, "We know nobody"),
        ],
    )
    def test_it_needs_a_reason_an_owner_and_a_review(
        self, db, quinn, mandatory, today, missing, said
    ):
        with pytest.raises(InvalidInputError, match=said):
            make_offer(db, replace(mandatory, **missing), by=quinn, today=today)
        assert db.scalar(select(func.count()).select_from(GoalOffer)) == 0

    def test_the_database_holds_that_too(self, db, nurse):
        with pytest.raises(IntegrityError), db.begin_nested():
            db.add(
                GoalOffer(
                    organisation_id=nurse.organisation_id,
                    wording="x",
                    reason="x",
                    due_on=date(2027, 1, 1),
                    is_mandatory=True,
                )
            )

    def test_nobody_waves_it_away_and_everybody_sees_whom_to_talk_to(
        self, db, quinn, by, mandatory, today, now
    ):
        offer = make_offer(db, mandatory, by=quinn, today=today)

        with pytest.raises(NotAllowedNowError, match="talk to"):
            decline(db, offer, by=by, today=today, now=now)
        take_up(db, offer, by=by, today=today, now=now)

        (story,) = goals_of(db, by.staff_id)
        assert story.mandate.safety_reason == "Two patients were mixed up."
        assert (story.mandate.owner, story.mandate.review_on) == (
            offer.owner.name,
            date(2027, 2, 1),
        )
        said = f"Two patients were mixed up. {offer.owner.name} answers for it"
        assert story.mandate.in_words == f"{said} and looks at it again on 1 February 2027."
        assert goal_text(story)["mandatory"] == story.mandate.in_words

    def test_it_is_looked_at_again_and_ends(self, db, quinn, by, mandatory, today, now):
        offer = make_offer(db, mandatory, by=quinn, today=today)
        goal = take_up(db, offer, by=by, today=today, now=now)
        with pytest.raises(InvalidInputError, match="looked at next"):
            review_offer(db, offer, "Holds", next_review_on=today, by=quinn, today=today)
        review_offer(
            db, offer, "Still holds", next_review_on=date(2027, 6, 1), by=quinn, today=today
        )
        assert offer.review_on == date(2027, 6, 1)

        end_offer(db, offer, "The new screen makes it plain", by=quinn, now=now)

        (story,) = goals_of(db, by.staff_id)
        assert story.mandate.is_ended
        assert "mandatory" not in goal_text(story)
        assert goal.closed_at is None


class TestGroup:
    def test_a_group_is_counted_before_anything_is_offered(
        self, db, quinn, nurse, factories, today
    ):
        factories.Assignment(staff_group="Administrative and Clerical")
        factories.Assignment(staff_member__left_on=date(2026, 1, 1))

        assert nurse
        assert check_offer(db, replace(DRAFT, staff_group=NURSES), by=quinn, today=today) == 1

    def test_nobody_is_no_group(self, db, quinn, today):
        with pytest.raises(InvalidInputError, match="Nobody is in this group"):
            make_offer(db, replace(DRAFT, staff_group="Astronauts"), by=quinn, today=today)

    def test_a_unit_brings_the_units_below_it(self, db, quinn, factories, today, now):
        division = factories.OrganisationUnit()
        ward = factories.OrganisationUnit(parent_id=division.id)
        inside = factories.Assignment(organisation_unit=ward).staff_member
        outside = factories.Assignment().staff_member
        draft = replace(DRAFT, unit=division.public_id)

        offer = make_offer(db, draft, by=quinn, today=today)

        assert check_offer(db, draft, by=quinn, today=today) == 1
        one, other = (
            Identity(staff_id=who.id, organisation_id=who.organisation_id)
            for who in (inside, outside)
        )
        assert offers_for(db, by=one, today=today) == [offer]
        assert offers_for(db, by=other, today=today) == []
        with pytest.raises(NotFoundError):
            take_up(db, offer, by=other, today=today, now=now)

    def test_units_in_a_ring_are_no_trap(self, db, nurse, by, quinn, factories, today):
        first = factories.OrganisationUnit()
        second = factories.OrganisationUnit(parent_id=first.id)
        first.parent_id = second.id
        factories.Assignment(staff_member=nurse, organisation_unit=second)

        offer = make_offer(db, replace(DRAFT, unit=first.public_id), by=quinn, today=today)

        assert offers_for(db, by=by, today=today) == [offer]

    def test_another_trusts_unit_is_refused(self, db, quinn, factories, today):
        theirs = factories.OrganisationUnit(organisation_id=factories.Organisation().id)

        with pytest.raises(InvalidInputError, match="Choose a unit"):
            make_offer(db, replace(DRAFT, unit=theirs.public_id), by=quinn, today=today)


class TestAnswer:
    def test_it_writes_no_row_before_somebody_answers(self, db, quinn, factories, today):
        for _ in range(20):
            factories.Assignment()

        with count_queries(db) as sent:
            make_offer(db, DRAFT, by=quinn, today=today)

        assert db.scalar(select(func.count()).select_from(Goal)) == 0
        assert db.scalar(select(func.count()).select_from(GoalOfferAnswer)) == 0
        assert sent.number <= 4

    def test_taken_up_twice_it_is_one_goal_and_in_the_open_appraisal(
        self, db, quinn, factories, today, now
    ):
        appraisal = factories.Appraisal()
        factories.Assignment(staff_member=appraisal.appraisee)
        by = Identity(staff_id=appraisal.appraisee_id, organisation_id=appraisal.organisation_id)
        offer = make_offer(db, DRAFT, by=quinn, today=today)

        first = take_up(db, offer, by=by, today=today, now=now)
        second = take_up(db, offer, by=by, today=today, now=now)

        assert first is second
        (story,) = goals_of_appraisal(db, appraisal)
        assert story.help_offered == ("Other help: A drop-in on Tuesdays",)
        assert offers_for(db, by=by, today=today) == []

    def test_not_for_me_is_not_asked_again_and_may_become_a_yes(self, db, quinn, by, today, now):
        offer = make_offer(db, DRAFT, by=quinn, today=today)
        decline(db, offer, by=by, today=today, now=now)
        assert offers_for(db, by=by, today=today) == []

        assert take_up(db, offer, by=by, today=today, now=now).wording == DRAFT.wording

    def test_an_offer_that_has_ended_is_no_longer_taken_up(self, db, quinn, by, today, now):
        offer = make_offer(db, DRAFT, by=quinn, today=today)
        end_offer(db, offer, "Done", by=quinn, now=now)

        assert offers_for(db, by=by, today=today) == []
        with pytest.raises(NotAllowedNowError):
            take_up(db, offer, by=by, today=today, now=now)

    def test_few_who_took_it_up_are_not_counted_aloud(self, db, quinn, factories, today, now):
        people = [factories.Assignment().staff_member for _ in range(8)]
        offer = make_offer(db, DRAFT, by=quinn, today=today)

        told = []
        for person in people:
            who = Identity(staff_id=person.id, organisation_id=person.organisation_id)
            take_up(db, offer, by=who, today=today, now=now)
            told.append(offers_made(db, by=quinn, today=today)[0].taken_up)

        assert set(told[:7]) == {"Fewer than 8 people"}
        assert told[7] == "8 people"
