"""Who starts, when, and how, worked out from HR's rows."""

from datetime import timedelta

import pytest

from tracker.models import EntryKind
from tracker.services.induction_starts import find_starts


@pytest.fixture
def found(db, organisation, today):
    def found():
        db.flush()
        return find_starts(db, organisation.id, today=today)

    return found


@pytest.fixture
def hire(factories, today):
    """Somebody who joined some days ago, with one row."""

    def hire(days=10, **row):
        on = today - timedelta(days=days)
        person = factories.StaffMember(hired_on=on)
        factories.Assignment(staff_member=person, effective_from=on, **row)
        return person

    return hire


@pytest.fixture
def change(factories, today):
    """Somebody long here, whose main row changed some days ago."""

    def change(before, after, days=10, source_key="A"):
        on = today - timedelta(days=days)
        person = factories.StaffMember()
        factories.Assignment(
            staff_member=person,
            source_key=source_key,
            effective_to=on - timedelta(days=1),
            **before,
        )
        factories.Assignment(staff_member=person, source_key=source_key, effective_from=on, **after)
        return person

    return change


class TestWhoJoined:
    @pytest.mark.parametrize(
        ("row", "kind"),
        [
            ({}, EntryKind.NEW),
            ({"category": "Bank"}, EntryKind.BANK),
            ({"staff_group": "Students"}, EntryKind.STUDENT),
            ({"job_role": "Student Midwife", "category": "Bank"}, EntryKind.STUDENT),
        ],
    )
    def test_the_row_says_how(self, found, hire, row, kind):
        hire(**row)

        (start,) = found()

        assert start.kind is kind

    def test_an_older_row_says_that_somebody_came_back(self, factories, found, hire, today):
        person = hire()
        factories.Assignment(
            staff_member=person,
            effective_from=today - timedelta(days=900),
            effective_to=today - timedelta(days=500),
        )

        assert [one.kind for one in found()] == [EntryKind.RETURNED]

    def test_an_older_induction_says_so_too(self, factories, found, hire, today):
        person = hire()
        factories.Induction(
            staff_member=person, starts_on=today - timedelta(days=900), stage="complete"
        )

        assert [one.kind for one in found()] == [EntryKind.RETURNED]

    def test_two_assignments_in_one_week_are_one_start_in_the_main_one(
        self, factories, found, today
    ):
        on = today + timedelta(days=3)
        person = factories.StaffMember(hired_on=on)
        factories.Assignment(staff_member=person, effective_from=on, is_primary=False)
        main = factories.Assignment(staff_member=person, effective_from=on)

        (start,) = found()

        assert start.assignment_key == main.source_key

    def test_hr_may_not_know_the_post_yet(self, factories, found, today):
        factories.StaffMember(hired_on=today)

        (start,) = found()

        assert (start.kind, start.post_id) == (EntryKind.NEW, None)


class TestWhoseWorkChanged:
    def test_another_post_with_another_role_is_a_move(self, found, change, today):
        person = change({"job_role": "Porter"}, {"job_role": "Clerk"})

        (start,) = found()

        assert (start.staff_member_id, start.kind) == (person.id, EntryKind.MOVED)
        assert start.starts_on == today - timedelta(days=10)

    def test_the_same_post_under_another_name_is_not(self, factories, found, change):
        post = factories.Post()
        change({"post": post, "job_role": "Porter"}, {"post": post, "job_role": "Porters' lead"})

        assert found() == []

    @pytest.mark.parametrize(("people", "moved"), [(1, 1), (4, 4), (5, 0)])
    def test_another_ward_is_a_move_but_not_a_whole_ward_that_is_put_elsewhere(
        self, factories, found, change, people, moved
    ):
        old, new = factories.OrganisationUnit(), factories.OrganisationUnit()
        for key in range(people):
            change({"organisation_unit": old}, {"organisation_unit": new}, source_key=f"{key}")

        assert [one.kind for one in found()] == [EntryKind.MOVED] * moved

    def test_another_post_on_the_same_ward_is_not(self, factories, found, change):
        ward = factories.OrganisationUnit()
        change({"organisation_unit": ward}, {"organisation_unit": ward})

        assert found() == []

    @pytest.mark.parametrize("days", [200, -100])
    def test_a_move_long_ago_or_far_ahead_is_not_for_today(self, found, change, days):
        change({"job_role": "Porter"}, {"job_role": "Clerk"}, days=days)

        assert found() == []

    def test_a_second_post_beside_the_main_one_is_not(self, factories, found, today):
        person = factories.StaffMember()
        factories.Assignment(staff_member=person)
        factories.Assignment(
            staff_member=person, effective_from=today, is_primary=False, job_role="Clerk"
        )

        assert found() == []

    @pytest.mark.parametrize(("days_beside", "kinds"), [(900, []), (5, [EntryKind.MOVED])])
    def test_work_that_was_beside_the_main_one_is_not_new_when_it_becomes_that(
        self, factories, found, change, today, days_beside, kinds
    ):
        post, on = factories.Post(), today - timedelta(days=10)
        person = change({"job_role": "Porter"}, {"job_role": "Clerk", "post": post})
        factories.Assignment(
            staff_member=person,
            post=post,
            is_primary=False,
            effective_from=on - timedelta(days=days_beside),
            effective_to=on - timedelta(days=1),
        )

        assert [one.kind for one in found()] == kinds


class TestWhoComesBack:
    def test_after_long_away(self, found, change):
        change({"status": "Maternity & Adoption"}, {})

        assert [one.kind for one in found()] == [EntryKind.RETURNED]

    def test_after_two_weeks_away_nothing_begins(self, factories, found, today):
        person, post = factories.StaffMember(), factories.Post()
        days = [today - timedelta(days=days) for days in (600, 30, 16)]
        for on, until, status in zip(
            days, [*days[1:], None], ["Active", "Suspend No Pay", "Active"], strict=True
        ):
            factories.Assignment(
                staff_member=person,
                post=post,
                source_key="A",
                effective_from=on,
                effective_to=until and until - timedelta(days=1),
                status=status,
            )

        assert found() == []

    def test_who_is_still_away_does_not_start(self, found, change):
        change({}, {"status": "Career Break", "job_role": "Clerk"})

        assert found() == []


def test_who_has_left_does_not_start(found, hire, today):
    hire().left_on = today - timedelta(days=1)

    assert found() == []
