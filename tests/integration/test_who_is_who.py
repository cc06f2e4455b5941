"""HR, the directory, identity providers and single sign-on say who is who, in any order.

A plain model says beside the database whose each account is; after every step the two agree, and
nobody has what is another's.
"""

import json

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from integrations.ldap.accounts import AccountState, DirectoryAccount, Mark, Reading
from integrations.ldap.records import DirectoryPerson
from tests.support.scim import ENTERPRISE, USER, make_source
from tracker.models import DirectoryAccount as Kept
from tracker.models import LineSource, ReportingLine, ScimUser, StaffMember
from tracker.services import directory_accounts, scim
from tracker.services.fact_index import Match
from tracker.services.staff_matching import find_staff

NUMBERS = st.sampled_from(["1", "2", "3"])
SOME_NUMBER = st.sampled_from(["1", "2", "3", "4", None])
MAILS = st.sampled_from(["a@trust.nhs.uk", "B@trust.nhs.uk", "b@trust.nhs.uk", None])
SOURCES = st.sampled_from([0, 1])
FACTS = ("employee_number", "email")
#: the number and the mail say two things
NO = "contradicts"


class WhoIsWho(RuleBasedStateMachine):
    """`people`: id -> [number, mail, has left, comes from HR]. `accounts`: key -> [number, mail,
    state, whose]. `sent`: (source, name) -> [SCIM id, whose]."""

    make = None

    @initialize()
    def begin(self):
        self.db, self.factories, self.organisation, self.now, secrets = self.make()
        self.today = self.now.date()
        self.around = self.db.begin_nested()
        self.keys = [f"Bearer {secret}" for secret in secrets]
        self.people, self.accounts, self.sent = {}, {}, {}
        self.was_of = {}  # whose an account was that is gone: back again, it is theirs
        self.by_hand = None

    def teardown(self):
        self.around.rollback()

    # --- what HR does

    @rule(number=NUMBERS, mail=MAILS)
    def hr_brings(self, number, mail):
        if any(one[0] == number for one in self.people.values()):
            return
        person = self.factories.StaffMember(
            organisation_id=self.organisation.id,
            employee_number=number,
            email=mail,
            given_name=f"Hr {number}",
        )
        self.db.flush()
        self.people[person.id] = [number, mail, False, True]

    @rule(number=NUMBERS, has_left=st.booleans(), mail=MAILS)
    def hr_says_otherwise(self, number, has_left, mail):
        for staff_id, one in self.people.items():
            if one[0] == number and one[3]:
                person = self.db.get(StaffMember, staff_id)
                person.left_on = self.today.replace(day=1) if has_left else None
                person.email = mail
                one[1:3] = mail, has_left
        self.db.flush()

    @rule()
    def a_manager_is_set_by_hand(self):
        ids = [staff_id for staff_id, one in self.people.items() if not one[2] and one[3]]
        if self.by_hand is None and len(ids) > 1:
            self.by_hand = ReportingLine(
                organisation_id=self.organisation.id,
                staff_member_id=ids[0],
                manager_id=ids[1],
                source=LineSource.BY_HAND,
                starts_on=self.today,
            )
            self.db.add(self.by_hand)
            self.db.flush()

    # --- what the directory does

    @rule(
        key=st.sampled_from("xyz"),
        number=SOME_NUMBER,
        mail=MAILS,
        state=st.sampled_from(list(AccountState)),
    )
    def an_account_comes_or_changes(self, key, number, mail, state):
        was = self.accounts[key][3] if key in self.accounts else self.was_of.get(key)
        self.accounts[key] = [number, mail, state, was]
        self.read_directory()

    @rule(key=st.sampled_from("xyz"))
    def an_account_goes(self, key):
        if len(self.accounts) > 1 and key in self.accounts:
            self.was_of[key] = self.accounts.pop(key)[3]
            self.read_directory()

    @rule(one=st.sampled_from("xyz"), other=st.sampled_from("xyz"))
    def two_accounts_are_merged(self, one, other):
        if one != other and {one, other} <= self.accounts.keys():
            number, mail, _, self.was_of[other] = self.accounts.pop(other)
            self.accounts[one][:2] = number, mail
            self.read_directory()

    def read_directory(self):
        said = [
            DirectoryAccount(
                key=key,
                username=key,
                display_name=None,
                employee_number=number,
                email=mail,
                nhs_unique_id=None,
                state=state,
            )
            for key, (number, mail, state, _) in self.accounts.items()
        ]
        reading = Reading(
            mark=Mark(server="one", position="1"),
            accounts=said,
            keys=frozenset(self.accounts),
            is_full=True,
        )
        where = self.organisation.id
        directory_accounts.apply_reading(self.db, where, reading, now=self.now, most_gone=None)
        directory_accounts.match_accounts(self.db, where, facts=FACTS, today=self.today)
        for one in self.accounts.values():
            one[3] = self.owner_in_directory(*one)

    def owner_in_directory(self, number, mail, _state, was):
        shared = sum(1 for one in self.accounts.values() if same(one[1], mail)) > 1
        found = self.fits(number, None if shared else mail)
        return found if isinstance(found, int) else None if number or found is NO else was

    def fits(self, number, mail, *, but=None):
        """Say whose an account with this number and mail is, read plainly from the model."""
        people = {key: one for key, one in self.people.items() if key != but}
        named = next((key for key, one in people.items() if number and one[0] == number), None)
        mailed = [key for key, one in people.items() if same(one[1], mail)]
        working = [key for key in mailed if not people[key][2]]
        if named is not None:
            is_other = len(working) == 1 and working != [named]
            return NO if is_other else named
        if len(working) == 1:
            return NO if number else working[0]
        if working:
            return "unclear"
        if number:
            return None
        return "left" if len(mailed) > 1 else next(iter(mailed), None)

    # --- what identity providers send

    @rule(
        source=SOURCES,
        name=st.sampled_from("pq"),
        number=SOME_NUMBER,
        mail=MAILS,
        is_active=st.booleans(),
    )
    def a_provider_sends(self, source, name, number, mail, is_active):
        held = self.sent.get((source, name))
        body = {
            "schemas": [USER, ENTERPRISE],
            "userName": f"{name}@login.nhs.uk",
            "active": is_active,
            "name": {"givenName": "Given", "familyName": "Family"},
            "emails": [{"value": mail, "type": "work"}] if mail else [],
            ENTERPRISE: {"employeeNumber": number} if number else {},
        }
        answer = self.ask(source, "PUT" if held else "POST", held and held[0], body)
        whose = held and held[1]
        is_made = whose is not None and not self.people[whose][3]
        found = self.fits(number, mail, but=whose if is_made else None)
        is_taken = isinstance(found, int) and any(
            found == one[1] for way, one in self.sent.items() if way != (source, name)
        )
        if is_taken or (found is NO and is_made):
            assert answer.status == 409, answer.body
            return
        assert answer.status.value in {200, 201}, answer.body
        if found is None or (found == "left" and number) or (is_made and isinstance(found, str)):
            found = self.kept_or_made(whose, number, is_active=is_active)
        person = self.people.get(found) if isinstance(found, int) else None
        if whose is not None and whose != found and not self.people[whose][3]:
            self.people[whose][2] = True
        if person is not None and not person[3]:
            person[0], person[1], person[2] = number or person[0], mail, not is_active
        elif person is not None and person[1] is None:
            person[1] = mail
        self.sent[source, name] = [answer.body["id"], found if person else None]

    def kept_or_made(self, whose, number, *, is_active):
        if whose is not None and not self.people[whose][3]:
            return whose
        if not number or not is_active:
            return None
        made = self.db.scalar(
            select(StaffMember.id).where(
                StaffMember.organisation_id == self.organisation.id,
                StaffMember.employee_number == number,
            )
        )
        assert made not in self.people
        self.people[made] = [number, None, False, False]
        return made

    @rule(source=SOURCES, name=st.sampled_from("pq"))
    def a_provider_deletes(self, source, name):
        held = self.sent.pop((source, name), None)
        if held:
            assert self.ask(source, "DELETE", held[0]).status.value == 204
            if held[1] is not None and not self.people[held[1]][3]:
                self.people[held[1]][2] = True

    def ask(self, source, method, which, body=None):
        call = scim.Call(
            method=method,
            base_url="https://t/scim/v2",
            path=f"/Users/{which}" if which else "/Users",
            query={},
            headers=(
                ("Authorization", self.keys[source]),
                ("Content-Type", "application/scim+json"),
            ),
            body=json.dumps(body).encode() if body else b"",
        )
        answer = scim.answer(self.db, call, now=self.now, today=self.today)
        self.db.expire_all()
        return answer

    # --- who comes in by single sign-on

    @rule(number=SOME_NUMBER, mail=MAILS)
    def somebody_comes_in(self, number, mail):
        person = DirectoryPerson(
            key="oidc:somebody",
            dn="",
            username="s",
            employee_number=number,
            mail=mail,
            display_name=None,
            groups=(),
        )
        found = find_staff(
            self.db, person, today=self.today, organisation_codes=(self.organisation.code,)
        )
        wanted = self.fits(number, mail)
        if isinstance(wanted, int) and not self.people[wanted][2]:
            assert [staff.id for staff, _ in found] == [wanted]
            return
        left = {"left": Match.HAS_LEFT, "unclear": Match.UNCLEAR, NO: Match.CONTRADICTS}
        why = Match.HAS_LEFT if isinstance(wanted, int) else left.get(wanted, Match.NOBODY)
        assert found is why

    # --- what holds at any time

    @invariant()
    def what_is_kept_is_what_the_model_says(self):
        where = self.organisation.id
        rows = self.db.execute(
            select(
                StaffMember.id,
                StaffMember.employee_number,
                StaffMember.email,
                StaffMember.left_on,
                StaffMember.given_name,
            ).where(StaffMember.organisation_id == where)
        ).all()
        assert {
            row.id: [row.employee_number, row.email, is_over(row.left_on, self.today)]
            for row in rows
        } == {staff_id: one[:3] for staff_id, one in self.people.items()}
        for row in rows:
            from_hr = self.people[row.id][3]
            assert row.given_name == (f"Hr {row.employee_number}" if from_hr else "Given")
        whose = self.db.execute(
            select(Kept.key, Kept.staff_member_id).where(
                Kept.organisation_id == where, Kept.gone_at.is_(None)
            )
        )
        assert dict(map(tuple, whose)) == {key: one[3] for key, one in self.accounts.items()}
        accounts = self.db.execute(
            select(ScimUser.public_id, ScimUser.staff_member_id).where(
                ScimUser.organisation_id == where
            )
        ).all()
        assert dict(map(tuple, accounts)) == {one[0]: one[1] for one in self.sent.values()}
        owners = [staff_id for _, staff_id in accounts if staff_id]
        assert len(owners) == len(set(owners))
        if self.by_hand is not None:
            self.db.refresh(self.by_hand)
            assert self.by_hand.ends_on is None


def same(one, other):
    return bool(one and other) and one.lower() == other.lower()


def is_over(left_on, today):
    return left_on is not None and left_on < today


def test_nobody_ever_has_what_is_anothers(db, factories, organisation, now):
    secrets = [make_source(db, organisation, now, name=name).secret for name in ("Entra", "Okta")]
    db.flush()

    class Machine(WhoIsWho):
        make = staticmethod(lambda: (db, factories, organisation, now, secrets))

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
