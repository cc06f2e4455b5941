"""Sign-in and the look at all accounts against a real Active Directory domain controller."""

import dataclasses
import uuid

import ldap3
import pytest

from integrations.errors import Outage
from integrations.ldap.accounts import AccountState, read_accounts
from integrations.ldap.client import authenticate, forget_failures
from integrations.ldap.errors import (
    AccountDisabledError,
    AccountExpiredError,
    AccountLockedError,
    PasswordMustChangeError,
    WrongCredentialsError,
)
from integrations.ldap.settings import Attributes, Directory
from integrations.ldap.trial import try_directory
from tests.support.directory import outage
from tests.support.domain_controller import (
    ADMIN_PASSWORD,
    ADMINISTRATOR,
    BASE,
    HOST,
    dn_of,
    password_of,
)
from tracker.security.group_roles import read_group_roles, roles_in

pytestmark = [pytest.mark.enable_socket, pytest.mark.usefixtures("by_its_name")]

ANY_NAME = "(|(sAMAccountName={username})(userPrincipalName={username})(mail={username}))"


@pytest.fixture
def directory(domain_controller):
    forget_failures()
    return Directory(
        urls=(domain_controller.url,),
        base_dn=BASE,
        bind_dn=ADMINISTRATOR,
        bind_password=ADMIN_PASSWORD,
        ca_file=domain_controller.ca_file,
        search_filter=ANY_NAME,
        domains=("TRUST",),
        attributes=Attributes(username="sAMAccountName", employee_number="employeeID"),
        read_limit=60,
    )


@pytest.mark.parametrize(
    "name",
    [
        "nurse",
        "NURSE",
        "nurse@trust.test",
        "TRUST\\nurse",
        "trust\\Nurse",
        "nurse.test@mail.trust.test",
    ],
)
def test_each_kind_of_name_is_the_same_person(directory, name):
    person = authenticate(directory, name, password_of("nurse"))

    assert (person.username, person.employee_number) == ("nurse", "20000001")
    assert str(uuid.UUID(person.key)) == person.key


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("disabled", AccountDisabledError),
        ("mustchange", PasswordMustChangeError),
        ("expired", AccountExpiredError),
        ("locked", AccountLockedError),
    ],
)
def test_the_right_password_is_told_what_is_wrong_with_the_account(directory, name, says):
    with pytest.raises(says):
        authenticate(directory, name, password_of(name))


@pytest.mark.parametrize(
    "name", ["nurse", "disabled", "mustchange", "expired", "nobody", "OTHER\\nurse"]
)
def test_the_wrong_password_is_told_nothing(directory, name):
    with pytest.raises(WrongCredentialsError):
        authenticate(directory, name, "wrong")


def test_groups_within_groups_are_followed_by_the_server_itself(directory):
    groups = authenticate(directory, "nurse", password_of("nurse")).groups

    assert {dn_of(f"g-{name}") for name in ("inner", "middle", "outer")} <= set(groups)
    lines = f"{dn_of('g-outer')} = quality_lead"
    assert roles_in("RXD", groups, read_group_roles(lines)) == {"quality_lead"}


def test_a_certificate_of_another_name_is_refused(directory):
    assert outage(dataclasses.replace(directory, urls=("ldaps://localhost",))) is Outage.CERTIFICATE


def test_every_step_of_the_connection_is_good(directory):
    steps = try_directory(directory)

    assert [step.name.split(": ")[1] for step in steps if step.ok] == (
        ["name", "port", "TLS", "bind", "search", "groups"]
    ), steps
    wrong = try_directory(dataclasses.replace(directory, bind_password="old"))
    assert (wrong[-1].name, wrong[-1].ok) == (f"{HOST}: bind", False)


def test_all_accounts_then_what_changed_and_what_was_deleted(directory, domain_controller):
    first = read_accounts(directory)
    by_name = {account.username: account for account in first.accounts}
    assert first.is_full
    assert by_name["nurse"].state is AccountState.ACTIVE
    assert {name: by_name[name].state.value for name in ("disabled", "expired", "mustchange")} == {
        "disabled": "disabled",
        "expired": "expired",
        "mustchange": "must_change",
    }

    with domain_controller.admin() as root:
        root.modify(dn_of("nurse"), {"displayName": [(ldap3.MODIFY_REPLACE, ["Sister Test"])]})
        root.delete(dn_of("leaver"))
    known = frozenset(account.key for account in first.accounts)
    then = read_accounts(directory, marks=[first.mark], known=known)

    assert not then.is_full
    assert [one.display_name for one in then.accounts if one.username == "nurse"] == ["Sister Test"]
    assert then.deleted == {by_name["leaver"].key}
    assert then.keys is None
    again = read_accounts(directory, marks=[then.mark], known=known)
    assert (again.accounts, again.deleted) == ([], frozenset())


def test_a_mark_of_another_server_or_of_a_later_day_means_reading_everything(directory):
    first = read_accounts(directory)
    for mark in (
        dataclasses.replace(first.mark, server="CN=another"),
        dataclasses.replace(first.mark, position="999999999"),
    ):
        assert read_accounts(directory, marks=[mark]).is_full
