"""Why a mail did not leave. No message holds a name, an address or what the other server wrote."""

from integrations.errors import IntegrationError, SystemUnavailableError


class MailSetupError(IntegrationError):
    """A setting of the mail that cannot be right, or is unsafe."""


class MailServerUnavailableError(SystemUnavailableError):
    """Nothing can be sent now: the server is away, slow, unsafe, or does not let us in."""


class LetterError(IntegrationError):
    """One letter did not leave; the next one may."""

    def __init__(self, message: str, *, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class TryLaterError(LetterError):
    """The server said: not now. Greylisting, a full mailbox, a line that broke in the middle."""


class AddressRefusedError(LetterError):
    """There is no such address, or it cannot be one."""


class LetterRefusedError(LetterError):
    """The server will never take this letter, whoever it is for."""
