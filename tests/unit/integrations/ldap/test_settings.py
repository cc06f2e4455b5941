from pathlib import Path

import pytest

from integrations.ldap.errors import DirectorySetupError
from integrations.ldap.settings import read_directory

GOOD = {
    "directory.urls": "ldaps://one.trust.test ldap://two.trust.test:3389",
    "directory.base_dn": "dc=trust,dc=test",
}


def test_several_addresses_are_read_in_their_order():
    assert read_directory(GOOD).urls == ("ldaps://one.trust.test", "ldap://two.trust.test:3389")


def test_other_names_for_attributes_are_read():
    settings = GOOD | {
        "directory.attribute.employee_number": "employeeID",
        "directory.search_filter": "(sAMAccountName={username})",
    }

    assert read_directory(settings).attributes.employee_number == "employeeID"


def test_the_demo_directory_is_named_by_its_file():
    demo = read_directory({"directory.urls": "demo", "directory.demo_file": "directory.json"})

    assert demo.is_demo
    assert demo.demo_file == Path("directory.json")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"directory.urls": ""}, "urls is missing"),
        ({"directory.urls": "one.trust.test"}, "not an address"),
        ({"directory.urls": "https://one.trust.test"}, "not an address"),
        ({"directory.urls": "ldaps://:636"}, "not an address"),
        ({"directory.urls": "ldaps://one:port"}, "not an address"),
        ({"directory.urls": "ldap+plain://one.trust.test"}, "without encryption"),
        ({"directory.urls": "ldap+plain://127.0.0.1"}, "without encryption"),
        (
            {
                "directory.urls": "ldap+plain://one.trust.test",
                "directory.allow_plain_on_loopback": "true",
            },
            "without encryption",
        ),
        ({"directory.urls": "demo"}, "demo_file is missing"),
        ({"directory.urls": "demo ldaps://one"}, "not both"),
        ({"directory.base_dn": " "}, "base_dn is missing"),
        ({"directory.search_filter": "(uid=x{username})"}, "search_filter must hold"),
        ({"directory.search_filter": "(uid=%s)"}, "search_filter must hold"),
        ({"directory.direct_bind": "uid=x"}, "direct_bind must hold"),
        ({"directory.bind_dn": "cn=x"}, "go together"),
        ({"directory.bind_password": "x"}, "go together"),
        ({"directory.ca_file": "/no/such/file.pem"}, "ca_file is not a file"),
        ({"directory.ca_file": __file__}, "not a file of certificates"),
        ({"directory.total_limit": "6"}, "at most 5"),
        ({"directory.total_limit": "0"}, "at most 5"),
        ({"directory.total_limit": "nan"}, "at most 5"),
        ({"directory.connect_limit": "soon"}, "must be a number"),
    ],
)
def test_settings_that_cannot_work_or_are_not_safe_are_refused(change, says):
    with pytest.raises(DirectorySetupError, match=says):
        read_directory(GOOD | change)
