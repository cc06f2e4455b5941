"""From which time on a directory that tells times is read."""

from datetime import UTC, datetime

import pytest

from integrations.ldap.accounts import before_newest

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("newest", "since"),
    [
        ("20261122110000Z", "20261122100000Z"),
        ("20261122180000Z", "20261122110000Z"),  # its clock runs ahead, or did once
        ("20261121120000Z", "20261121110000Z"),
        ("20261122110000.5Z", ""),
        ("", ""),
    ],
)
def test_it_is_an_hour_before_the_newest_change_and_never_later_than_our_own_clock(newest, since):
    assert before_newest(newest, clock=NOON) == since
