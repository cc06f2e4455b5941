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
TRIES = 6


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


def in_time(seconds, work):
    """Give what comes of it, within the time that was promised.

    A busy machine may be late for once; what has no limit is late each time.
    """
    for _ in range(TRIES):
        began = time.monotonic()
        found = work()
        if time.monotonic() - began < seconds + GRACE:
            return found
    raise AssertionError(f"it took longer than {seconds} seconds each time")
