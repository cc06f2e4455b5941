import pytest

from integrations.ldap.answers import PASSWORD_POLICY, require_yes
from integrations.ldap.errors import (
    AccountDisabledError,
    AccountExpiredError,
    AccountLockedError,
    DirectoryUnavailableError,
    PasswordExpiredError,
    PasswordMustChangeError,
    SignInNotAllowedError,
    WrongCredentialsError,
)

#: As a Samba domain controller words it; Windows does the same with another DSID.
AD_MESSAGE = (
    "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data {}, v1db1"
)


def answer(code, message="", control=None):
    controls = {PASSWORD_POLICY: {"value": control}} if control is not None else {}
    return {"type": "bindResponse", "result": code, "message": message, "controls": controls}


class TestYes:
    def test_only_the_code_of_success_is_a_yes(self):
        require_yes(answer(0))

    @pytest.mark.parametrize("control", [b"0\x00", b"0\x05\xa0\x03\x80\x01\x0a", b"", b"?"])
    def test_a_policy_that_only_warns_or_says_nothing_lets_in(self, control):
        require_yes(answer(0, control=control))

    @pytest.mark.parametrize("result", [None, {}, {"result": 0}, {"type": "searchResDone"}])
    def test_what_is_not_an_answer_to_a_bind_is_no_yes(self, result):
        with pytest.raises(DirectoryUnavailableError):
            require_yes(result)

    @pytest.mark.parametrize("true_for_ldap3", [True, (True, {"result": 0}, None, None)])
    def test_what_ldap3_calls_true_is_no_yes(self, true_for_ldap3):
        with pytest.raises((AttributeError, DirectoryUnavailableError)):
            require_yes(true_for_ldap3)


class TestNo:
    @pytest.mark.parametrize(
        ("sub_code", "error"),
        [
            ("525", WrongCredentialsError),
            ("52e", WrongCredentialsError),
            ("52E", WrongCredentialsError),
            ("530", SignInNotAllowedError),
            ("531", SignInNotAllowedError),
            ("532", PasswordExpiredError),
            ("533", AccountDisabledError),
            ("701", AccountExpiredError),
            ("773", PasswordMustChangeError),
            ("775", AccountLockedError),
            ("fff", WrongCredentialsError),
        ],
    )
    def test_active_directory_hides_the_reason_in_its_message(self, sub_code, error):
        with pytest.raises(error):
            require_yes(answer(49, AD_MESSAGE.format(sub_code)))

    @pytest.mark.parametrize(
        ("control", "error"),
        [
            (b"0\x03\x81\x01\x00", PasswordExpiredError),
            (b"0\x03\x81\x01\x01", AccountLockedError),
            (b"0\x08\xa0\x03\x80\x01\x0a\x81\x01\x01", AccountLockedError),
            (b"0\x03\x81\x01\x08", WrongCredentialsError),
            (b"0\x02\x81", WrongCredentialsError),
        ],
    )
    def test_a_password_policy_says_why(self, control, error):
        with pytest.raises(error):
            require_yes(answer(49, control=control))

    def test_success_with_a_password_that_must_change_is_a_no(self):
        with pytest.raises(PasswordMustChangeError):
            require_yes(answer(0, control=b"0\x03\x81\x01\x02"))

    @pytest.mark.parametrize("code", [32, 34, 48, 49])
    def test_nobody_learns_whether_the_name_or_the_password_is_wrong(self, code):
        with pytest.raises(WrongCredentialsError):
            require_yes(answer(code))

    @pytest.mark.parametrize(
        ("code", "error"), [(19, AccountLockedError), (53, SignInNotAllowedError)]
    )
    def test_other_servers_have_codes_of_their_own(self, code, error):
        with pytest.raises(error):
            require_yes(answer(code))

    @pytest.mark.parametrize("code", [1, 8, 10, 13, 14, 50, 51, 52, 80, True, None, "0"])
    def test_any_other_code_is_the_directorys_trouble(self, code):
        with pytest.raises(DirectoryUnavailableError):
            require_yes(answer(code))
