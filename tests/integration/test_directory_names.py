"""The names by which people sign in, and what happens when one name is several people's."""

import pytest

from integrations.ldap.client import authenticate
from integrations.ldap.errors import AmbiguousNameError, WrongCredentialsError
from integrations.ldap.settings import Attributes
from tests.support.directory import asking, good_directory
from tests.support.slapd import person_dn

pytestmark = [pytest.mark.ldap, pytest.mark.enable_socket]

ANY_NAME = "(|(uid={username})(mail={username}))"


@pytest.fixture
def directory(slapd):
    return asking(good_directory(slapd), search_filter=ANY_NAME, domains=("TRUST",))


@pytest.mark.parametrize(
    "name",
    ["person7", "PERSON7", "7@trust.test", "7@TRUST.test", "TRUST\\person7", "trust\\Person7"],
)
def test_each_kind_of_name_is_the_same_person(directory, name):
    assert authenticate(directory, name, "password 7").dn == person_dn("person7")


@pytest.mark.parametrize(
    "name",
    ["OTHER\\person7", "TRUST\\7@trust.test", "TRUST\\", "\\person7", "TRUST\\*", "T*\\person7"],
)
def test_a_domain_that_is_not_ours_or_no_user_name_after_it_is_refused(directory, name):
    with pytest.raises(WrongCredentialsError):
        authenticate(directory, name, "password 7")


def test_an_address_that_two_people_have_opens_neither_account(directory):
    for password in ("password 907", "password 908"):
        with pytest.raises(AmbiguousNameError):
            authenticate(directory, "ward7@trust.test", password)


def test_both_get_in_by_their_user_names_but_the_address_does_not_say_who_they_are(directory):
    person = authenticate(directory, "twin.one", "password 907")

    assert person.mail is None
    assert dict(person.joins) == {"employee_number": "20000907"}


def test_facts_are_taken_from_the_attributes_that_the_settings_name_in_their_order(directory):
    by_surname = asking(
        directory,
        attributes=Attributes(
            join=(("sn", "nhs_unique_id"), ("employeeNumber", "employee_number"))
        ),
    )

    assert authenticate(by_surname, "person7", "password 7").joins == (
        ("nhs_unique_id", "Number7"),
        ("employee_number", "20000007"),
    )


def test_tries_are_asked_for_by_account_once_whatever_name_was_typed(directory, slapd, lockable):
    username, _ = lockable
    number = 800 + int(username.removeprefix("lockable"))
    asked = []

    for name in (username, f"{number}@trust.test", f"TRUST\\{username}"):
        with pytest.raises(WrongCredentialsError):
            authenticate(directory, name, "wrong", may_try=asked.append)

    assert len(set(asked)) == 1
    assert len(asked) == 3
    assert slapd.failures_counted(username) == 0  # nobody said yes
