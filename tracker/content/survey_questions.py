"""What a survey round may ask, and what the workshop of 2017 asked. Keys stay: rounds compare."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tracker.content import readiness_questions, work_tasks
from tracker.content.texts import ReadinessPart


class SurveySet(enum.StrEnum):
    """What somebody who opens a round chooses from."""

    TASKS = "tasks"
    READINESS = "readiness"
    FEELING = "feeling"


Option = tuple[str, str]

NOT_UNDERSTOOD: Option = ("not_understood", "I do not understand the question")
TASK_OPTIONS: tuple[Option, ...] = (
    ("yes", "Yes, by myself"),
    ("with_help", "With some help"),
    ("not_yet", "Not yet"),
    NOT_UNDERSTOOD,
)
AGREE: tuple[Option, ...] = (
    ("strongly_agree", "Strongly agree"),
    ("agree", "Agree"),
    ("neither", "Neither"),
    ("disagree", "Disagree"),
    ("strongly_disagree", "Strongly disagree"),
    NOT_UNDERSTOOD,
)
FEELINGS: tuple[Option, ...] = (
    ("leading", "Leading: I bring others along"),
    ("ready", "Ready"),
    ("worried", "Worried"),
    ("lost", "Lost"),
    NOT_UNDERSTOOD,
)


@dataclass(frozen=True, kw_only=True)
class SurveyQuestionText:
    """One question of a round."""

    key: str
    kind: SurveySet | str
    #: questions of one part share a page
    part: str
    part_name: str
    wording: str
    options: tuple[Option, ...]


PART_NAMES = {
    ReadinessPart.ATTITUDES: "How you see it",
    ReadinessPart.DRIVERS: "What the trust does",
    ReadinessPart.SKILLS: "What you can do",
    ReadinessPart.TECHNOLOGY: "The systems and devices",
}

#: Asked in the workshop of 2017 as well, in these words or near to them.
READY = SurveyQuestionText(
    key="digitally-ready",
    kind=SurveySet.FEELING,
    part="feeling",
    part_name="How ready you feel",
    wording="How do you feel about digital change at work?",
    options=FEELINGS,
)
PROGRAMMES = SurveyQuestionText(
    key="programmes-help",
    kind=SurveySet.FEELING,
    part="feeling",
    part_name="How ready you feel",
    wording="My organisation has ways to help people get ready for digital work.",
    options=AGREE,
)
EMPOWERED = SurveyQuestionText(
    key="empowered",
    kind=SurveySet.FEELING,
    part="feeling",
    part_name="How ready you feel",
    wording="I feel able to help people here get ready for digital work.",
    options=AGREE,
)
HELP_OTHERS = SurveyQuestionText(
    key="help-others",
    kind=SurveySet.FEELING,
    part="feeling",
    part_name="How ready you feel",
    wording="People with digital skills should help others.",
    options=AGREE,
)
FEELING_QUESTIONS = (READY, PROGRAMMES, EMPOWERED, HELP_OTHERS)


def questions_of(chosen: frozenset[SurveySet]) -> Iterator[SurveyQuestionText]:
    """Give the questions of a round, the easiest first."""
    if SurveySet.FEELING in chosen:
        yield from FEELING_QUESTIONS
    if SurveySet.TASKS in chosen:
        yield from _tasks()
    if SurveySet.READINESS in chosen:
        yield from _readiness()


def _tasks() -> Iterator[SurveyQuestionText]:
    for domain in work_tasks.FRAMEWORK.domains:
        for task in domain.competences:
            yield SurveyQuestionText(
                key=task.key,
                kind=SurveySet.TASKS,
                part=domain.key,
                part_name=domain.name,
                wording=task.description,
                options=TASK_OPTIONS,
            )


def _readiness() -> Iterator[SurveyQuestionText]:
    for one in readiness_questions.QUESTIONS:
        yield SurveyQuestionText(
            key=one.key,
            kind=SurveySet.READINESS,
            part=one.part,
            part_name=PART_NAMES[one.part],
            wording=one.statement,
            options=AGREE,
        )


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A question of the workshop with its answers, as they were published: only totals."""

    question: SurveyQuestionText
    counts: tuple[int, ...]


def _about(key: str, wording: str, *options: Option) -> SurveyQuestionText:
    return SurveyQuestionText(
        key=key,
        kind="about",
        part="about",
        part_name="About those who took part",
        wording=wording,
        options=options,
    )


WORKSHOP_NAME = "Example: a national workshop in 2017"
WORKSHOP_ASKED = (
    "1,061 people who took part in an online workshop on digital readiness, from 22 November to "
    "13 December 2017. They chose to come, so they stand for nobody but themselves."
)
WORKSHOP_PEOPLE = 1_061

WORKSHOP: tuple[Counted, ...] = (
    Counted(question=READY, counts=(551, 404, 95, 11)),
    Counted(
        question=replace(
            PROGRAMMES,
            wording="My organisation has programmes that improve digital readiness.",
        ),
        counts=(194, 428, 288, 124, 27),
    ),
    Counted(
        question=replace(
            EMPOWERED,
            wording="I feel empowered to improve the digital readiness of people here.",
        ),
        counts=(236, 448, 258, 98, 21),
    ),
    Counted(question=HELP_OTHERS, counts=(704, 313, 40, 4, 0)),
    Counted(
        question=_about(
            "digital-time",
            "How much of your working time is digital?",
            ("under_25", "Under 25%"),
            ("25_49", "25 to 49%"),
            ("50_75", "50 to 75%"),
            ("full_time", "All of it"),
        ),
        counts=(131, 160, 210, 560),
    ),
    Counted(
        question=_about(
            "tenure",
            "How long have you been in your role?",
            ("under_1", "Under 1 year"),
            ("1_3", "1 to 3 years"),
            ("4_6", "4 to 6 years"),
            ("7_up", "7 years or more"),
        ),
        counts=(219, 358, 167, 317),
    ),
    Counted(
        question=_about(
            "age",
            "How old are you?",
            ("under_25", "Under 25"),
            ("25_40", "25 to 40"),
            ("40_65", "40 to 65"),
            ("over_65", "Over 65"),
        ),
        counts=(22, 316, 703, 20),
    ),
    Counted(
        question=_about(
            "gender",
            "What is your gender?",
            ("female", "Female"),
            ("male", "Male"),
            ("other", "Other"),
        ),
        counts=(489, 568, 4),
    ),
    Counted(
        question=_about(
            "recommend",
            "Would you recommend your organisation as a place to work?",
            ("recommend", "Yes"),
            ("neither", "Neither yes nor no"),
            ("not", "No"),
        ),
        counts=(802, 189, 70),
    ),
)
#: Of the people who took part, those who also wrote something, with what they said of themselves.
CONTRIBUTORS = 448
CONTRIBUTORS_READY = (250, 163, 33, 2)
