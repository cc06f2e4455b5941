"""What Mo and her team have talked about: appraisals held, and notes for the ones to come.

Plain values. All of it is invented; it goes in through the same services as if it had been typed.
"""

from dataclasses import dataclass

#: The seats of the team, as `tracker.demo.personas` fills them.
SAM, NIA, NIAS_BUDDY = 3, 4, 6
#: comes back to work next week, after some months away
BACK_SOON = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Notes:
    """What one side wrote before a meeting."""

    went_well: str
    got_in_the_way: str = ""
    would_help: str = ""
    wellbeing: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class InTheWay:
    """Something on the trust's side that stood in the way of a goal, and what was done."""

    kind: str
    description: str
    done: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreedGoal:
    """A goal that two people agreed, the help that was promised, and how it has gone since."""

    competence: str
    wording: str
    reason: str
    support_kind: str
    support: str
    in_the_way: InTheWay | None = None
    progress: str = "getting_there"
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldTalk:
    """An appraisal that both have signed."""

    seat: int
    days_ago: int
    notes: Notes
    confidence: dict[str, int]
    goals: tuple[AgreedGoal, ...]
    summary: str


ALERTS = AgreedGoal(
    competence="spot-alerts",
    wording="I can spot the alerts for early warning scores and act on them as our ward agreed.",
    reason="Our ward has many alerts at night, and some are missed.",
    support_kind="time",
    support="Twenty minutes in the practice system, twice a month, in work time.",
    in_the_way=InTheWay(
        kind="usability",
        description="Three alerts come up at once, and the one that matters is the last.",
        done="The ward's alerts were put in order in June. The early warning score comes first.",
    ),
    note="Most weeks now. Nights are still hard.",
)
RECORDS = AgreedGoal(
    competence="good-records",
    wording="I can write up a patient's fluids in the record before the end of my shift.",
    reason="The next shift needs it, and paper notes get lost.",
    support_kind="champion",
    support="Sit with a colleague who does it well for two shifts.",
    in_the_way=InTheWay(
        kind="hardware",
        description="There are two computers on wheels for the whole bay.",
        done="Two more came in August.",
    ),
    progress="confident",
    note="I do this without thinking now.",
)
SAFE = AgreedGoal(
    competence="protect-information",
    wording="I can lock my screen and use my own card each time, even when it is busy.",
    reason="We share computers, and the card reader is slow.",
    support_kind="drop_in",
    support="Half an hour with the digital trainer on tap and go.",
    in_the_way=InTheWay(kind="reliability", description="The card reader in bay 2 often fails."),
)
SYSTEM = AgreedGoal(
    competence="main-system",
    wording="I can find a patient's last results and their plan in under a minute.",
    reason="It saves time at the bedside, and families ask.",
    support_kind="learning_resource",
    support="A place on the short course about the record, in work time.",
    progress="helps_others",
    note="I showed two new starters.",
)

HELD: tuple[HeldTalk, ...] = (
    HeldTalk(
        seat=SAM,
        days_ago=168,
        notes=Notes(
            went_well="I feel at home in the record, and I help others to print labels.",
            got_in_the_way="Alerts at night. They all look the same when I am tired.",
            would_help="Time to try things where nothing can go wrong.",
            wellbeing="Fine. Nights are long.",
        ),
        confidence={"spot-alerts": 1, "good-records": 2, "protect-information": 3},
        goals=(ALERTS, RECORDS),
        summary=(
            "Sam is sure of the record by day. At night alerts pile up. We agreed two goals, "
            "time to practise, and that the ward looks at the order of its alerts."
        ),
    ),
    HeldTalk(
        seat=5,
        days_ago=163,
        notes=Notes(
            went_well="I lead the early shift and the handover screen works well for us.",
            got_in_the_way="The card reader in bay 2.",
            would_help="Someone to mend it.",
        ),
        confidence={"spot-alerts": 2, "good-records": 3, "protect-information": 1},
        goals=(SAFE, SYSTEM),
        summary="A good half year. One goal is about cards and screens, one about finding results.",
    ),
    HeldTalk(
        seat=2,
        days_ago=170,
        notes=Notes(went_well="The new rota screen.", would_help="More time for my own learning."),
        confidence={"spot-alerts": 3, "good-records": 2, "use-data": 1},
        goals=(ALERTS, SYSTEM),
        summary="We agreed to look at the ward's own alert numbers each month.",
    ),
    HeldTalk(
        seat=1,
        days_ago=150,
        notes=Notes(went_well="Teaching others.", got_in_the_way="Not enough computers."),
        confidence={"spot-alerts": 3, "good-records": 3},
        goals=(RECORDS,),
        summary="One goal is enough for now. The rest of the time goes into teaching.",
    ),
    HeldTalk(
        seat=NIAS_BUDDY,
        days_ago=60,
        notes=Notes(went_well="I enjoy showing new people round the systems."),
        confidence={"spot-alerts": 3, "good-records": 3, "protect-information": 3},
        goals=(SYSTEM, SAFE),
        summary="Happy to be a buddy to whoever starts next.",
    ),
    HeldTalk(
        seat=7,
        days_ago=95,
        notes=Notes(went_well="Fluids are in the record by the end of the shift."),
        confidence={"spot-alerts": 2, "good-records": 3},
        goals=(ALERTS,),
        summary="Alerts are next. Practice time is in the rota.",
    ),
    HeldTalk(
        seat=8,
        days_ago=20,
        notes=Notes(went_well="I came back after a year away, and most of it came back too."),
        confidence={"spot-alerts": 1, "good-records": 2, "main-system": 2},
        goals=(ALERTS, SYSTEM),
        summary="A gentle start: two goals, and a buddy for the first month.",
    ),
)

#: Notes for the appraisals that are open now, by seat: the person's, then Mo's. Shared ones only
#: where both are there; a single one is still a private draft.
NOTES_NOW: dict[int, tuple[Notes | None, Notes | None]] = {
    5: (
        Notes(
            went_well="I find results fast now, and I showed two new starters.",
            got_in_the_way="The card reader in bay 2 still fails.",
            would_help="A reader that works. Then the goal is easy.",
            wellbeing="All right, thank you.",
        ),
        Notes(
            went_well="Calm and quick with the record. Others come to you with questions.",
            got_in_the_way="I asked twice about the reader. I will ask again.",
            would_help="Would you like to be the ward's digital champion?",
        ),
    ),
    SAM: (
        None,
        Notes(
            went_well="Far fewer alerts are missed on your shifts.",
            would_help="More practice time before the winter?",
        ),
    ),
}

#: An appraisal that was opened so many days ago, and that nobody has come to yet: seat and days.
LATE = (12, 40)
