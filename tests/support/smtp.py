"""A real mail server on loopback, as good or as bad as a test needs it."""

import contextlib
import email
import email.policy
import shutil
import socket
import ssl
import subprocess
import threading
import time
from dataclasses import dataclass, field

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from integrations.mail.settings import MailSettings

USER, PASSWORD = "tracker", "mail password"


@dataclass
class Postbox:
    """What arrived, and how the server answers."""

    letters: list = field(default_factory=list)
    envelopes: list = field(default_factory=list)
    #: address -> answer at RCPT
    answers: dict = field(default_factory=dict)
    #: answers to the next letters' DATA, in turn
    data_answers: list = field(default_factory=list)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        answer = self.data_answers.pop(0) if self.data_answers else "250 OK"
        if answer == "drop":
            server.transport.abort()
            return "250 OK"
        if answer.startswith("2"):
            self.envelopes.append((session.authenticated, envelope))
            parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.letters.append(parsed)
        return answer


def _check_password(_server, _session, _envelope, _mechanism, data):
    known = isinstance(data, LoginPassword) and data.password.decode() == PASSWORD
    return AuthResult(success=known, handled=False)


@contextlib.contextmanager
def mail_server(postbox, *, tls="none", certificate=None, needs_login=False):
    """Serve until the end; give the settings that reach it."""
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.file, certificate.key)
    controller = Controller(
        postbox,
        hostname="127.0.0.1",
        port=free_port(),
        ssl_context=context if tls == "tls" else None,
        tls_context=context if tls == "starttls" else None,
        require_starttls=tls == "starttls",
        auth_required=needs_login,
        # over implicit TLS aiosmtpd does not know that the line is safe
        auth_require_tls=tls != "tls",
        authenticator=_check_password,
        decode_data=False,
    )
    controller.start()
    try:
        yield settings_for(
            controller.port,
            tls=tls,
            ca_file=str(certificate.ca) if certificate else None,
            user=USER if needs_login else "",
            password=PASSWORD if needs_login else "",
        )
    finally:
        controller.stop()


def settings_for(port, **others):
    values = {
        "host": "127.0.0.1",
        "port": port,
        "tls": "none",
        "sender": "tracker@trust.example",
        "base_url": "https://tracker.trust.example",
        "answer_limit": 20.0,
        "total_limit": 60.0,
    }
    return MailSettings(**{**values, **others})


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextlib.contextmanager
def talking_server(script):
    """Serve one visitor after another with a function of the connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve():
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                script(connection, over)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        listener.close()


def mute(_connection, over):
    over.wait(20)


def dripping(connection, over):
    """Greet one letter at a time, each in time, and never come to an end."""
    connection.sendall(b"220")
    while not over.is_set():
        connection.sendall(b"-")
        time.sleep(0.1)


@dataclass(frozen=True)
class Certificate:
    file: object
    key: object
    ca: object
    other_ca: object


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1, its authority, and an authority that did not sign it."""
    assert shutil.which("openssl"), "openssl is missing: apt-get install openssl"
    place = tmp_path_factory.mktemp("mail-tls")
    for name in ("one", "other"):
        command = (
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
            f"-subj /CN={name} -addext subjectAltName=IP:127.0.0.1 "
            f"-keyout {place}/{name}.key -out {place}/{name}.pem"
        )
        subprocess.run(command.split(), check=True, capture_output=True)
    return Certificate(
        file=place / "one.pem",
        key=place / "one.key",
        ca=place / "one.pem",
        other_ca=place / "other.pem",
    )
