from datetime import timedelta

import pytest

from tracker.security.identity import Role
from tracker.settings import SettingsError, read_settings

PRODUCTION = {
    "tracker.mode": "production",
    "tracker.secret": "a secret that is long enough to be one",
    "tracker.secure_cookies": "true",
    "sqlalchemy.url": "postgresql+psycopg://localhost/tracker",
    "directory.urls": "ldaps://dc1.trust.test ldaps://dc2.trust.test",
    "directory.base_dn": "dc=trust,dc=test",
}


def test_production_starts_with_a_real_directory_over_tls():
    settings = read_settings(PRODUCTION)

    assert not settings.directory.is_demo
    assert settings.sign_in_limits.passed_on == 3
    assert settings.idle_limit == timedelta(minutes=30)
    assert settings.absolute_limit == timedelta(hours=8)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"directory.urls": "demo"}, "demo directory is only for trying"),
        ({"directory.urls": "ldap+plain://127.0.0.1"}, "without encryption"),
        (
            {
                "directory.urls": "ldap+plain://127.0.0.1",
                "directory.allow_plain_on_loopback": "true",
            },
            "allow_plain_on_loopback to false",
        ),
        ({"directory.ca_file": "/no/such/file"}, "ca_file is not a file"),
        ({"tracker.secure_cookies": "false"}, "secure_cookies to true"),
        ({"tracker.secret": "short"}, "tracker.secret"),
    ],
)
def test_production_refuses_what_is_not_safe(change, says):
    with pytest.raises(SettingsError, match=says):
        read_settings(PRODUCTION | change)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"directory.base_dn": ""}, "base_dn is missing"),
        ({"directory.roles": "CN=x = emperor"}, "role is one of"),
        ({"directory.lockout_threshold": "-1"}, "0 or more"),
        ({"directory.lockout_threshold": "five"}, "whole number"),
        ({"directory.observation_minutes": "0"}, "1 or more"),
        ({"tracker.idle_minutes": "0"}, "1 or more"),
    ],
)
def test_a_line_that_cannot_work_is_said(change, says):
    with pytest.raises(SettingsError, match=says):
        read_settings(PRODUCTION | change)


def test_groups_and_limits_are_read():
    settings = read_settings(
        PRODUCTION
        | {
            "directory.roles": "\n  CN=Q,DC=t = quality_lead@RXD\n  hr = hr_officer",
            "directory.organisations": "RXD XX9",
            "directory.lockout_threshold": "10",
            "directory.search_filter": "(|(sAMAccountName={username})(mail={username}))",
            "tracker.trusted_proxies": "10.0.0.1 10.0.0.2",
        }
    )

    assert [(line.role, line.organisation_code) for line in settings.group_roles] == [
        (Role.QUALITY_LEAD, "RXD"),
        (Role.HR_OFFICER, None),
    ]
    assert settings.directory_organisations == ("RXD", "XX9")
    assert settings.sign_in_limits.passed_on == 8  # ten less two
    assert settings.trusted_proxies == {"10.0.0.1", "10.0.0.2"}
