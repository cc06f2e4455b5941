"""A directory that is down, slow, mute, half set up; several servers of which some are no good."""

import pytest

from integrations.errors import Outage
from integrations.ldap.client import authenticate, forget_failures
from integrations.ldap.errors import WrongCredentialsError
from tests.support.directory import asking, good_directory, in_time, outage
from tests.support.slapd import black_hole_port, dripping_port, free_port, mute_port

pytestmark = [pytest.mark.ldap, pytest.mark.enable_socket]


@pytest.fixture
def directory(slapd):
    return good_directory(slapd)


class TestTheDirectoryIsInTrouble:
    def test_it_is_down(self, directory):
        assert outage(asking(directory, f"ldaps://127.0.0.1:{free_port()}")) is Outage.DOWN

    def test_its_name_is_not_known(self, directory):
        assert outage(asking(directory, "ldaps://directory.invalid")) is Outage.DOWN

    def test_it_takes_the_call_and_says_nothing(self, directory):
        with mute_port() as port:
            mute = asking(directory, f"ldaps://127.0.0.1:{port}", total_limit=1)
            assert outage(mute) is Outage.SLOW

    def test_it_speaks_but_so_slowly_that_it_never_ends(self, directory):
        with dripping_port() as port:
            drip = asking(
                directory,
                f"ldap+plain://127.0.0.1:{port}",
                allow_plain_on_loopback=True,
                total_limit=1,
            )
            assert in_time(1, lambda: outage(drip)) is Outage.SLOW

    def test_our_service_account_is_refused(self, directory):
        assert outage(asking(directory, bind_password="old")) is Outage.SETUP

    def test_an_answer_cut_short_is_not_taken_for_whole(self, directory):
        # The server gives at most 300 entries, and ldap3 raises nothing about it.
        everybody = asking(directory, search_filter="(|(uid={username})(objectClass=person))")

        assert outage(everybody) is Outage.SETUP

    def test_a_place_that_is_not_there_is_not_taken_for_a_wrong_password(self, directory):
        assert outage(asking(directory, base_dn="ou=elsewhere,dc=trust,dc=test")) is Outage.SETUP


class TestSeveralServers:
    def test_a_dead_first_server_is_passed_over(self, directory, slapd):
        dead = f"ldaps://127.0.0.1:{free_port()}"

        assert authenticate(asking(directory, dead, slapd.url), "person7", "password 7")

    def test_a_wrong_password_is_not_tried_on_every_server(self, directory, slapd, lockable):
        username, _ = lockable

        with pytest.raises(WrongCredentialsError):
            authenticate(asking(directory, slapd.url, slapd.start_tls_url), username, "wrong")

        assert slapd.failures_counted(username) == 1

    def test_a_server_that_failed_lately_is_asked_last(self, directory, slapd):
        with black_hole_port() as port:
            both = asking(directory, f"ldaps://127.0.0.1:{port}", slapd.url)
            authenticate(both, "person7", "password 7")

            assert in_time(0.8, lambda: authenticate(both, "person7", "password 7"))

    def test_a_server_that_comes_back_is_used_again(self, directory):
        dead = asking(directory, f"ldaps://127.0.0.1:{free_port()}")
        outage(dead)

        assert authenticate(directory, "person7", "password 7")

    def test_the_good_one_is_reached_past_every_kind_of_bad_one(self, directory, slapd):
        with black_hole_port() as hole, mute_port() as mute:
            mixed = asking(
                directory,
                f"ldaps://127.0.0.1:{hole}",
                f"ldaps://127.0.0.1:{mute}",
                f"ldap+plain://127.0.0.1:{mute}",
                f"ldaps://127.0.0.1:{free_port()}",
                slapd.url,
                allow_plain_on_loopback=True,
            )

            def ask():
                forget_failures()
                return authenticate(mixed, "person7", "password 7")

            assert in_time(5, ask).username == "person7"

    def test_nobody_waits_longer_than_five_seconds_when_all_are_bad(self, directory):
        with black_hole_port() as hole, mute_port() as mute, dripping_port() as drip:
            bad = asking(
                directory,
                f"ldaps://127.0.0.1:{hole}",
                f"ldap://127.0.0.1:{hole}",
                f"ldaps://127.0.0.1:{mute}",
                f"ldap://127.0.0.1:{mute}",
                f"ldap+plain://127.0.0.1:{drip}",
                f"ldaps://127.0.0.1:{free_port()}",
                allow_plain_on_loopback=True,
            )

            def ask():
                forget_failures()
                return outage(bad)

            assert in_time(5, ask) is Outage.SLOW

    def test_the_gravest_trouble_is_the_one_reported(self, directory, slapd):
        bad = asking(
            directory,
            f"ldaps://127.0.0.1:{free_port()}",
            f"ldaps://localhost:{slapd.secure_port}",
        )

        assert outage(bad) is Outage.CERTIFICATE
