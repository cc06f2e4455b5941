from datetime import date

import pytest

from tracker.errors import NotAllowedNowError
from tracker.models import (
    ChampionRequest,
    OutboxMessage,
    RequestState,
    ShiftPattern,
    StaffMember,
)
from tracker.security.identity import Identity
from tracker.services.champion_requests import (
    accept,
    ask_to_be_buddy,
    decline,
    finish,
    look_after,
    thank,
)
from tracker.services.champions import by_profession, near_by


def names(found):
    return [one.name.split()[-1] for one in found]


def identity(person):
    return Identity(staff_id=person.id, organisation_id=person.organisation_id)


@pytest.fixture
def tree(factories):
    division = factories.OrganisationUnit(name="Medicine")
    ward = factories.OrganisationUnit(parent_id=division.id)
    next_ward = factories.OrganisationUnit(parent_id=division.id)
    return {"ward": ward, "next": next_ward, "far": factories.OrganisationUnit(name="Stores")}


@pytest.fixture
def induction(factories, tree):
    induction = factories.Induction(organisation_unit_id=tree["ward"].id)
    factories.Assignment(staff_member=induction.staff_member, organisation_unit=tree["ward"])
    return induction


@pytest.fixture
def champion(factories, tree):
    def champion(name="Near", where="ward", **more):
        return factories.Champion(
            staff_member=factories.StaffMember(family_name=name), unit=tree[where], **more
        )

    return champion


@pytest.fixture
def manager(induction):
    return identity(induction.manager)


class TestNearBy:
    def test_the_nearest_first_and_of_equals_who_has_most_room(
        self, db, induction, champion, today
    ):
        champion("Far", "far")
        champion("Next", "next")
        champion("Same")
        champion("Roomy", most_people=3)

        found = near_by(db, induction, today=today)

        assert names(found) == ["Roomy", "Same", "Next", "Far"]
        assert [one.nearness for one in found[1:3]] == ["In the same unit", "Also in Medicine"]

    def test_only_who_works_at_one_of_the_times(self, db, induction, champion, today):
        champion("Day")
        champion("Night", works="nights,weekends")

        found = near_by(db, induction, today=today, works=frozenset({ShiftPattern.WEEKENDS}))

        assert names(found) == ["Night"]

    def test_not_who_manages_leaves_is_away_has_stopped_or_has_no_room(
        self, db, factories, induction, champion, tree, today
    ):
        factories.Champion(staff_member=induction.manager, unit=tree["ward"])
        factories.Champion(staff_member=induction.staff_member, unit=tree["ward"])
        champion("Leaving").staff_member.left_on = date(2026, 12, 31)
        champion("Away", away_until=today)
        champion("Stopped", stopped_on=today)
        champion("Full", most_people=0)
        on_leave = champion("OnLeave")
        db.flush()
        db.query(factories.models.Assignment).filter_by(
            staff_member_id=on_leave.staff_member_id
        ).update({"status": "Maternity & Adoption"})

        assert near_by(db, induction, today=today) == ()

    def test_another_organisations_champions_are_not_ours(self, db, factories, induction, today):
        factories.use_session(db)  # what is made from now on belongs to another organisation
        factories.Champion()

        assert near_by(db, induction, today=today) == ()


class TestAsked:
    def test_asked_accepted_thanked_and_done(self, db, induction, champion, manager, today, now):
        one = champion()
        request = ask_to_be_buddy(db, induction, one.public_id, by=manager, today=today)
        again = ask_to_be_buddy(db, induction, one.public_id, by=manager, today=today)
        assert again is request
        assert near_by(db, induction, today=today)[0].room == 1

        accept(db, request, by=identity(one.staff_member), now=now)
        assert induction.buddy_id == one.staff_member_id
        thank(db, request, "You made me laugh.", by=manager, now=now)
        finish(db, request, by=identity(one.staff_member), now=now)

        assert (request.state, request.thanks) == (RequestState.ENDED, "You made me laugh.")
        kinds = {row.kind for row in db.query(OutboxMessage)}
        assert kinds == {"champion.asked", "champion.accepted", "champion.thanked"}
        assert not any("laugh" in str(row.payload) for row in db.query(OutboxMessage))

    def test_declined_leaves_the_way_free_for_another(
        self, db, induction, champion, manager, today, now
    ):
        first, second = champion(), champion("Second")
        request = ask_to_be_buddy(db, induction, first.public_id, by=manager, today=today)
        with pytest.raises(NotAllowedNowError, match="asked somebody already"):
            ask_to_be_buddy(db, induction, second.public_id, by=manager, today=today)

        decline(db, request, by=identity(first.staff_member), now=now)
        ask_to_be_buddy(db, induction, second.public_id, by=manager, today=today)

        assert induction.buddy_id is None

    def test_the_last_free_place_goes_to_one(
        self, db, factories, induction, champion, manager, today, tree
    ):
        one = champion(most_people=1)
        other = factories.Induction(organisation_unit_id=tree["ward"].id)
        ask_to_be_buddy(db, induction, one.public_id, by=manager, today=today)

        with pytest.raises(NotAllowedNowError, match="hands are full"):
            ask_to_be_buddy(db, other, one.public_id, by=identity(other.manager), today=today)

        assert db.query(ChampionRequest).count() == 1

    def test_a_request_that_was_ended_cannot_be_accepted(
        self, db, induction, champion, manager, today, now, organisation
    ):
        one = champion()
        request = ask_to_be_buddy(db, induction, one.public_id, by=manager, today=today)
        one.stopped_on = today
        look_after(db, organisation, today=today, now=now)

        with pytest.raises(NotAllowedNowError):
            accept(db, request, by=identity(one.staff_member), now=now)


class TestLookAfter:
    def test_a_buddy_who_is_away_for_long_is_replaced_once(
        self, db, factories, induction, champion, manager, today, now, organisation
    ):
        one = champion()
        request = ask_to_be_buddy(db, induction, one.public_id, by=manager, today=today)
        accept(db, request, by=identity(one.staff_member), now=now)
        db.flush()
        db.query(factories.models.Assignment).filter_by(staff_member_id=one.staff_member_id).update(
            {"status": "Maternity & Adoption"}
        )

        lost = [look_after(db, organisation, today=today, now=now) for _ in range(2)]

        assert lost == [1, 0]
        assert induction.buddy_id is None
        message = db.query(OutboxMessage).filter_by(kind="champion.lost").one()
        assert message.recipient_id == induction.manager_id
        told = db.query(OutboxMessage).filter_by(kind="induction.without_buddy").one()
        assert told.recipient_id == induction.staff_member_id


def test_champions_are_counted_by_profession_beside_people(
    db, factories, champion, organisation, today
):
    champion()
    factories.Assignment(staff_group="Estates and Ancillary")

    assert by_profession(db, organisation.id, today=today) == (
        ("Estates and Ancillary", 0, 1),
        ("Nursing and Midwifery Registered", 1, 1),
    )
    assert db.query(StaffMember).count() == 2
