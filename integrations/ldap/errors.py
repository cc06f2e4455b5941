"""Why the directory did not let somebody in. No message holds a name or a password."""

from integrations.errors import IntegrationError, Outage, SystemUnavailableError


class SignInRefusedError(IntegrationError):
    """The directory was heard, and it said no. The base of every kind of no."""


class NothingToCheckError(SignInRefusedError):
    """A name or a password was missing; the directory was not asked.

    Many directories answer yes to a name with an empty password: they take it for a visitor.
    """


class WrongCredentialsError(SignInRefusedError):
    """The name or the password is wrong; nobody says which."""


class AmbiguousNameError(WrongCredentialsError):
    """The name, such as a shared mail address, belongs to more than one account."""


class AccountLockedError(SignInRefusedError):
    """Too many wrong passwords: the directory has shut the account for a while."""


class AccountDisabledError(SignInRefusedError):
    """Somebody has switched the account off."""


class AccountExpiredError(SignInRefusedError):
    """The account had an end date, and it has passed."""


class PasswordExpiredError(SignInRefusedError):
    """The password is right but too old."""


class PasswordMustChangeError(SignInRefusedError):
    """The password is right, but a new one has to be chosen before it opens anything."""


class SignInNotAllowedError(SignInRefusedError):
    """The account may not sign in here, or not at this hour."""


class DirectoryUnavailableError(SystemUnavailableError):
    """No server gave an answer that we can trust."""

    def __init__(self, kind: Outage, why: str) -> None:
        super().__init__(why)
        self.kind = kind
        #: A person's password was sent: the directory may have counted it, and never said so.
        self.password_sent = False


class DirectorySetupError(ValueError):
    """The settings of the directory cannot work, or are not safe. Raised at start."""
