"""What one kind of starter gets: which templates fit, and which of them has the last word."""

from datetime import date

import pytest

from tracker.content.induction import TEMPLATES
from tracker.models import EntryKind, LineKind, TaskOwner
from tracker.services.induction_plan import (
    Content,
    Line,
    MilestoneContent,
    Place,
    TemplateInForce,
    due_on,
    plan_for,
    read_content,
)
from tracker.services.induction_templates import left_out, shipped_content
from tracker.services.working_days import is_working_day, on_working_day

WEEK = MilestoneContent(key="week_1", name="Week one", days=7)
WARD, DIVISION, ELSEWHERE = 1, 2, 3
PLACE = Place(
    kind=EntryKind.MOVED,
    staff_group="Nursing",
    job_role="Staff Nurse",
    unit_ids=(WARD, DIVISION),
)


def line(wording, key="sign-in"):
    return Line(
        key=key, milestone="week_1", owner=TaskOwner.STARTER, wording=wording, purpose="It helps."
    )


def template(number, *lines, **for_whom):
    what = {"kind": None, "staff_group": None, "job_role": None, "organisation_unit_id": None}
    return TemplateInForce(
        id=number,
        name=f"T{number}",
        content=Content(milestones=(WEEK,), lines=lines),
        **{**what, **for_whom},
    )


def wordings(plan):
    return [one.wording for _milestone, one in plan.lines]


class TestWhichHasTheLastWord:
    @pytest.mark.parametrize(
        ("general", "exact"),
        [
            ({}, {"kind": EntryKind.MOVED}),
            ({"kind": EntryKind.MOVED}, {"staff_group": "Nursing"}),
            ({"staff_group": "Nursing", "kind": EntryKind.MOVED}, {"job_role": "Staff Nurse"}),
            ({"job_role": "Staff Nurse"}, {"organisation_unit_id": DIVISION}),
            ({"organisation_unit_id": DIVISION, "job_role": "Staff Nurse"},
             {"organisation_unit_id": WARD}),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("order", [1, -1])
    def test_the_more_exact_one(self, general, exact, order):
        both = [template(1, line("general"), **general), template(2, line("exact"), **exact)]

        plan = plan_for(both[::order], PLACE)

        assert wordings(plan) == ["exact"]
        assert plan.milestones[0].lines[0].instead_of == "T1"

    def test_other_lines_are_added(self):
        plan = plan_for(
            [template(1, line("a")), template(2, line("b", key="b"), job_role="Staff Nurse")],
            PLACE,
        )

        assert wordings(plan) == ["a", "b"]

    def test_a_line_is_left_out_and_an_even_more_exact_one_takes_it_back(self):
        everyone = template(1, line("a"))
        role = template(2, left_out(line("a")), job_role="Staff Nurse")
        ward = template(3, line("ours"), organisation_unit_id=WARD)

        assert wordings(plan_for([everyone, role], PLACE)) == []
        assert plan_for([everyone, role], PLACE).left_out[0][1] == "T2"
        assert wordings(plan_for([everyone, role, ward], PLACE)) == ["ours"]

    @pytest.mark.parametrize(
        "other",
        [
            {"kind": EntryKind.BANK},
            {"staff_group": "Estates"},
            {"job_role": "Matron"},
            {"organisation_unit_id": ELSEWHERE},
            {"organisation_unit_id": WARD, "job_role": "Matron"},
        ],
    )
    def test_what_is_for_others_is_left_alone(self, other):
        assert plan_for([template(1, line("a"), **other)], PLACE).milestones == ()

    def test_a_moved_milestone_moves_the_lines_of_the_general_one(self):
        later = TemplateInForce(
            id=2,
            name="T2",
            kind=EntryKind.MOVED,
            staff_group=None,
            job_role=None,
            organisation_unit_id=None,
            content=Content(milestones=(MilestoneContent(key="week_1", name="Soon", days=10),)),
        )

        (milestone,) = plan_for([template(1, line("a")), later], PLACE).milestones

        assert (milestone.name, milestone.days) == ("Soon", 10)


def test_a_content_is_kept_as_it_was():
    said = Content(milestones=(WEEK,), lines=(line("a"), left_out(line("b", key="b"))))

    assert read_content(said.as_json()) == said


def test_another_wording_has_another_stamp():
    assert line("a").stamp != line("b").stamp
    assert line("a").stamp == line("a", key="other").stamp


class TestWhatWeShip:
    @pytest.mark.parametrize("kind", EntryKind)
    def test_each_kind_gets_a_plan_with_all_owners_and_nothing_to_read_without_a_link(self, kind):
        shipped = [
            TemplateInForce(
                id=number,
                name=text.name,
                kind=EntryKind(text.entry) if text.entry else None,
                staff_group=None,
                job_role=None,
                organisation_unit_id=None,
                content=shipped_content(text),
            )
            for number, text in enumerate(TEMPLATES)
        ]

        plan = plan_for(shipped, Place(kind=kind))

        lines = [one for _milestone, one in plan.lines]
        assert {one.owner for one in lines} == set(TaskOwner)
        assert all(one.link for one in lines if one.kind is not LineKind.DO)
        assert len(plan.names) == 2

    def test_what_a_kind_leaves_out_is_there_to_be_left_out(self):
        keys = {one.key for one in TEMPLATES[0].lines}

        assert all(set(text.leaves_out) <= keys for text in TEMPLATES)


class TestWorkingDays:
    @pytest.mark.parametrize(
        ("day", "open_in"),
        [
            (date(2026, 12, 25), set()),
            (date(2026, 11, 30), {"ENG", "WLS", "NIR"}),  # Saint Andrew's Day
            (date(2027, 3, 17), {"ENG", "WLS", "SCT"}),  # Saint Patrick's Day
            (date(2027, 3, 29), {"SCT"}),  # Easter Monday
            (date(2027, 1, 4), {"ENG", "WLS", "NIR"}),  # 2 January, a Saturday, kept on Monday
        ],
    )
    def test_each_nation_keeps_its_own(self, day, open_in):
        nations = {nation for nation in ("ENG", "SCT", "WLS", "NIR") if is_working_day(day, nation)}

        assert nations == open_in

    def test_christmas_is_stepped_over(self):
        christmas = date(2026, 12, 25)

        assert on_working_day(christmas) == date(2026, 12, 29)
        assert on_working_day(christmas, forward=False) == date(2026, 12, 24)


class TestByWhen:
    TODAY = date(2026, 11, 23)

    def day(self, starts_on, days, **rest):
        return due_on(starts_on, days, nation="ENG", today=self.TODAY, **rest)

    def test_it_is_counted_from_the_first_day(self):
        assert self.day(date(2026, 12, 1), 7) == date(2026, 12, 8)
        assert self.day(date(2026, 12, 6), -1) == date(2026, 12, 4)

    def test_nobody_begins_with_a_list_that_is_late(self):
        assert self.day(date(2026, 9, 1), 7) == date(2026, 11, 30)

    def test_what_is_done_keeps_its_day(self):
        assert self.day(date(2026, 9, 1), 7, is_done=True) == date(2026, 9, 8)
