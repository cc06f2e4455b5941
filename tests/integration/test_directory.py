"""Sign-in against a real OpenLDAP server."""

import pytest

from integrations.errors import Outage
from integrations.ldap.client import authenticate
from integrations.ldap.errors import (
    AccountLockedError,
    DirectorySetupError,
    NothingToCheckError,
    PasswordExpiredError,
    PasswordMustChangeError,
    SignInRefusedError,
    WrongCredentialsError,
)
from tests.support.directory import asking, good_directory, outage
from tests.support.slapd import (
    BASE,
    LOCKED_AFTER,
    SERVICE_PASSWORD,
    free_port,
    person_dn,
)

pytestmark = [pytest.mark.ldap, pytest.mark.enable_socket]


@pytest.fixture
def directory(slapd):
    return good_directory(slapd)


class TestTheRightPassword:
    def test_it_tells_who_this_is(self, directory):
        person = authenticate(directory, "person7", "password 7")

        assert person.dn == person_dn("person7")
        assert person.username == "person7"
        assert person.employee_number == "20000007"
        assert person.mail == "7@trust.test"
        assert person.display_name == "Person 7"
        assert len(person.key) == 36  # the entry's UUID

    def test_the_key_stays_the_same(self, directory):
        first, second = (authenticate(directory, "person7", "password 7") for _ in range(2))

        assert first.key == second.key

    @pytest.mark.parametrize("url", ["url", "start_tls_url"])
    def test_it_works_by_ldaps_and_by_start_tls(self, directory, slapd, url):
        assert authenticate(asking(directory, getattr(slapd, url)), "person7", "password 7")

    @pytest.mark.parametrize(("username", "number"), [("zoë", 905), ("o'neil (bank)", 906)])
    def test_a_name_may_hold_an_accent_an_apostrophe_and_brackets(
        self, directory, username, number
    ):
        person = authenticate(directory, username, f"password {number}")

        assert person.employee_number == f"20000{number}"

    def test_spaces_around_the_name_do_not_matter(self, directory):
        assert authenticate(directory, "  person7 ", "password 7").username == "person7"

    def test_binding_directly_works_without_a_service_account(self, directory):
        direct = asking(
            directory,
            bind_dn="",
            bind_password="",
            direct_bind=f"uid={{username}},ou=people,{BASE}",
            group_base_dn="",
        )

        assert authenticate(direct, "person7", "password 7").username == "person7"
        with pytest.raises(WrongCredentialsError):
            authenticate(direct, "person7", "password 8")


class TestTheWrongPassword:
    @pytest.mark.parametrize(
        "password", ["password 8", "PASSWORD 7", "password 7 ", "password", "*", "{CLEARTEXT}x"]
    )
    def test_it_is_refused(self, directory, password):
        with pytest.raises(WrongCredentialsError):
            authenticate(directory, "person7", password)

    @pytest.mark.parametrize("url", ["url", "start_tls_url"])
    def test_it_is_refused_whatever_the_connection(self, directory, slapd, url):
        with pytest.raises(WrongCredentialsError):
            authenticate(asking(directory, getattr(slapd, url)), "person7", "password 8")

    def test_a_name_that_is_not_there_is_refused_alike(self, directory):
        with pytest.raises(WrongCredentialsError):
            authenticate(directory, "nobody", "password 7")

    def test_another_persons_password_is_refused(self, directory):
        with pytest.raises(WrongCredentialsError):
            authenticate(directory, "person7", "password 9")

    def test_the_service_accounts_password_opens_no_other_account(self, directory):
        with pytest.raises(WrongCredentialsError):
            authenticate(directory, "person7", SERVICE_PASSWORD)

    def test_an_account_without_a_password_is_refused(self, directory):
        with pytest.raises(WrongCredentialsError):
            authenticate(directory, "nopassword", "password 904")

    @pytest.mark.parametrize("password", ["", " ", "\t\n", "\0", "password 7\0"])
    def test_an_empty_password_never_reaches_the_directory(self, directory, password):
        nowhere = asking(directory, f"ldaps://127.0.0.1:{free_port()}")

        with pytest.raises(NothingToCheckError):
            authenticate(nowhere, "person7", password)

    def test_an_empty_name_never_reaches_the_directory(self, directory):
        with pytest.raises(NothingToCheckError):
            authenticate(directory, "  ", "password 7")

    @pytest.mark.parametrize("password", ["bell\a", "private \ue000", "a" * 257])
    def test_letters_that_no_password_may_hold_are_a_wrong_password(self, directory, password):
        with pytest.raises(WrongCredentialsError):
            authenticate(directory, "person7", password)

    @pytest.mark.parametrize(
        "username",
        [
            "*",
            "person7*",
            "person7)(uid=*",
            "*)(|(uid=*",
            "person7)(objectClass=*",
            "person7\\2a",
            f"person7,ou=people,{BASE}",
            "person7\nperson8",
            "x" * 10_000,
            "\uff50erson7 \u0301",
        ],
    )
    def test_a_name_cannot_change_the_question(self, directory, username):
        with pytest.raises(WrongCredentialsError):
            authenticate(directory, username, "password 7")

    def test_an_entry_that_does_not_bear_the_name_is_not_taken(self, directory):
        # Active Directory finds "zoe" for "zoë"; an account must not have more names, and so
        # more tries, than its own.
        loose = asking(directory, search_filter="(|(uid={username})(employeeNumber=20000007))")

        assert authenticate(loose, "PERSON7", "password 7")
        with pytest.raises(WrongCredentialsError):
            authenticate(loose, "pèrson7", "password 7")

    def test_a_name_cannot_change_the_place_of_a_direct_bind(self, directory):
        direct = asking(
            directory, bind_dn="", bind_password="", direct_bind=f"uid={{username}},{BASE}"
        )

        with pytest.raises(WrongCredentialsError):
            authenticate(direct, "person7,ou=people", "password 7")


class TestAnAccountThatIsNoGood:
    def test_a_locked_one_says_so(self, directory):
        with pytest.raises(AccountLockedError):
            authenticate(directory, "locked", "password 901")

    def test_a_password_that_must_change_opens_nothing(self, directory):
        with pytest.raises(PasswordMustChangeError):
            authenticate(directory, "reset", "password 902")

    def test_an_expired_password_says_so(self, directory):
        with pytest.raises(PasswordExpiredError):
            authenticate(directory, "expired", "password 903")

    def test_wrong_passwords_lock_an_account_in_the_directory(self, directory, lockable):
        for _ in range(LOCKED_AFTER):
            with pytest.raises(WrongCredentialsError):
                authenticate(directory, lockable[0], "wrong")

        with pytest.raises(AccountLockedError):
            authenticate(directory, *lockable)


class TestGroups:
    def test_they_are_found_also_through_other_groups_and_in_a_circle(self, directory):
        groups = authenticate(directory, "person1", "password 1").groups

        names = {group.split(",")[0] for group in groups}
        assert names == {"cn=quality", "cn=everybody", "cn=leads", "cn=round"}

    def test_without_a_place_to_search_only_the_direct_ones_are_known(self, directory):
        person = authenticate(asking(directory, group_base_dn=""), "person1", "password 1")

        assert {group.split(",")[0] for group in person.groups} == {"cn=quality", "cn=everybody"}

    def test_a_name_with_brackets_finds_its_own_groups(self, directory):
        groups = authenticate(directory, "o'neil (bank)", "password 906").groups

        assert f"cn=quality,ou=groups,{BASE}" in groups
        assert f"cn=everybody,ou=groups,{BASE}" not in groups


class TestTheCertificate:
    def test_one_from_another_authority_is_refused(self, directory, slapd):
        assert outage(asking(directory, ca_file=slapd.other_ca_file)) is Outage.CERTIFICATE

    def test_start_tls_is_verified_as_well(self, directory, slapd):
        other = asking(directory, slapd.start_tls_url, ca_file=slapd.other_ca_file)

        assert outage(other) is Outage.CERTIFICATE

    def test_one_of_an_unknown_authority_is_refused_by_default(self, directory):
        assert outage(asking(directory, ca_file=None)) is Outage.CERTIFICATE

    @pytest.mark.parametrize("scheme", ["ldaps", "ldap"])
    def test_one_for_another_host_name_is_refused(self, directory, slapd, scheme):
        port = slapd.secure_port if scheme == "ldaps" else slapd.port

        assert outage(asking(directory, f"{scheme}://localhost:{port}")) is Outage.CERTIFICATE

    def test_the_password_is_not_sent_to_a_server_we_do_not_trust(self, directory, slapd, lockable):
        username, _ = lockable

        outage(asking(directory, ca_file=slapd.other_ca_file), username, "wrong")

        assert slapd.failures_counted(username) == 0

    def test_sign_in_without_encryption_is_refused_at_start(self, directory, slapd):
        with pytest.raises(DirectorySetupError, match="without encryption"):
            asking(directory, slapd.plain_url)

    def test_a_test_may_allow_it_on_loopback(self, directory, slapd):
        plain = asking(directory, slapd.plain_url, allow_plain_on_loopback=True)

        assert authenticate(plain, "person7", "password 7")


class TestNobodyIsNamed:
    @pytest.mark.parametrize(
        ("username", "password"),
        [("person7", "hunter2"), ("locked", "hunter2"), ("zoë", "hunter2"), ("hunter2", "x")],
    )
    def test_no_error_holds_a_name_or_a_password(self, directory, username, password):
        with pytest.raises(SignInRefusedError) as caught:
            authenticate(directory, username, password)

        said = repr(caught.value) + str(caught.value.__cause__)
        assert username not in said
        assert "hunter2" not in said

    def test_the_settings_do_not_show_their_password(self, directory):
        assert SERVICE_PASSWORD not in repr(directory)
