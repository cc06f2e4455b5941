"""The induction that the service ships with, in our own words. A trust changes it to its ways."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TaskContent:
    owner: str
    wording: str
    purpose: str


@dataclass(frozen=True)
class MilestoneContent:
    key: str
    name: str
    days_from_start: int
    tasks: tuple[TaskContent, ...]


TEMPLATE_KEY = "everyone"
TEMPLATE_NAME = "Everyone who starts"

MILESTONES = (
    MilestoneContent(
        "before",
        "Before day one",
        -7,
        (
            TaskContent("it", "Set up the login and the email", "No time lost on day one."),
            TaskContent("manager", "Ask for a smartcard and a device", "They can take a week."),
            TaskContent("manager", "Choose a buddy", "A person close by helps most."),
        ),
    ),
    MilestoneContent(
        "day_1",
        "Day one",
        0,
        (
            TaskContent("starter", "Sign in to a work computer", "To find out early if it works."),
            TaskContent("buddy", "Say hello and show who helps with what", "So nobody is alone."),
            TaskContent(
                "manager",
                "Show which systems the job uses, and what each is for",
                "Names alone do not help. A short tour does.",
            ),
        ),
    ),
    MilestoneContent(
        "week_1",
        "Week one",
        7,
        (
            TaskContent(
                "starter",
                "Find the alerts in the main system of your job, with your buddy",
                "So you know what they look like before it matters.",
            ),
            TaskContent("trainer", "First session in the main system", "Time to try, and to ask."),
            TaskContent("starter", "Say what is still missing", "Only what we know can be fixed."),
        ),
    ),
    MilestoneContent(
        "month_1",
        "Month one",
        28,
        (
            TaskContent(
                "starter", "Use the main system on a normal day, with help near", "Practice helps."
            ),
            TaskContent(
                "manager",
                "Ask what gets in the way, and get it mended",
                "Slow kit and lost access are the trust's to fix.",
            ),
        ),
    ),
    MilestoneContent(
        "month_3",
        "Month three",
        91,
        (
            TaskContent(
                "manager",
                "Have the readiness talk together, and both sign it",
                "You agree what you do alone, and where you want someone near.",
            ),
        ),
    ),
    MilestoneContent(
        "month_6",
        "Month six",
        182,
        (
            TaskContent(
                "manager",
                "Look back together, and plan the first appraisal",
                "What you learned here becomes the start of your goals.",
            ),
        ),
    ),
)
