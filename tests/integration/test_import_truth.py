"""Files of HR in any order, whole and broken, leave what the last good one says, and no more.

A plain dictionary says what should be true; a state machine brings files and compares.
"""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from tests.conftest import NOW
from tests.support import databases
from tests.support.hr_files import PLACES, row, staff_rows, write_go
from tracker.db import open_engine, session_for
from tracker.errors import InvalidInputError, NotAllowedNowError
from tracker.jobs import hr_runs, import_hr
from tracker.models import LineDispute, RejectedRecord, RunState, StaffMember
from tracker.security.identity import Identity
from tracker.services.line_disputes import LineDraft, dispute_line, set_line
from tracker.services.organisations import add_organisation, find_organisation
from tracker.services.reporting import who_manages

CHIEF, HR = 9, 8
PEOPLE = st.integers(min_value=1, max_value=4)
FREE = import_hr.Choices(most_leavers=None)


class KilledError(BaseException):
    """What nothing catches, as when the process is killed."""


class Imports(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name)
        self.database = databases.fresh_database("sqlite", self.path)
        self.engine = open_engine(self.database.__enter__())
        with session_for(self.engine) as db:
            add_organisation(db, "RXD", "Aldwater", vpd="900")
        #: what HR says: number -> (family name, supervisor)
        self.truth = {CHIEF: ("Chief", ""), HR: ("Office", "")}
        #: of whom HR has said something since the last file
        self.told: set[int] = set()
        #: what was taken in, who ever was, and which lines were set by hand
        self.kept, self.ever, self.by_hand = {}, set(), {}
        #: of whom somebody says that their manager is wrong, and who it should be
        self.disputed: dict[int, int] = {}
        self.day = 0
        self.take_in("GOF")

    def write(self, kind, rows, *, ahead=1):
        ends = {"kind": kind, "made": f"202610{self.day + ahead:02}", "sequence": self.day + ahead}
        return write_go(
            self.path, [*PLACES, *rows], **ends, since=f"202610{self.day + ahead - 1:02}"
        )

    def everybody(self):
        return [line for one in self.truth for line in self.lines_of(one)]

    def lines_of(self, number):
        family, boss = self.truth[number]
        return staff_rows(number, family=family, supervisor=boss)

    def take_in(self, kind, *more, choices=FREE):
        self.last = self.write(kind, [*(self.news() if kind == "GOC" else self.everybody()), *more])
        done = import_hr.run(self.engine, self.last, now=NOW, choices=choices)
        self.was_taken_in(is_full=kind == "GOF")
        return done

    def news(self):
        gone = [number for number in self.told if number not in self.truth]
        here = [line for one in self.told if one in self.truth for line in self.lines_of(one)]
        return [
            *(row(("ASD", 2), {1: f"{number}00"}) for number in gone),
            *(row(("PRD", 2), {1: str(number)}) for number in gone),
            *here,
        ]

    def was_taken_in(self, *, is_full=True):
        told = set(self.truth) if is_full else self.told
        self.day += 1
        self.kept, self.told = dict(self.truth), set()
        self.ever |= set(self.kept)
        self.by_hand = {
            number: boss
            for number, boss in self.by_hand.items()
            if number in self.kept and boss in self.kept
        }
        self.hr_agrees(
            {one for one, (_family, boss) in self.kept.items() if one in told or boss in told}
        )

    def hr_agrees(self, told):
        """Forget what was set by hand, or said to be wrong, where HR says the same by now."""
        circle = {1, 2} if self.has_circle() else set()
        for number in told - circle:
            if self.by_hand.get(number) == self.kept[number][1]:
                del self.by_hand[number]
        wanted, unsure = self.wanted(), self.in_circle()
        still = self.said_to_be_wrong() if unsure else {}
        self.disputed = {
            number: right
            for number, right in self.disputed.items()
            if number in (still if number in unsure else self.kept) and wanted.get(number) != right
        }

    def said_to_be_wrong(self):
        with session_for(self.engine) as db:
            is_open = LineDispute.settled_at.is_(None)
            disputes = db.scalars(select(LineDispute).where(is_open)).all()
            return {int(one.staff_member.source_key) for one in disputes}

    @rule(number=PEOPLE, family=st.sampled_from(["Lee", "Smith"]), boss=st.sampled_from([9, 1, 2]))
    def hr_says(self, number, family, boss):
        self.truth[number] = (family, "" if boss == number else boss)
        self.told.add(number)

    @precondition(lambda self: len(self.truth) > 1)
    @rule(number=PEOPLE)
    def hr_deletes(self, number):
        if self.truth.pop(number, None):
            self.told.add(number)

    @rule(kind=st.sampled_from(["GOF", "GOC"]))
    def a_file_comes(self, kind):
        self.take_in(kind)

    @rule()
    def the_last_file_comes_again(self):
        try:
            done = import_hr.run(self.engine, self.last, now=NOW, choices=FREE)
        except NotAllowedNowError:
            return  # changes are taken in once
        # A line that was set by hand since, or its end, is news of ours and not of the file.
        assert done.counts["staff_changed"] == done.counts["staff_added"] == 0
        self.hr_agrees(set(self.kept))

    @rule(ahead=st.sampled_from([2, 3]))
    def a_file_of_changes_is_missing(self, ahead):
        path = self.write("GOC", self.news(), ahead=ahead)
        with pytest.raises(NotAllowedNowError, match="Changes are missing"):
            import_hr.run(self.engine, path, now=NOW, choices=FREE)

    @rule()
    def something_unknown_is_deleted(self):
        done = self.take_in("GOC", row(("PRD", 2), {1: "7777"}), row(("ASD", 2), {1: "7777"}))
        with session_for(self.engine) as db:
            of_run = RejectedRecord.import_run_id == done.run_id
            reasons = db.scalars(select(RejectedRecord.reason).where(of_run)).all()
        assert sum("not known here" in one for one in reasons) >= 2

    @rule(says_yes=st.booleans())
    def somebody_looks_first(self, says_yes):
        path = self.write("GOF", self.everybody())
        look = import_hr.Choices(is_staged=True, most_leavers=None)
        done = import_hr.run(self.engine, path, now=NOW, choices=look)
        assert done.state is RunState.STAGED
        self.what_is_kept_is_true()
        if says_yes:
            hr_runs.apply_staged(self.engine, done.run_id, now=NOW)
            self.last = path
            self.was_taken_in()

    @rule()
    def it_is_killed_on_the_way(self):
        def kill(_line, _lines):
            raise KilledError

        path = self.write("GOF", self.everybody())
        choices = import_hr.Choices(most_leavers=None, on_progress=kill)
        with pytest.raises(KilledError):
            import_hr.run(self.engine, path, now=NOW, choices=choices)

    @precondition(lambda self: len(self.kept) > 2)
    @rule()
    def most_of_the_staff_are_not_in_it(self):
        path = self.write("GOF", [*self.lines_of(CHIEF), *self.lines_of(HR)])
        with pytest.raises(NotAllowedNowError, match="would make leavers"):
            import_hr.run(self.engine, path, now=NOW)

    @rule(number=PEOPLE, boss=st.sampled_from([CHIEF, 1, 3]))
    def a_line_is_set_by_hand(self, number, boss):
        if number not in self.kept or boss not in self.kept or number == boss:
            return
        with session_for(self.engine) as db:
            by, staff = self.somebody(db)
            draft = LineDraft(
                manager_email=staff[boss].email or "", starts_on=NOW.date(), reason="HR is wrong"
            )
            try:
                set_line(db, staff[number], draft, by=by, today=NOW.date())
            except InvalidInputError:
                return  # they would be their own manager, round some corner
        self.by_hand[number] = boss
        self.disputed.pop(number, None)

    @rule(number=PEOPLE, right=st.sampled_from([CHIEF, 1, 3]))
    def a_manager_is_said_to_be_wrong(self, number, right):
        if number not in self.kept or right not in self.kept or number == right:
            return
        with session_for(self.engine) as db:
            by, staff = self.somebody(db)
            email = staff[right].email or ""
            dispute_line(
                db, staff[number], reason="Wrong", right_email=email, by=by, today=NOW.date()
            )
        self.disputed[number] = right

    def somebody(self, db):
        staff = {int(one.source_key): one for one in db.scalars(select(StaffMember))}
        organisation_id = find_organisation(db).id
        return Identity(staff_id=staff[HR].id, organisation_id=organisation_id), staff

    @invariant()
    def what_is_kept_is_true(self):
        with session_for(self.engine) as db:
            staff = {one.id: one for one in db.scalars(select(StaffMember))}
            numbers = {key: int(one.source_key) for key, one in staff.items()}
            here = {
                numbers[key]: one.family_name
                for key, one in staff.items()
                if not one.has_left(NOW.date())
            }
            lines = who_manages(db, find_organisation(db).id, today=NOW.date())
            managed = {numbers[key]: numbers[one.manager_id] for key, one in lines.items()}
        assert here == {number: family for number, (family, _boss) in self.kept.items()}
        assert set(numbers.values()) == self.ever  # who left is still known
        circle = self.in_circle()
        assert {one: boss for one, boss in managed.items() if one not in circle} == self.wanted()
        assert self.said_to_be_wrong() == set(self.disputed)

    def wanted(self):
        bosses = {number: boss for number, (_family, boss) in self.kept.items()} | self.by_hand
        circle = self.in_circle()
        return {
            number: boss
            for number, boss in bosses.items()
            if boss in self.kept and number not in circle
        }

    def in_circle(self):
        """Give those whom HR's own supervisors lead round to: their lines stay as they were."""
        return {1, 2} - set(self.by_hand) if self.has_circle() else set()

    def has_circle(self):
        return [self.kept.get(number, ("", ""))[1] for number in (1, 2)] == [2, 1]

    def teardown(self):
        self.engine.dispose()
        self.folder.cleanup()


TestImports = Imports.TestCase
TestImports.settings = settings(
    max_examples=4,
    stateful_step_count=8,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
