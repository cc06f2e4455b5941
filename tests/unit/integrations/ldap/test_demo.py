import json

import pytest

from integrations.errors import Outage
from integrations.ldap.client import authenticate, forget_failures
from integrations.ldap.errors import (
    DirectoryUnavailableError,
    NothingToCheckError,
    WrongCredentialsError,
)
from integrations.ldap.settings import Directory

BASE = "dc=aldwater,dc=test"


def person(username, **attributes):
    plain = {"objectClass": ["inetOrgPerson"], "uid": [username], "cn": [f"Cn {username}"]}
    return {"dn": f"uid={username},ou=people,{BASE}", "attributes": plain | attributes}


def group(name, *members):
    attributes = {"objectClass": ["groupOfNames"], "cn": [name], "member": list(members)}
    return {"dn": f"cn={name},ou=groups,{BASE}", "attributes": attributes}


ENTRIES = [
    person("mo.manager", userPassword=["demo"], employeeNumber=["10000001"], mail=["mo@a.test"]),
    person("number", userPassword=["7"]),
    person("zoë.o'neil", userPassword=["pässword"]),
    person("nopassword"),
    group("quality", f"uid=mo.manager,ou=people,{BASE}"),
    group("leads", f"cn=quality,ou=groups,{BASE}"),
]


@pytest.fixture
def entries(tmp_path):
    forget_failures()
    file = tmp_path / "directory.json"
    file.write_text(json.dumps({"entries": ENTRIES}))
    return file


@pytest.fixture
def demo(entries):
    return Directory(
        urls=("demo",), demo_file=entries, base_dn=BASE, group_base_dn=f"ou=groups,{BASE}"
    )


def test_the_right_password_tells_who_this_is(demo):
    found = authenticate(demo, "mo.manager", "demo")

    assert (found.username, found.employee_number) == ("mo.manager", "10000001")
    assert found.groups == (f"cn=leads,ou=groups,{BASE}", f"cn=quality,ou=groups,{BASE}")


def test_letters_beyond_english_work(demo):
    assert authenticate(demo, "zoë.o'neil", "pässword").username == "zoë.o'neil"


@pytest.mark.parametrize(
    "password", ["wrong", "DEMO", "Demo", "demo ", "dem", "demo1", "\\64emo", "*", "d*", "1"]
)
def test_a_wrong_password_fails_here_too(demo, password):
    with pytest.raises(WrongCredentialsError):
        authenticate(demo, "mo.manager", password)


def test_a_number_is_not_another_number_that_is_worth_the_same(demo):
    assert authenticate(demo, "number", "7")
    with pytest.raises(WrongCredentialsError):
        authenticate(demo, "number", "007")


@pytest.mark.parametrize("password", ["", " ", "\0"])
def test_an_empty_password_fails_here_too(demo, password):
    with pytest.raises(NothingToCheckError):
        authenticate(demo, "mo.manager", password)


@pytest.mark.parametrize(
    "username", ["nobody", "nopassword", "*", "mo.manager)(uid=*", "quality", "mo.*"]
)
def test_a_name_that_is_no_account_fails(demo, username):
    with pytest.raises(WrongCredentialsError):
        authenticate(demo, username, "demo")


def test_a_file_that_changed_is_read_again(demo, entries):
    with pytest.raises(WrongCredentialsError):
        authenticate(demo, "new.starter", "demo")
    more = [*ENTRIES, person("new.starter", userPassword=["demo"])]
    entries.write_text(json.dumps({"entries": more}))

    assert authenticate(demo, "new.starter", "demo")


@pytest.mark.parametrize("contents", [None, "", "[]", "{}", '{"entries": [{"dn": "uid=x"}]}'])
def test_a_file_that_cannot_be_read_is_said_plainly(demo, entries, contents):
    entries.unlink()
    if contents is not None:
        entries.write_text(contents)

    with pytest.raises(DirectoryUnavailableError) as caught:
        authenticate(demo, "mo.manager", "demo")

    assert caught.value.kind is Outage.SETUP
