from datetime import date

import pytest

from tracker.models import SystemState
from tracker.services.systems import coming_to, systems_of


def names(systems):
    return [one.name for one in systems]


class TestSystemsOf:
    def test_a_post_a_group_a_role_profile_and_a_unit_above_each_bring_theirs(
        self, db, factories, nurse, division, today
    ):
        profile = factories.RoleProfile(staff_group=nurse.staff_group)
        use(factories, "By post", post_id=nurse.post_id)
        use(factories, "By group", staff_group=nurse.staff_group)
        use(factories, "By profile", role_profile_id=profile.id)
        use(factories, "By division", organisation_unit_id=division.id)
        use(factories, "Everybody")
        use(factories, "Of others", staff_group="Estates and Ancillary")

        found = systems_of(db, nurse.staff_member, today)

        assert names(found) == ["By division", "By group", "By post", "By profile", "Everybody"]

    def test_all_that_a_use_names_must_fit(self, db, factories, nurse, today):
        elsewhere = factories.OrganisationUnit()
        use(
            factories,
            "Nurses of another ward",
            staff_group=nurse.staff_group,
            organisation_unit_id=elsewhere.id,
        )

        assert systems_of(db, nurse.staff_member, today) == ()

    def test_what_has_ended_or_not_begun_or_is_only_reported_is_not_there(
        self, db, factories, nurse, today
    ):
        use(factories, "Ended", system={"ends_on": date(2026, 11, 21)})
        use(factories, "Last day today", system={"ends_on": today})
        use(factories, "Not yet", system={"starts_on": date(2026, 11, 23)})
        use(factories, "Not yet here", starts_on=date(2026, 11, 23))
        use(factories, "Told about", system={"state": SystemState.REPORTED})

        assert names(systems_of(db, nurse.staff_member, today)) == ["Last day today"]

    def test_somebody_who_starts_next_month_is_given_those_of_the_post_that_waits(
        self, db, factories, today
    ):
        starts = date(2026, 12, 7)
        person = factories.StaffMember(hired_on=starts)
        waiting = factories.Assignment(
            staff_member=person, effective_from=starts, started_on=starts
        )
        use(factories, "Drug charts", post_id=waiting.post_id)

        assert names(systems_of(db, person, today)) == ["Drug charts"]

    def test_another_organisations_systems_are_not_ours(self, db, factories, nurse, today):
        person = nurse.staff_member
        factories.use_session(db)  # what is made from now on belongs to another organisation
        use(factories, "Theirs")

        assert systems_of(db, person, today) == ()


class TestComingTo:
    def test_what_goes_live_within_half_a_year_soonest_first(
        self, db, factories, nurse, ward, today
    ):
        use(factories, "In May", system={"starts_on": date(2027, 5, 4)})
        use(factories, "In March here", starts_on=date(2027, 3, 1))
        use(factories, "In two years", system={"starts_on": date(2028, 11, 1)})
        use(factories, "Here now")

        to_nurse = coming_to(db, nurse.staff_member, today)
        to_ward = coming_to(db, ward, today)

        assert [(one.system.name, one.on) for one in to_nurse] == [
            ("In March here", date(2027, 3, 1)),
            ("In May", date(2027, 5, 4)),
        ]
        assert to_ward == to_nurse

    def test_what_one_has_already_is_not_coming(self, db, factories, nurse, today):
        here = use(factories, "Results")
        factories.SystemUse(system=here, staff_group=nurse.staff_group, starts_on=date(2027, 3, 1))

        assert coming_to(db, nurse.staff_member, today) == ()


def use(factories, name, *, system=None, **who):
    made = factories.DigitalSystem(name=name, **(system or {}))
    factories.SystemUse(system=made, **who)
    return made


@pytest.fixture
def division(factories):
    return factories.OrganisationUnit(kind="Division")


@pytest.fixture
def ward(factories, division):
    return factories.OrganisationUnit(parent_id=division.id)


@pytest.fixture
def nurse(factories, ward):
    return factories.Assignment(organisation_unit=ward)
