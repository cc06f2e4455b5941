"""Which question comes next: the rule of ADR 0021."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.services.asking import (
    FEWEST_IN_A_SITTING,
    MOST_IN_A_SITTING,
    Past,
    Question,
    Why,
    next_question,
)

TODAY = date(2026, 11, 22)
#: two cores may be busy with something else
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
LEVELS = st.sampled_from([None, 1, 2, 3, 4])


@st.composite
def questions(draw):
    past = st.builds(
        Past,
        level=LEVELS,
        on=st.dates(date(2023, 1, 1), TODAY),
        moved=st.booleans(),
        is_steady=st.booleans(),
    )
    ids = draw(st.lists(st.integers(1, 60), unique=True, max_size=30))
    return [
        Question(
            competence_id=one,
            domain_id=draw(st.integers(1, 4)),
            needed_level=draw(st.integers(1, 4)),
            is_essential=draw(st.booleans()),
            past=draw(st.none() | past),
        )
        for one in ids
    ]


def go_through(asked, level_of, *, today=TODAY):
    """Answer until it is enough; give what was said, in order, and why it stopped."""
    said = {}
    while (then := next_question(asked, said, today=today)).question is not None:
        assert then.question.competence_id not in said, "asked twice"
        assert len(said) < MOST_IN_A_SITTING, "asked too much"
        said[then.question.competence_id] = level_of(then.question)
    return said, then


def question(number, *, essential=True, needed=3, domain=1, past=None):
    return Question(
        competence_id=number,
        domain_id=domain,
        needed_level=needed,
        is_essential=essential,
        past=past,
    )


def past(level, *, days_ago=180, moved=False, is_steady=False):
    return Past(level=level, on=TODAY - timedelta(days=days_ago), moved=moved, is_steady=is_steady)


class TestWhateverIsSaid:
    @patient
    @given(questions(), st.data())
    def test_it_ends_and_asks_nothing_twice(self, asked, data):
        said, then = go_through(asked, lambda _one: data.draw(LEVELS))

        assert len(said) <= MOST_IN_A_SITTING
        assert then.why is not None
        assert then.asked == len(said)
        assert then.in_all == len(asked)
        if then.why is Why.ALL_ASKED:
            assert set(said) == {one.competence_id for one in asked}

    @patient
    @given(questions(), st.data(), st.integers(0, 12))
    def test_it_can_be_left_and_resumed_anywhere(self, asked, data, left_after):
        answers = {one.competence_id: data.draw(LEVELS) for one in asked}
        whole, end = go_through(asked, lambda one: answers[one.competence_id])

        # The answers come back from the database, the questions in another order.
        first_half = dict(list(whole.items())[:left_after])
        shuffled = data.draw(st.permutations(asked))
        while (then := next_question(shuffled, first_half, today=TODAY)).question is not None:
            first_half[then.question.competence_id] = answers[then.question.competence_id]

        assert first_half == whole
        assert then.why is end.why

    @patient
    @given(questions(), st.data())
    def test_everything_essential_is_asked_over_time(self, asked, data):
        essential = {one.competence_id for one in asked if one.is_essential}
        met, today = set(), TODAY + timedelta(days=366)
        for _sitting in range(len(asked) // MOST_IN_A_SITTING + 1):
            said, _then = go_through(asked, lambda _one: data.draw(LEVELS), today=today)
            met |= set(said)
            asked = [
                replace(one, past=Past(level=said[one.competence_id], on=today))
                if one.competence_id in said
                else one
                for one in asked
            ]
            today += timedelta(days=1)

        assert essential <= met


class TestTheOrder:
    def test_what_is_essential_and_was_never_asked_comes_first(self):
        asked = [
            question(1, essential=False),
            question(2, past=past(2, moved=True)),
            question(3),
        ]

        assert next_question(asked, {}, today=TODAY).question.competence_id == 3

    def test_then_what_is_essential_and_was_not_asked_for_a_year(self):
        asked = [question(1, past=past(1, moved=True)), question(2, past=past(4, days_ago=400))]

        assert next_question(asked, {}, today=TODAY).question.competence_id == 2

    def test_then_what_moved_last_time(self):
        asked = [
            question(1, past=past(1, days_ago=300)),
            question(2, past=past(2, moved=True)),
        ]

        assert next_question(asked, {}, today=TODAY).question.competence_id == 2

    def test_what_was_not_understood_comes_before_what_is_below_the_need(self):
        asked = [question(1, past=past(1)), question(2, past=past(None))]

        assert next_question(asked, {}, today=TODAY).question.competence_id == 2


class TestEnough:
    def test_it_stops_after_what_fits_in_five_minutes(self):
        said, then = go_through([question(n) for n in range(1, 20)], lambda _one: 1)

        assert len(said) == MOST_IN_A_SITTING
        assert (then.why, then.asked, then.in_all) == (Why.ENOUGH, MOST_IN_A_SITTING, 19)

    def test_what_was_the_same_twice_is_left_for_another_day(self):
        settled = [question(n, past=past(3, is_steady=True)) for n in range(1, 10)]
        new = [question(n) for n in range(10, 16)]

        said, then = go_through(settled + new, lambda _one: 2)

        assert set(said) == {one.competence_id for one in new}
        assert then.why is Why.REST_SETTLED

    def test_a_few_are_asked_even_when_all_is_settled(self):
        settled = [question(n, past=past(3, is_steady=True)) for n in range(1, 10)]

        said, _then = go_through(settled, lambda _one: 3)

        assert len(said) == FEWEST_IN_A_SITTING

    def test_something_steady_but_below_the_need_is_asked(self):
        low = question(9, past=past(1, is_steady=True))
        settled = [question(n, past=past(3, is_steady=True)) for n in range(1, 9)]

        said, _then = go_through([*settled, low], lambda _one: 3)

        assert next(iter(said)) == 9

    def test_whoever_is_at_home_in_a_domain_is_not_asked_its_extras(self):
        core = [question(n, domain=1) for n in (1, 2)] + [question(n, domain=2) for n in (3, 4)]
        extras = [question(n, domain=1, essential=False) for n in (5, 6)]

        said, then = go_through(core + extras, lambda _one: 3)

        assert set(said) == {1, 2, 3, 4}
        assert then.why is Why.REST_SETTLED

    def test_one_answer_below_the_need_asks_the_extras_too(self):
        core = [question(n, domain=1) for n in (1, 2, 3, 4)]
        extras = [question(n, domain=1, essential=False) for n in (5, 6)]

        said, _then = go_through(core + extras, lambda one: 2 if one.competence_id == 1 else 3)

        assert {5, 6} <= set(said)
