"""What we ship is whole, and in words that nearly everybody can read."""

from collections import Counter

import pytest
import textstat

from tracker.content import framework, induction, work_tasks
from tracker.content.profiles import PROFILES
from tracker.content.readiness_questions import QUESTIONS
from tracker.content.texts import ReadinessPart

#: a school year of 7 is a reading age of about 12; short sentences swing by a year or two
HIGHEST_YEAR_OF_ONE_TEXT = 7
HIGHEST_YEAR_OF_ALL = 5
MOST_WORDS = 22
UNKIND = ("fail", "must", "poor", "weak", "bad at", "unable", "low level")

FRAMEWORKS = (framework.FRAMEWORK, work_tasks.FRAMEWORK)
COMPETENCES = {one.key: one for text in FRAMEWORKS for d in text.domains for one in d.competences}
SKILLS = {one.key for domain in framework.FRAMEWORK.domains for one in domain.competences}


def sentences():
    for one in COMPETENCES.values():
        yield from (one.description, *one.levels)
    yield from (question.statement for question in QUESTIONS)
    for template in induction.TEMPLATES:
        yield from (line.purpose for line in template.lines if line.purpose)


class TestPlainEnglish:
    def test_every_text_is_easy_to_read(self):
        years = {text: textstat.flesch_kincaid_grade(text) for text in sentences()}

        assert {text: year for text, year in years.items() if year > HIGHEST_YEAR_OF_ONE_TEXT} == {}

    def test_all_texts_together_are_easier_still(self):
        assert textstat.flesch_kincaid_grade(" ".join(sentences())) < HIGHEST_YEAR_OF_ALL

    def test_every_text_is_short_and_kind(self):
        for text in sentences():
            assert len(text.split()) <= MOST_WORDS, text
            assert not any(word in text.lower() for word in UNKIND), text

    def test_every_text_is_a_sentence(self):
        assert [text for text in sentences() if text[-1] != "." or not text[0].isupper()] == []


class TestFrameworks:
    def test_six_domains_of_digital_literacy_and_two_beside_them(self):
        assert [domain.key for domain in framework.FRAMEWORK.domains] == [
            "data",
            "learning",
            "communication",
            "technical",
            "creation",
            "safety",
            "professionalism",
            "leadership",
        ]

    @pytest.mark.parametrize("domain", framework.FRAMEWORK.domains, ids=lambda one: one.key)
    def test_every_domain_has_at_least_five_competences(self, domain):
        assert len(domain.competences) >= 5

    def test_there_are_more_than_forty_competences_and_no_key_twice(self):
        keys = [one.key for text in FRAMEWORKS for d in text.domains for one in d.competences]

        assert len(SKILLS) > 40
        assert [key for key, count in Counter(keys).items() if count > 1] == []

    def test_every_level_is_said_in_the_first_person_and_differs_from_the_others(self):
        for one in COMPETENCES.values():
            assert len(set(one.levels)) == 4, one.key
            for said in one.levels:
                assert {"I", "me", "my", "We"} & set(said.replace(",", "").split()), said

    def test_no_two_competences_share_a_name(self):
        assert len({one.name for one in COMPETENCES.values()}) == len(COMPETENCES)

    def test_competences_that_trusts_have_answers_to_keep_their_keys(self):
        assert {
            *("find-information", "good-records", "use-data", "learn-online", "pass-it-on"),
            *("right-channel", "work-together", "main-system", "spot-alerts", "fix-small-faults"),
            *("make-things", "better-ways", "stay-safe", "protect-information"),
            *("digital-wellbeing", "behave-online", "include-everyone", "speak-up", "lead-change"),
        } <= SKILLS

    def test_the_twenty_tasks_are_a_draft_and_say_so(self):
        tasks = work_tasks.FRAMEWORK

        assert tasks.is_draft
        assert "to be checked against the published list" in tasks.name
        assert [len(area.competences) for area in tasks.domains] == [3, 2, 2, 4, 9]


class TestProfiles:
    def test_there_are_twelve_and_more_besides_the_one_for_everybody(self):
        assert len(PROFILES) > 12
        assert {"porter", "consultant", "ward-clerk", "budget-holder"} <= {p.key for p in PROFILES}

    def test_no_kind_of_work_has_two(self):
        assert len({(one.staff_group, one.job_role) for one in PROFILES}) == len(PROFILES)

    def test_each_asks_for_competences_that_exist_once_and_at_a_level_that_exists(self):
        for profile in PROFILES:
            asked = [need.competence for need in profile.needs]
            assert set(asked) <= SKILLS, profile.key
            assert len(set(asked)) == len(asked), profile.key
            assert {need.level for need in profile.needs} <= {1, 2, 3, 4}, profile.key


def test_there_are_readiness_questions_on_attitudes_drivers_skills_and_technology():
    assert Counter(question.part for question in QUESTIONS) == dict.fromkeys(ReadinessPart, 5)
    assert len({question.key for question in QUESTIONS}) == len(QUESTIONS)
