"""Fetching ESR's files by FTP over TLS, from a real server: pyftpdlib's."""

import threading
from dataclasses import replace

import pytest
from OpenSSL._util import lib
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import TLS_DTPHandler, TLS_FTPHandler
from pyftpdlib.servers import FTPServer

from integrations.errors import SystemUnavailableError
from integrations.hr import ftp
from tests.support.hr_files import PLACES, staff_rows, write_go
from tests.support.smtp import certificate

__all__ = ["certificate"]
pytestmark = pytest.mark.enable_socket
WANTED = "GO_900_"


@pytest.fixture
def hub_folder(tmp_path):
    for name in ("Out", "In"):
        (tmp_path / "hub" / name).mkdir(parents=True)
    return tmp_path / "hub"


@pytest.fixture
def here(tmp_path):
    (tmp_path / "here").mkdir()
    return tmp_path / "here"


@pytest.fixture
def serve(hub_folder, certificate):
    """Start the server in a thread, and give the way to it."""
    stop, running = threading.Event(), []

    def serve(**changed):
        allowed = DummyAuthorizer()
        allowed.add_user("trust", "secret", str(hub_folder), perm="elrw")
        settings = {
            "authorizer": allowed,
            "certfile": str(certificate.file),
            "keyfile": str(certificate.key),
            "tls_control_required": True,
            "tls_data_required": True,
            "ssl_context": None,
        }
        server = FTPServer(("127.0.0.1", 0), type("Handler", (TLS_FTPHandler,), settings | changed))

        def loop():
            while not stop.is_set():
                server.serve_forever(timeout=0.02, blocking=False)

        thread = threading.Thread(target=loop)
        thread.start()
        running.append((server, thread))
        return ftp.Hub(
            host="127.0.0.1",
            port=server.address[1],
            user="trust",
            password="secret",
            ca_file=str(certificate.ca),
            time_limit=30.0,
        )

    yield serve
    stop.set()
    for server, thread in running:
        thread.join(5)
        server.close_all()


def test_files_are_fetched_once_and_a_request_is_handed_in(serve, hub_folder, here):
    hub = serve()
    path = write_go(hub_folder / "Out", [*PLACES, *staff_rows(1)])
    (hub_folder / "Out" / "GO_431_TRK_GOF_20261101_00000001.DAT").write_text("another trust's")
    request = here / "GO_900_TRK_GDR_20261101_00000001.DAT"
    request.write_text("HDR~")

    assert ftp.fetch(hub, here, WANTED) == [path.name]
    assert ftp.fetch(hub, here, WANTED) == []
    ftp.hand_in(hub, request)

    assert (here / path.name).read_bytes() == path.read_bytes()
    assert (hub_folder / "In" / request.name).read_text() == "HDR~"


def test_a_certificate_that_is_not_trusted_stops_before_the_password(
    serve, hub_folder, here, certificate
):
    asked = []
    hub = serve(ftp_PASS=lambda _handler, _line: asked.append("password"))
    write_go(hub_folder / "Out", PLACES)

    with pytest.raises(SystemUnavailableError, match=r"certificate of 127.0.0.1 is not to be trus"):
        ftp.fetch(replace(hub, ca_file=str(certificate.other_ca)), here, WANTED)

    assert (asked, list(here.iterdir())) == ([], [])


def test_a_wrong_password_is_said_without_it(serve, here):
    hub = replace(serve(auth_failed_timeout=0), password="wrong-one")

    with pytest.raises(SystemUnavailableError, match=r"did not accept hr.ftp_user") as why:
        ftp.fetch(hub, here, WANTED)

    assert "wrong-one" not in str(why.value)


def test_a_file_that_is_still_being_written_there_is_fetched_when_it_is_whole(
    serve, hub_folder, here
):
    path = write_go(hub_folder / "Out", [*PLACES, *staff_rows(1)])
    grows = []

    def size(handler, path):
        if not grows:
            grows.append(path)
            with open(path, "ab") as more:  # noqa: PTH123
                more.write(b"~")
        return TLS_FTPHandler.ftp_SIZE(handler, path)

    hub = serve(ftp_SIZE=size)

    assert ftp.fetch(hub, here, WANTED) == []
    assert list(here.iterdir()) == []
    assert ftp.fetch(hub, here, WANTED) == [path.name]


def test_a_half_file_that_grows_there_is_fetched_again_and_a_whole_one_never(
    serve, hub_folder, here
):
    path = write_go(hub_folder / "Out", [*PLACES, *staff_rows(1)])
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    hub = serve()

    assert ftp.fetch(hub, here, WANTED) == [path.name]  # it was at rest for that moment
    assert ftp.fetch(hub, here, WANTED) == []
    path.write_bytes(whole)
    assert ftp.fetch(hub, here, WANTED) == [path.name]
    assert (here / path.name).read_bytes() == whole
    path.write_bytes(whole + b" ")
    assert ftp.fetch(hub, here, WANTED) == []


def test_a_file_that_is_not_given_holds_up_no_other(serve, hub_folder, here):
    path = write_go(hub_folder / "Out", [*PLACES, *staff_rows(1)])
    (hub_folder / "Out" / "GO_900_OLD").mkdir()

    with pytest.raises(SystemUnavailableError, match="does not give GO_900_OLD"):
        ftp.fetch(serve(), here, WANTED)

    assert [one.name for one in here.iterdir()] == [path.name]


def test_a_trial_stops_at_the_step_that_fails_and_says_what_to_mend(serve, certificate):
    hub = serve(auth_failed_timeout=0)
    for changed, well, words in (
        ({}, ["Server", "TLS", "Sign in", "Files"], ""),
        ({"host": "nowhere.invalid"}, [], "The name nowhere.invalid is not known"),
        ({"ca_file": __file__}, [], "hr.ftp_ca_file is not a file of certificates"),
        ({"ca_file": str(certificate.other_ca)}, ["Server"], "is not to be trusted"),
        ({"password": "x"}, ["Server", "TLS"], "did not accept"),
        ({"out_folder": "Nowhere"}, ["Server", "TLS", "Sign in"], "Check that the folders"),
    ):
        steps = ftp.try_out(replace(hub, **changed))
        assert [step.name for step in steps if step.ok] == well, changed
        assert words in steps[-1].sentence


def test_a_file_that_comes_too_slowly_is_given_up_in_words(serve, hub_folder, here):
    write_go(hub_folder / "Out", PLACES)

    with pytest.raises(SystemUnavailableError, match=r"too slowly from 127\.0\.0\.1.*tried again"):
        ftp.fetch(replace(serve(), file_time_limit=-1.0), here, WANTED)

    assert list(here.iterdir()) == []


def test_files_come_over_the_session_that_the_password_was_sent_in(serve, hub_folder, here):
    reused = []

    class Watches(TLS_DTPHandler):
        def handle_ssl_established(self):
            reused.append(bool(lib.SSL_session_reused(self.socket._ssl)))  # noqa: SLF001
            super().handle_ssl_established()

    write_go(hub_folder / "Out", PLACES)

    ftp.fetch(serve(dtp_handler=Watches), here, WANTED)

    assert reused
    assert all(reused)


def test_a_connection_that_drops_in_mid_file_leaves_no_half_file(serve, hub_folder, here):
    path = hub_folder / "Out" / "GO_900_TRK_GOF_20261101_00000001.DAT"
    path.write_bytes(b"x" * 500_000)

    class Drops(TLS_DTPHandler):
        has_dropped = False

        def push_with_producer(self, producer):
            if Drops.has_dropped:
                super().push_with_producer(producer)
                return
            Drops.has_dropped = True
            self.push(producer.more())
            self.cmd_channel.close()

    hub = serve(dtp_handler=Drops)

    with pytest.raises(
        SystemUnavailableError, match=r"127\.0\.0\.1 broke off while .* is tried again"
    ):
        ftp.fetch(hub, here, WANTED)
    assert not (here / path.name).exists()
    assert ftp.fetch(hub, here, WANTED) == [path.name]
    assert (here / path.name).stat().st_size == 500_000
