"""What tests of the directory say again and again."""

import dataclasses
import time

import pytest

from integrations.ldap.client import authenticate, forget_failures
from integrations.ldap.errors import DirectoryUnavailableError
from integrations.ldap.settings import Directory
from tests.support.slapd import BASE, SERVICE_DN, SERVICE_PASSWORD

#: A moment for the machine itself, on top of the limit that we promise.
GRACE = 0.5


def good_directory(slapd):
    """Settings that reach the server well; every server is thought well of at first."""
    forget_failures()
    return Directory(
        urls=(slapd.url,),
        base_dn=f"ou=people,{BASE}",
        bind_dn=SERVICE_DN,
        bind_password=SERVICE_PASSWORD,
        ca_file=slapd.ca_file,
        group_base_dn=f"ou=groups,{BASE}",
    )


def asking(directory, *urls, **changes):
    return dataclasses.replace(directory, urls=urls or directory.urls, **changes)


def outage(directory, username="person1", password="password 1"):  # noqa: S107
    with pytest.raises(DirectoryUnavailableError) as caught:
        authenticate(directory, username, password)
    return caught.value.kind


class timed:  # noqa: N801 (reads as a statement)
    """Fail if what is inside takes longer than was promised."""

    def __init__(self, seconds):
        self.seconds = seconds

    def __enter__(self):
        self.started = time.monotonic()

    def __exit__(self, kind, *_):
        if kind is None:
            assert time.monotonic() - self.started < self.seconds + GRACE
