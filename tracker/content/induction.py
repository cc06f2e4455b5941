"""The inductions that the service ships with, in our own words. A trust changes them to its ways.

The first is for everyone. The others add to it, say a line in another way, or leave one out.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class LineText:
    key: str
    milestone: str
    owner: str
    wording: str
    #: what it is for
    purpose: str
    kind: str = "do"
    link: str = ""


@dataclass(frozen=True)
class MilestoneText:
    key: str
    name: str
    days_from_start: int


@dataclass(frozen=True)
class TemplateText:
    key: str
    name: str
    #: new, moved, returned, bank, student; none for everyone
    entry: str | None
    lines: tuple[LineText, ...]
    milestones: tuple[MilestoneText, ...] = ()
    #: lines of the more general template that this kind of starter does not need
    leaves_out: tuple[str, ...] = ()


MILESTONES = (
    MilestoneText("before", "Before day one", -7),
    MilestoneText("day_1", "Day one", 0),
    MilestoneText("week_1", "Week one", 7),
    MilestoneText("month_1", "Month one", 28),
    MilestoneText("month_3", "Month three", 91),
    MilestoneText("month_6", "Month six", 182),
)

EVERYONE = TemplateText(
    key="everyone",
    name="Everyone who starts",
    entry=None,
    milestones=MILESTONES,
    lines=(
        LineText("login", "before", "it", "Set up the login and the email", "No lost time."),
        LineText(
            "kit", "before", "manager", "Ask for a smartcard and a device", "They can take a week."
        ),
        LineText("buddy", "before", "manager", "Choose a buddy", "A person close by helps most."),
        LineText(
            "sign-in", "day_1", "starter", "Sign in to a work computer", "So we know if it works."
        ),
        LineText(
            "hello",
            "day_1",
            "buddy",
            "Say hello and show who helps with what",
            "So that nobody is alone.",
        ),
        LineText(
            "tour",
            "day_1",
            "manager",
            "Show which systems the job uses, and what each is for",
            "Names alone do not help. A short tour does.",
        ),
        LineText(
            "practise",
            "week_1",
            "starter",
            "Try a round of made-up screens",
            "A safe way to learn what an alert looks like. Nobody else sees your answers.",
            link="/practice",
        ),
        LineText(
            "alerts",
            "week_1",
            "starter",
            "Find the alerts in the main system of your job, with your buddy",
            "So you know what they look like before it matters.",
        ),
        LineText(
            "first-session",
            "week_1",
            "trainer",
            "First session in the main system",
            "Time to try, and to ask.",
        ),
        LineText(
            "missing",
            "week_1",
            "starter",
            "Say what is still missing",
            "Only what we know of can be fixed.",
        ),
        LineText(
            "who-sees",
            "week_1",
            "starter",
            "Who can see what here",
            "A short page on what stays yours.",
            kind="read",
            link="/guide",
        ),
        LineText(
            "normal-day",
            "month_1",
            "starter",
            "Use the main system on a normal day, with help near",
            "It gets easier each time.",
        ),
        LineText(
            "mend",
            "month_1",
            "manager",
            "Ask what gets in the way, and get it mended",
            "Slow kit and lost access are the trust's to fix.",
        ),
        LineText(
            "talk",
            "month_3",
            "manager",
            "Have the readiness talk together, and both sign it",
            "You agree what you do alone, and where you want someone near.",
        ),
        LineText(
            "look-back",
            "month_6",
            "manager",
            "Look back together, and plan the first appraisal",
            "What you learned here becomes the start of your goals.",
        ),
    ),
)

NEW = TemplateText(
    key="new",
    name="New to the trust",
    entry="new",
    lines=(
        LineText(
            "welcome",
            "before",
            "manager",
            "Send the welcome, or show its code",
            "They can look round, and try a first screen, before day one.",
        ),
        LineText(
            "ask-anything",
            "day_1",
            "starter",
            "Find out who to call when a computer does not work",
            "It will happen to you, as it does to all of us.",
        ),
    ),
)

MOVED = TemplateText(
    key="moved",
    name="Moved to new work in the trust",
    entry="moved",
    leaves_out=("kit", "who-sees"),
    lines=(
        LineText(
            "login",
            "before",
            "it",
            "Give access to what the new work needs, and end what it does not",
            "Old rights left open are a risk. Missing ones cost a day.",
        ),
        LineText(
            "sign-in",
            "day_1",
            "starter",
            "Sign in, and open each system of the new work once",
            "So we know early if one does not let you in.",
        ),
        LineText(
            "differs",
            "week_1",
            "buddy",
            "Show what is done another way here",
            "The same system can be used in two ways on two wards.",
        ),
    ),
)

RETURNED = TemplateText(
    key="returned",
    name="Back after some time away",
    entry="returned",
    lines=(
        LineText(
            "login",
            "before",
            "it",
            "Wake up the login, the email and the smartcard",
            "They are often shut off after some months.",
        ),
        LineText(
            "changed",
            "day_1",
            "manager",
            "Say what has changed in the systems since they left",
            "New screens can look like a mistake of your own.",
        ),
        LineText(
            "refresh",
            "week_1",
            "trainer",
            "A short session on what is new in the main system",
            "Not all over again: only what changed.",
        ),
    ),
    leaves_out=("first-session",),
)

BANK = TemplateText(
    key="bank",
    name="Works for the bank",
    entry="bank",
    leaves_out=("normal-day", "look-back"),
    lines=(
        LineText(
            "sign-in",
            "day_1",
            "starter",
            "Sign in on the first ward, before the shift gets busy",
            "A login that does not work at night is hard to mend.",
        ),
        LineText(
            "buddy",
            "before",
            "manager",
            "Say who is the buddy on the first shift",
            "On each new ward somebody should know your name.",
        ),
        LineText(
            "many-wards",
            "week_1",
            "starter",
            "Ask on each new ward where its alerts show",
            "Wards do not all use the same screens.",
        ),
    ),
)

STUDENT = TemplateText(
    key="student",
    name="Here to learn, on a placement",
    entry="student",
    leaves_out=("look-back", "normal-day"),
    milestones=(MilestoneText("month_3", "Near the end of the placement", 63),),
    lines=(
        LineText(
            "login",
            "before",
            "it",
            "Set up the login that students have",
            "Students should learn in the real systems, with the right access.",
        ),
        LineText(
            "kit", "before", "manager", "Ask for a smartcard, if one is used", "It can take a week."
        ),
        LineText(
            "own-name",
            "day_1",
            "starter",
            "Use your own login, never one that is lent to you",
            "So that what you write stands under your name.",
        ),
    ),
)

TEMPLATES = (EVERYONE, NEW, MOVED, RETURNED, BANK, STUDENT)
