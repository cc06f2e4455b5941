"""Hands letters in at the trust's mail server: one connection for many, every wait bounded."""

import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from types import TracebackType
from typing import Self

from integrations.mail.errors import (
    AddressRefusedError,
    LetterRefusedError,
    MailServerUnavailableError,
    TryLaterError,
)
from integrations.mail.letters import Letter, message_of
from integrations.mail.settings import MailSettings

#: From here on an SMTP answer is a no for good.
FOR_GOOD = 500
MOST_LETTERS = 100
_OUR_FAULT = ("5.7.",)
_FULL = ("5.2.2", "4.2.2")


class MailServer:
    """The trust's mail server, while it is spoken to."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._smtp: smtplib.SMTP | None = None
        self._sent = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def send(self, letter: Letter, *, now: datetime) -> None:
        """Hand one letter in.

        :raises MailServerUnavailableError: when nothing can be sent now.
        :raises LetterError: when this one cannot.
        """
        content = message_of(letter, self._settings, now=now).as_bytes()
        if self._sent >= MOST_LETTERS:
            self.close()
        smtp = self._smtp or self.connect()
        self._sent += 1
        try:
            with _watched(smtp, self._settings.total_limit):
                smtp.sendmail(self._settings.sender, [letter.to], content)
        except smtplib.SMTPRecipientsRefused as refusal:
            code, answer = refusal.recipients[letter.to]
            raise _about_the_address(code, answer) from None
        except smtplib.SMTPServerDisconnected:
            self.close()
            raise TryLaterError("The mail server broke off in the middle.") from None
        except smtplib.SMTPResponseException as refusal:
            self._forget_if_lost()
            raise _about_the_letter(refusal.smtp_code) from None
        except OSError:
            self.close()
            raise TryLaterError("The mail server was too slow, or the line broke.") from None

    def connect(self) -> smtplib.SMTP:
        """Open the line, make it safe and sign in.

        :raises MailServerUnavailableError: naming the step that failed.
        """
        self.close()
        settings = self._settings
        smtp = _Encrypted(settings) if settings.tls == "tls" else _Plain(settings)
        try:
            with _watched(smtp, settings.total_limit):
                _step(lambda: smtp.connect(settings.host, settings.port), "did not answer")
                if settings.tls == "starttls":
                    context = _context(settings)
                    _step(lambda: smtp.starttls(context=context), "did not offer a safe line")
                if settings.user:
                    _step(lambda: smtp.login(settings.user, settings.password), "did not let us in")
        except BaseException:
            smtp.close()
            raise
        self._smtp, self._sent = smtp, 0
        return smtp

    def close(self) -> None:
        """Say goodbye, if the line is still there."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            # Whatever is wrong now, the letters before it were taken.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()

    def _forget_if_lost(self) -> None:
        if self._smtp is not None and self._smtp.sock is None:
            self._smtp = None


class _Plain(smtplib.SMTP):
    """Not connected yet, so that even a slow greeting can be cut off."""

    def __init__(self, settings: MailSettings) -> None:
        super().__init__(timeout=settings.answer_limit, local_hostname=_our_name())
        self._host = settings.host  # the name that the certificate must have


class _Encrypted(smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""

    def __init__(self, settings: MailSettings) -> None:
        super().__init__(
            timeout=settings.answer_limit,
            local_hostname=_our_name(),
            context=_context(settings),
        )
        self._host = settings.host


def _our_name() -> str:
    """Say who we are without asking the name service, which may be slow."""
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"


def _context(settings: MailSettings) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=settings.ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _step(step: Callable[[], object], what: str) -> None:
    try:
        step()
    except ssl.SSLCertVerificationError:
        raise MailServerUnavailableError(
            "The mail server's certificate is not one that we trust. Check mail.host and "
            "mail.ca_file."
        ) from None
    except smtplib.SMTPAuthenticationError:
        raise MailServerUnavailableError(
            "The mail server did not take our user name and password. Check mail.user and "
            "mail.password."
        ) from None
    except (smtplib.SMTPException, OSError):
        raise MailServerUnavailableError(
            f"The mail server {what}. Check mail.host, mail.port and mail.tls."
        ) from None


@contextlib.contextmanager
def _watched(smtp: smtplib.SMTP, limit: float) -> Iterator[None]:
    """Hang up on a server that goes on answering, but too slowly ever to end."""

    def hang_up() -> None:
        line = smtp.sock
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(limit, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _about_the_address(
    code: int, answer: bytes
) -> TryLaterError | AddressRefusedError | LetterRefusedError:
    said = answer.decode("ascii", "replace").lstrip()
    if code < FOR_GOOD or said.startswith(_FULL):
        return TryLaterError("The mail server said: not now.", code=code)
    if said.startswith(_OUR_FAULT):
        return LetterRefusedError(
            "The mail server does not pass our mail on. Ask those who run it to let the service "
            "send.",
            code=code,
        )
    return AddressRefusedError("The mail server knows no such address.", code=code)


def _about_the_letter(code: int) -> TryLaterError | LetterRefusedError:
    if code < FOR_GOOD:
        return TryLaterError("The mail server said: not now.", code=code)
    return LetterRefusedError(
        "The mail server refused the mail. Ask those who run it why.", code=code
    )
