from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tracker.models import SignInAttempt
from tracker.services.sign_in_limits import (
    Limits,
    account,
    admit,
    admit_account,
    caller,
    forgive,
    take_back,
)

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ROOMY = 10_000


def who(username="mo", address="10.0.0.1"):
    return caller("secret", username=username, address=address)


@pytest.fixture
def fail(db):
    """Fail to sign in, some seconds from NOW; tell whether the directory was asked."""

    def fail(*, limits=Limits(address_failures=ROOMY), by=who(), after=0):  # noqa: B008
        attempt, _ = admit(db, limits, by, now=NOW + timedelta(seconds=after))
        return attempt is not None

    return fail


class TestWhoIsWho:
    @pytest.mark.parametrize(
        "spelling",
        ["MO", " mo ", "ｍｏ", "mò", "m\N{COMBINING OGONEK}o"],  # noqa: RUF001
    )
    def test_spellings_that_a_directory_may_take_for_one_are_one(self, spelling):
        assert who(spelling) == who("mo")

    def test_an_ipv6_network_is_one_address(self):
        assert who(address="2001:db8::1") == who(address="2001:db8::ffff:1")
        assert who(address="2001:db8::1") != who(address="2001:db8:0:1::1")

    def test_hashes_tell_nothing_without_the_secret(self):
        assert caller("another", username="mo", address="10.0.0.1") != who()
        assert who("10.0.0.1").account_hash != who("10.0.0.1").address_hash

    @pytest.mark.parametrize("address", [None, "", "unix:"])
    def test_an_address_that_is_none_is_an_address_too(self, address):
        assert who(address=address).address_hash


class TestAnAccount:
    @pytest.mark.parametrize(("threshold", "passed_on"), [(10, 8), (5, 3), (3, 1), (2, 1), (1, 1)])
    def test_two_tries_are_left_below_the_directorys_own_limit(self, fail, threshold, passed_on):
        limits = Limits(lockout_threshold=threshold, address_failures=ROOMY)

        assert [fail(limits=limits) for _ in range(20)].count(True) == passed_on

    def test_an_account_with_two_names_has_no_more_tries(self, db):
        limits, key = Limits(lockout_threshold=6), account("secret", "the entry's key")

        passed = [admit_account(db, limits, key, now=NOW) for _ in range(9)]

        assert [one is not None for one in passed].count(True) == 4

    def test_the_wait_is_told(self, db, fail):
        for _ in range(3):
            fail()

        _, wait = admit(db, Limits(), who(), now=NOW + timedelta(minutes=10))

        assert wait == timedelta(minutes=20, seconds=30)

    def test_tries_that_are_held_back_do_not_make_the_wait_longer(self, fail):
        for _ in range(3):
            fail()
        for minute in range(1, 31):
            assert not fail(after=60 * minute)

        assert fail(after=30 * 60 + 30)

    def test_failures_far_apart_do_not_let_the_directory_count_on(self, fail):
        # A directory that counts anew only after half an hour without a failure has three here.
        assert [fail(after=minute * 60) for minute in (0, 20, 40, 55, 70)] == (
            [True, True, True, False, False]
        )
        assert fail(after=71 * 60)

    def test_a_failure_taken_back_does_not_count(self, db, fail):
        for _ in range(2):
            fail()
        attempt, _ = admit(db, Limits(), who(), now=NOW)
        take_back(db, attempt.id)

        assert fail()
        assert not fail()

    def test_a_right_password_forgives(self, db, fail):
        for _ in range(5):
            fail()
        forgive(db, who())

        assert [fail() for _ in range(4)] == [True, True, True, False]

    def test_it_forgives_nobody_else(self, db, fail):
        for _ in range(3):
            fail(by=who("other"))
        forgive(db, who())

        assert not fail(by=who("other"))

    def test_a_directory_that_never_locks_is_slowed_by_doubling(self, db):
        limits = Limits(lockout_threshold=0, address_failures=ROOMY)
        waits, at = [], NOW
        for _ in range(10):
            _, wait = admit(db, limits, who(), now=at)
            if wait:
                waits.append(wait.total_seconds())
                at += wait
                admit(db, limits, who(), now=at)

        assert waits == [30, 60, 120, 240, 480, 960, 960]


class TestAnAddress:
    def test_it_has_so_many_failures_in_ten_minutes(self, fail):
        limits = Limits(address_failures=5)

        tries = [fail(limits=limits, by=who(f"name{n}"), after=n) for n in range(8)]

        assert tries == [True] * 5 + [False] * 3
        assert not fail(limits=limits, by=who("late"), after=599)
        assert fail(limits=limits, by=who("late"), after=600)

    def test_another_address_is_not_slowed(self, fail):
        limits = Limits(address_failures=5)
        for n in range(8):
            fail(limits=limits, by=who(f"name{n}"))

        assert fail(limits=limits, by=who("mo", "10.0.0.2"))

    def test_a_flood_does_not_fill_the_table(self, db, fail):
        for _ in range(50):
            fail(limits=Limits(address_failures=5))

        assert db.scalar(select(func.count()).select_from(SignInAttempt)) == 5

    def test_old_failures_are_thrown_away(self, db, fail):
        for n in range(5):
            fail(by=who(f"name{n}"))
        fail(after=25 * 3600)

        assert db.scalar(select(func.count()).select_from(SignInAttempt)) == 1


class LockingDirectory:
    """How Active Directory counts: from nought again once the window has passed since the last."""

    def __init__(self, threshold, window):
        self.threshold, self.window = threshold, window
        self.failures, self.last = 0, None
        self.is_locked = False

    def fail(self, at):
        if self.last is not None and at - self.last >= self.window:
            self.failures = 0
        self.failures += 1
        self.last = at
        self.is_locked = self.is_locked or self.failures >= self.threshold

    def succeed(self):
        self.failures = 0


@settings(
    deadline=None,
    derandomize=True,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    threshold=st.integers(3, 8),
    steps=st.lists(
        st.tuples(
            st.sampled_from(["stranger", "owner", "typo", "outage"]),
            st.integers(0, 2_400),
            st.floats(0, 5),
        ),
        max_size=40,
    ),
)
def test_no_run_of_tries_locks_an_account_in_the_directory(db, threshold, steps):
    """Strangers and the owner try at any pace; the directory notes each try up to 5 s late."""
    savepoint = db.begin_nested()
    limits = Limits(lockout_threshold=threshold, address_failures=ROOMY)
    directory = LockingDirectory(threshold, limits.observation_window)
    at = NOW
    for kind, gap, late in steps:
        at += timedelta(seconds=gap)
        attempt, wait = admit(db, limits, who(address=kind), now=at)
        assert (attempt is None) == (wait > timedelta(0))
        if attempt is None:
            continue
        if kind == "outage":
            take_back(db, attempt.id)
        elif kind == "owner":
            directory.succeed()
            forgive(db, who())
        else:
            directory.fail(at + timedelta(seconds=late))
        assert directory.failures <= max(1, threshold - 2)
        assert not directory.is_locked
    savepoint.rollback()
