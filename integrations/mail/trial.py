"""Tests the connection to the mail server, step by step. No letter is sent."""

import socket

from integrations.mail.client import MailServer
from integrations.mail.errors import MailServerUnavailableError
from integrations.mail.settings import MailSettings
from integrations.steps import Step

LONGEST = 5.0


def try_mail(settings: MailSettings) -> list[Step]:
    """Say how far a letter would come."""
    host, port = settings.host, settings.port
    try:
        socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        advice = f"The name {host} is not known. Check mail.host, or ask IT."
        return [Step(name="name", ok=False, sentence=advice)]
    steps = [Step(name="name", ok=True, sentence=f"The name {host} is known.")]
    try:
        socket.create_connection((host, port), LONGEST).close()
    except OSError:
        advice = (
            f"Port {port} does not answer. Check mail.port, and that the firewall lets this "
            "machine through."
        )
        return [*steps, Step(name="port", ok=False, sentence=advice)]
    steps.append(Step(name="port", ok=True, sentence=f"Port {port} answers."))
    try:
        with MailServer(settings) as server:
            server.connect()
    except MailServerUnavailableError as problem:
        return [*steps, Step(name="line", ok=False, sentence=str(problem))]
    safe = "The line is not encrypted." if settings.tls == "none" else "The line is safe."
    let_in = "We may hand letters in." if settings.user else "No user name is needed."
    return [
        *steps,
        Step(name="TLS", ok=True, sentence=safe),
        Step(name="sign-in", ok=True, sentence=let_in),
    ]
