"""Starts a real Active Directory domain controller (Samba's) on loopback. Needs root."""

import contextlib
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import ldap3
import pytest

BASE = "DC=trust,DC=test"
USERS = f"CN=Users,{BASE}"
DOMAIN = "TRUST"
HOST = "dc1.trust.test"
SECURE_PORT = 636
ADMINISTRATOR = "Administrator@trust.test"
ADMIN_PASSWORD = "Passw0rd!Admin"
PEOPLE = {
    "nurse": "20000001",
    "disabled": "20000002",
    "mustchange": "20000003",
    "expired": "20000004",
    "locked": "20000005",
    "leaver": "20000006",
}
_SWITCHED_ON, _SWITCHED_OFF = 512, 514
_LONG_AGO = "131000000000000000"
_START_SECONDS = 60
#: the one that Debian's packages for Samba belong to
SYSTEM_PYTHON = "/usr/bin/python3"


def password_of(name: str) -> str:
    return f"Passw0rd!{name}"


def dn_of(name: str) -> str:
    return f"CN={name},{USERS}"


@dataclass(frozen=True, kw_only=True)
class DomainController:
    """A running server: where it is, and whom to trust."""

    url: str
    ca_file: str

    @contextlib.contextmanager
    def admin(self) -> Iterator[ldap3.Connection]:
        tls = ldap3.Tls(validate=ssl.CERT_NONE)  # this is the test's own server
        server = ldap3.Server(
            "127.0.0.1", SECURE_PORT, use_ssl=True, tls=tls, get_info=ldap3.NONE, connect_timeout=5
        )
        root = ldap3.Connection(
            server, ADMINISTRATOR, ADMIN_PASSWORD, auto_bind=True, auto_referrals=False
        )
        yield root
        root.unbind()


@pytest.fixture(scope="session")
def domain_controller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DomainController]:
    """Provision a domain with people in every state and nested groups, and run it."""
    if os.geteuid() != 0:
        pytest.fail("Samba needs root for its ports. Run make test-ad as root.", pytrace=False)
    if shutil.which("samba", path="/usr/sbin") is None:
        pytest.fail(
            "Samba is missing: apt-get install samba samba-ad-provision samba-dsdb-modules winbind",
            pytrace=False,
        )
    # Not below pytest's own folder: Samba's sockets need a short path.
    place = tmp_path_factory.mktemp("dc") / "d"
    _provision(place)
    options = ["--option=server services=ldap", "--option=dcerpc endpoint servers="]
    with (place / "samba.log").open("wb") as log:
        process = subprocess.Popen(
            ["/usr/sbin/samba", "-F", "--no-process-group", "-M", "single",
             "-s", place / "etc/smb.conf", *options],
            stdout=log, stderr=log,
        )  # fmt: skip
        try:
            _wait(process, place)
            # The certificate names the server; our checks of it are not to be loosened for tests.
            server = DomainController(
                url=f"ldaps://{HOST}", ca_file=str(place / "private/tls/ca.pem")
            )
            _fill(server)
            yield server
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture
def by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server's name lead to this machine, as the trust's own name server would."""
    ask = socket.getaddrinfo

    def getaddrinfo(host: str, *rest: object, **more: object) -> list[object]:
        return ask("127.0.0.1" if host == HOST else host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def _provision(place: Path) -> None:
    script = Path(__file__).with_name("samba_domain.py")
    done = subprocess.run(
        [SYSTEM_PYTHON, str(script), str(place), ADMIN_PASSWORD],
        capture_output=True,
        check=False,
        timeout=300,
    )
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip().splitlines()[-3:]
        pytest.fail("Samba could not make a domain: " + " / ".join(why), pytrace=False)


def _wait(process: "subprocess.Popen[bytes]", place: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", SECURE_PORT), timeout=1),
        ):
            if (place / "private/tls/ca.pem").exists():
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    said = (place / "samba.log").read_text(errors="replace").strip().splitlines()[-5:]
    pytest.fail("Samba did not start: " + " / ".join(said), pytrace=False)


def _fill(server: DomainController) -> None:
    with server.admin() as root:
        for name, number in PEOPLE.items():
            _add_person(root, name, number)
        root.modify(dn_of("mustchange"), {"pwdLastSet": [(ldap3.MODIFY_REPLACE, [0])]})
        root.modify(dn_of("expired"), {"accountExpires": [(ldap3.MODIFY_REPLACE, [_LONG_AGO])]})
        root.modify(BASE, {"lockoutThreshold": [(ldap3.MODIFY_REPLACE, [3])]})
        _nest(root)
        for _ in range(4):
            wrong = ldap3.Connection(root.server, "locked@trust.test", "wrong")
            wrong.bind()
            wrong.unbind()


def _add_person(root: ldap3.Connection, name: str, number: str) -> None:
    facts = {
        "sAMAccountName": name,
        "userPrincipalName": f"{name}@trust.test",
        "displayName": f"{name} Test",
        "sn": "Test",
        "mail": f"{name}.test@mail.trust.test",
        "employeeID": number,
    }
    root.add(dn_of(name), ["top", "person", "organizationalPerson", "user"], facts)
    assert root.result["result"] == 0, root.result
    root.extend.microsoft.modify_password(dn_of(name), password_of(name))
    state = _SWITCHED_OFF if name == "disabled" else _SWITCHED_ON
    root.modify(dn_of(name), {"userAccountControl": [(ldap3.MODIFY_REPLACE, [state])]})
    assert root.result["result"] == 0, root.result


def _nest(root: ldap3.Connection) -> None:
    """The nurse is in the inner group, which is in the middle one, which is in the outer."""
    inside = dn_of("nurse")
    for name in ("g-inner", "g-middle", "g-outer"):
        root.add(dn_of(name), ["top", "group"], {"sAMAccountName": name})
        root.modify(dn_of(name), {"member": [(ldap3.MODIFY_ADD, [inside])]})
        assert root.result["result"] == 0, root.result
        inside = dn_of(name)
