"""What each person's work needs, from everybody down to their post: the most exact word wins."""

from datetime import timedelta

import pytest

from tests.support.queries import count_queries
from tracker.models import (
    Competence,
    Domain,
    Framework,
    FrameworkState,
    RoleProfile,
    RoleRequirement,
)
from tracker.services.profiles import Work, all_needs_of, needs_of, profile_book

NURSES = "Nursing and Midwifery Registered"


@pytest.fixture
def version(db, organisation):
    """Make a version of the framework \"ours\" with two competences; give their ids."""

    def make(number, state=FrameworkState.PUBLISHED, **days):
        framework = Framework(
            organisation_id=organisation.id,
            key="ours",
            version=number,
            name="Ours",
            state=state,
            domains=[
                Domain(
                    organisation_id=organisation.id,
                    key="only",
                    name="Only",
                    position=0,
                    competences=[
                        Competence(
                            organisation_id=organisation.id,
                            key=key,
                            name=key.title(),
                            description="",
                            position=place,
                        )
                        for place, key in enumerate(("alerts", "records"))
                    ],
                )
            ],
            **days,
        )
        db.add(framework)
        db.flush()
        return [one.id for one in framework.domains[0].competences]

    return make


@pytest.fixture
def profile(db, organisation):
    def make(needs, **work):
        one = RoleProfile(
            organisation_id=organisation.id,
            key=f"profile-{len(db.query(RoleProfile).all())}",
            name=" ".join(str(word) for word in work.values()) or "All staff",
            requirements=[
                RoleRequirement(
                    organisation_id=organisation.id,
                    competence_id=competence,
                    needed_level=level,
                    is_essential=essential,
                )
                for competence, level, essential in needs
            ],
            **work,
        )
        db.add(one)
        db.flush()
        return one

    return make


def levels(found):
    return {need.competence_id: (need.needed_level, need.profile_name) for need in found.values()}


class TestInheritance:
    def test_each_need_knows_the_profile_that_it_comes_from(
        self, db, organisation, version, profile, factories, today
    ):
        alerts, records = version(1)
        one = factories.Assignment()
        profile([(alerts, 1, True), (records, 1, False)])
        profile([(alerts, 2, True)], staff_group=NURSES)

        found = needs_of(db, organisation.id, [one.staff_member_id], today=today)

        assert levels(found[one.staff_member_id]) == {
            alerts: (2, NURSES),
            records: (1, "All staff"),
        }

    @pytest.mark.parametrize("last", range(6))
    def test_group_then_role_then_both_then_title_then_post(
        self, db, organisation, version, profile, factories, today, last
    ):
        alerts, _records = version(1)
        one = factories.Assignment()
        steps = [
            {},
            {"staff_group": NURSES},
            {"job_role": "Staff Nurse"},
            {"staff_group": NURSES, "job_role": "Staff Nurse"},
            {"post_title": "  staff   NURSE "},
            {"post_id": one.post_id},
        ]
        # The most exact is made first, so that it is not the order of making that decides.
        for place in reversed(range(last + 1)):
            profile([(alerts, 1 + place % 4, True)], **steps[place])

        (need,) = needs_of(db, organisation.id, [one.staff_member_id], today=today)[
            one.staff_member_id
        ].values()

        assert (need.exactness, need.needed_level) == (last, 1 + last % 4)

    def test_a_profile_for_other_work_is_not_inherited(
        self, db, organisation, version, profile, factories, today
    ):
        alerts, _records = version(1)
        one = factories.Assignment()
        other = factories.Assignment()
        for work in (
            {"staff_group": "Medical and Dental"},
            {"staff_group": NURSES, "job_role": "Matron"},
            {"post_title": "Matron"},
            {"post_id": other.post_id},
        ):
            profile([(alerts, 4, True)], **work)

        assert needs_of(db, organisation.id, [one.staff_member_id], today=today) == {
            one.staff_member_id: {}
        }

    def test_somebody_whose_work_hr_does_not_name_gets_what_everybody_needs(
        self, db, organisation, version, profile, factories, today
    ):
        alerts, _records = version(1)
        profile([(alerts, 2, True)])
        person = factories.StaffMember()

        found = needs_of(db, organisation.id, [person.id], today=today)

        assert levels(found[person.id]) == {alerts: (2, "All staff")}

    def test_the_minimum_of_optional_ones_is_inherited_and_never_more_than_there_are(
        self, db, organisation, version, profile, factories, today
    ):
        alerts, records = version(1)
        one = factories.Assignment()
        profile([(alerts, 2, False), (records, 2, False)], minimum_optional=5)
        profile([(alerts, 3, False)], staff_group=NURSES)
        before = all_needs_of(db, organisation.id, [one.staff_member_id], today=today)
        profile([], job_role="Staff Nurse", minimum_optional=1)
        after = all_needs_of(db, organisation.id, [one.staff_member_id], today=today)

        assert before[one.staff_member_id].minimum_optional == 2
        assert after[one.staff_member_id].minimum_optional == 1

    def test_another_organisation_is_not_seen(self, db, version, profile, factories, today):
        alerts, _records = version(1)
        profile([(alerts, 2, True)])
        other = factories.Organisation()
        stranger = factories.StaffMember(organisation_id=other.id)

        assert needs_of(db, other.id, [stranger.id], today=today) == {stranger.id: {}}


class TestVersions:
    def test_the_latest_published_version_counts_and_drafts_do_not(
        self, db, organisation, version, profile, today
    ):
        old = version(1)
        new = version(2, published_on=today)
        draft = version(3, FrameworkState.DRAFT)
        profile([(ids[0], 2, True) for ids in (old, new, draft)])

        book = profile_book(db, organisation.id, today=today)

        assert set(book.needs_of(Work()).needs) == {new[0]}

    def test_an_appraisal_that_began_before_goes_on_with_what_it_began_with(
        self, db, organisation, version, profile, today
    ):
        old = version(1, FrameworkState.RETIRED, retires_on=today - timedelta(days=1))
        new = version(2, published_on=today - timedelta(days=10))
        profile([(old[0], 2, True), (new[0], 3, True)])

        def at(days_ago):
            opened_on = today - timedelta(days=days_ago)
            book = profile_book(db, organisation.id, today=today, opened_on=opened_on)
            return set(book.needs_of(Work()).needs)

        assert at(11) == at(10) == {old[0]}  # the day itself still belongs to the old one
        assert at(9) == {new[0]}

    def test_a_framework_put_away_asks_nothing_new_but_the_running_round_goes_on(
        self, db, organisation, version, profile, today
    ):
        only = version(1, FrameworkState.RETIRED, retires_on=today - timedelta(days=1))
        profile([(only[0], 2, True)])
        opened_on = today - timedelta(days=5)

        now = profile_book(db, organisation.id, today=today)
        running = profile_book(db, organisation.id, today=today, opened_on=opened_on)

        assert not now.needs_of(Work()).needs
        assert set(running.needs_of(Work()).needs) == {only[0]}

    def test_a_retiring_one_counts_to_its_last_day(self, db, organisation, version, profile, today):
        only = version(1, FrameworkState.RETIRING, retires_on=today)
        profile([(only[0], 2, True)])

        for days, expected in ((0, {only[0]}), (1, set())):
            book = profile_book(db, organisation.id, today=today + timedelta(days=days))
            assert set(book.needs_of(Work()).needs) == expected


def test_it_asks_the_database_no_more_for_more_people(
    db, organisation, version, profile, factories, today
):
    alerts, _records = version(1)
    profile([(alerts, 2, True)])
    people = [factories.Assignment(job_role=f"Role {n}").staff_member_id for n in range(12)]

    with count_queries(db) as one:
        needs_of(db, organisation.id, people[:1], today=today)
    with count_queries(db) as many:
        needs_of(db, organisation.id, people, today=today)

    assert many.number == one.number == 2
