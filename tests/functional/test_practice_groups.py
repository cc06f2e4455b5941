"""Alert recognition in practice, by groups: with its intervals, and never of fewer than eight."""

from datetime import date

import pytest
from sqlalchemy import update

from tracker.models import PracticeForm


@pytest.fixture
def practised(db, factories):
    """So many people of a unit each answered one round; each round is the four counts."""

    profile = factories.RoleProfile(name="Ward nurses")

    def practised(unit, people, counts, *, staff_group="Nursing", attempt=1, started="2026-03-02"):
        for _ in range(people):
            person = factories.StaffMember()
            hits, misses, false_alarms, right = counts
            db.add(
                PracticeForm(
                    organisation_id=person.organisation_id,
                    staff_member_id=person.id,
                    organisation_unit_id=unit.id,
                    attempt=attempt,
                    items=[],
                    begun_on=date(2026, 6, 3),
                    started_on=date.fromisoformat(started),
                    staff_group=staff_group,
                    role_profile_id=profile.id,
                    hits=hits,
                    misses=misses,
                    false_alarms=false_alarms,
                    correct_rejections=right,
                    sure=2,
                    sure_and_wrong=1,
                )
            )
        db.flush()

    return practised


@pytest.fixture
def wards(factories):
    division = factories.OrganisationUnit(name="Division")
    names = ("Ash Ward", "Birch Ward", "Cedar Ward")
    return [factories.OrganisationUnit(name=name, parent=division) for name in names]


@pytest.fixture
def quinn(factories, sign_in):
    return sign_in(factories.StaffMember(), "quality_lead")


def rows(page):
    return {
        row.th.get_text(): [cell.get_text(" ", strip=True) for cell in row.select("td")]
        for row in page.html.select("main tbody tr")
    }


LEARNED, SAYS_YES = (3, 1, 1, 3), (4, 0, 4, 0)


@pytest.mark.usefixtures("quinn")
class TestGroups:
    def test_who_says_yes_to_everything_is_told_apart_from_who_sees(
        self, browser, wards, practised
    ):
        practised(wards[0], 12, LEARNED)
        practised(wards[1], 12, SAYS_YES)

        page = browser.get("/outcomes/practice")

        found = rows(page)
        # 36 of 48 and 12 of 48: H = 36.5/49, F = 12.5/49; d' = 0.657 + 0.659.
        assert found["Ash Ward"][1].startswith("1.3")
        assert found["Birch Ward"][1].startswith("0.0")
        assert "No better than guessing" in found["Birch Ward"][-1]
        assert found["Birch Ward"][2].startswith("100%")
        assert found["Birch Ward"][3].startswith("100%")

    def test_the_chart_says_in_words_what_it_shows(self, browser, wards, practised):
        practised(wards[0], 12, LEARNED)

        page = browser.get("/outcomes/practice")

        words = page.html.select_one("svg desc").get_text()
        assert "Ash Ward: 1.3, from" in words

    def test_fewer_than_eight_are_not_shown(self, browser, wards, practised):
        practised(wards[0], 7, LEARNED)

        page = browser.get("/outcomes/practice")

        assert rows(page) == {}
        assert "nothing to show yet" in page

    def test_a_small_group_does_not_follow_from_the_others(self, browser, wards, practised):
        """The whole less the two large wards would be the small one: one of them goes too."""
        for ward, people in zip(wards, (20, 9, 3), strict=True):
            practised(ward, people, LEARNED)

        found = rows(browser.get("/outcomes/practice"))

        assert "Everybody" in found
        assert "Cedar Ward" not in found
        assert len(found.keys() & {"Ash Ward", "Birch Ward"}) == 1

    @pytest.mark.parametrize(
        ("by", "name"),
        [
            ("work", "Nursing"), ("cohort", "Started in 2026"), ("months", "Months 3 and 4"),
            ("round", "First rounds"), ("profile", "Ward nurses"),
        ],
    )  # fmt: skip
    def test_groups_of_other_kinds(self, browser, wards, practised, by, name):
        practised(wards[0], 9, LEARNED)

        found = rows(browser.get(f"/outcomes/practice?by={by}"))

        assert found[name][0] == "9"

    def test_later_rounds_are_kept_apart(self, browser, wards, practised):
        practised(wards[0], 9, LEARNED)
        practised(wards[0], 10, SAYS_YES, attempt=2)

        by_round = rows(browser.get("/outcomes/practice?by=round"))
        by_work = rows(browser.get("/outcomes/practice?by=work"))

        assert by_round["Later rounds"][0] == "10"
        assert by_work["Nursing"][0] == "9"

    @pytest.mark.parametrize("asked", ["by=x", "by=", "unit=nothing"])
    def test_what_is_not_offered_is_met_kindly(self, browser, asked):
        browser.get(f"/outcomes/practice?{asked}", status=404 if "unit" in asked else 200)


class TestWhoSeesIt:
    def test_somebody_without_the_role_sees_their_own_unit_only(
        self, browser, factories, sign_in, wards
    ):
        sign_in(factories.StaffMember())

        browser.get(f"/outcomes/practice?unit={wards[0].public_id}", status=404)

    @pytest.mark.usefixtures("quinn")
    def test_another_trusts_people_are_not_counted(self, browser, db, factories, wards, practised):
        elsewhere = factories.Organisation()
        practised(wards[0], 9, LEARNED)
        db.execute(update(PracticeForm).values(organisation_id=elsewhere.id))

        assert rows(browser.get("/outcomes/practice")) == {}
