"""Starts a real OpenLDAP server on loopback, and some servers that are no good."""

import contextlib
import itertools
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import ldap3
import pytest

BASE = "dc=trust,dc=test"
PEOPLE = 400
SERVICE_DN = f"cn=tracker,{BASE}"
SERVICE_PASSWORD = "service password"
LOCKED_AFTER = 5
LOCKABLE = 40
#: further people, whom only a search of everybody meets
CROWD = 5_000

_unused = itertools.count()

_POLICY = "objectClass: device\nobjectClass: pwdPolicy\npwdAttribute: userPassword"

_CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
moduleload ppolicy
pidfile {place}/slapd.pid
TLSCACertificateFile {place}/ca.pem
TLSCertificateFile {place}/server.pem
TLSCertificateKeyFile {place}/server.key
sizelimit 300
database mdb
maxsize {most_bytes}
dbnosync
suffix "{base}"
rootdn "cn=root,{base}"
rootpw root
directory {place}/db
index objectClass,uid,mail,employeeNumber,member,entryUUID,modifyTimestamp eq
limits dn.exact="cn=tracker,{base}" size.soft=300 size.hard=300 size.pr=1000 size.prtotal=unlimited
access to attrs=userPassword by anonymous auth by * none
access to * by users read by anonymous auth
overlay memberof
memberof-group-oc groupOfNames
overlay ppolicy
ppolicy_default "cn=usual,ou=policies,{base}"
ppolicy_use_lockout
"""


@dataclass(frozen=True, kw_only=True)
class Slapd:
    """A running server: where it is and whom to trust."""

    port: int
    secure_port: int
    ca_file: str
    other_ca_file: str

    @property
    def url(self) -> str:
        return f"ldaps://127.0.0.1:{self.secure_port}"

    @property
    def start_tls_url(self) -> str:
        return f"ldap://127.0.0.1:{self.port}"

    @property
    def plain_url(self) -> str:
        return f"ldap+plain://127.0.0.1:{self.port}"

    @contextlib.contextmanager
    def admin(self) -> Iterator[ldap3.Connection]:
        """Look at what the server itself has written down, as its administrator."""
        server = ldap3.Server("127.0.0.1", self.port, get_info=ldap3.NONE, connect_timeout=60)
        root = ldap3.Connection(server, f"cn=root,{BASE}", "root", auto_bind=True)
        yield root
        root.unbind()

    def failures_counted(self, username: str) -> int:
        """Count the wrong passwords that the server holds against an account."""
        with self.admin() as root:
            root.search(person_dn(username), "(objectClass=*)", attributes=["pwdFailureTime"])
            return len(root.response[0]["raw_attributes"].get("pwdFailureTime", []))


def person_dn(username: str) -> str:
    return f"uid={username},ou=people,{BASE}"


@pytest.fixture(scope="session")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    """Run a directory with TLS, groups, a password policy and some thousand people."""
    with running_slapd(tmp_path_factory.mktemp("slapd"), people()) as server:
        _add_groups(server)
        yield server


@contextlib.contextmanager
def running_slapd(place: Path, entries: str, *, most_bytes: int = 67_108_864) -> Iterator[Slapd]:
    """Run a directory that holds these entries."""
    program = _program(place)
    ca_file, other_ca_file = _certificates(place)
    (place / "db").mkdir()
    config = place / "slapd.conf"
    config.write_text(_CONFIG.format(place=place, base=BASE, most_bytes=most_bytes))
    (place / "people.ldif").write_text(entries)
    _run([program, "-T", "add", "-q", "-f", config, "-l", place / "people.ldif"])
    port, secure_port = free_port(), free_port()
    with (place / "slapd.log").open("wb") as log:
        addresses = f"ldap://127.0.0.1:{port} ldaps://127.0.0.1:{secure_port}"
        process = subprocess.Popen(
            [program, "-f", config, "-h", addresses, "-d", "0"], stdout=log, stderr=log
        )
        try:
            _wait_for(port, process)
            yield Slapd(
                port=port, secure_port=secure_port, ca_file=ca_file, other_ca_file=other_ca_file
            )
        finally:
            process.terminate()
            process.wait(timeout=60)


@pytest.fixture
def lockable() -> tuple[str, str]:
    """Give an account, and its password, that can be locked and that no other test has used."""
    number = next(_unused)
    assert number < LOCKABLE, "more accounts are needed in tests/support/slapd.py"
    return f"lockable{number}", f"password {800 + number}"


def free_port() -> int:
    """Find a port that nothing listens on: connecting to it is refused."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


@contextlib.contextmanager
def mute_port() -> Iterator[int]:
    """Take connections and never say a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        yield listener.getsockname()[1]


@contextlib.contextmanager
def black_hole_port() -> Iterator[int]:
    """Swallow every attempt to connect, as a firewall does that drops packets."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        for _ in range(3):  # fill the queue: the kernel then drops whoever comes next
            caller = stack.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", port))
        time.sleep(0.05)
        yield port


@contextlib.contextmanager
def deaf_after_first_port(port: int) -> Iterator[int]:
    """Stand before a server: its answers come back on the first connection of two, on no other."""

    def pass_on(come_from: socket.socket, go_to: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while said := come_from.recv(65_536):
                go_to.sendall(said)
            go_to.shutdown(socket.SHUT_WR)

    def serve() -> None:
        with contextlib.suppress(OSError):
            for number in itertools.count():
                caller, _ = listener.accept()
                server = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
                stack.enter_context(caller)
                ways = [(caller, server), *([(server, caller)] if number % 2 == 0 else [])]
                for way in ways:
                    threading.Thread(target=pass_on, args=way, daemon=True).start()

    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(10)
        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def dripping_port() -> Iterator[int]:
    """Answer for ever, a byte at a time, so that no single wait is long."""
    stop = threading.Event()

    def drip(line: socket.socket) -> None:
        with line, contextlib.suppress(OSError):
            # A message that claims to be 100 MB long.
            for byte in b"\x30\x84\x06\x00\x00\x00" + bytes(600):
                line.sendall(bytes([byte]))
                if stop.wait(0.1):
                    return

    def serve() -> None:
        with contextlib.suppress(OSError):
            while not stop.is_set():
                line, _ = listener.accept()
                threading.Thread(target=drip, args=(line,), daemon=True).start()

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(10)
        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        stop.set()
        listener.shutdown(socket.SHUT_RDWR)


def _program(place: Path) -> Path:
    """Copy slapd aside: Ubuntu's AppArmor lets the installed one write to its own places only."""
    found = shutil.which("slapd", path="/usr/sbin:/usr/local/sbin:/usr/lib/openldap:/usr/bin")
    if found is None:
        pytest.fail("OpenLDAP's server is missing: apt-get install slapd", pytrace=False)
    if shutil.which("openssl") is None:
        pytest.fail("openssl is missing: apt-get install openssl", pytrace=False)
    return Path(shutil.copy(found, place / "slapd"))


def _run(command: list[object]) -> None:
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def _certificates(place: Path) -> tuple[str, str]:
    """Make an authority, a server certificate for 127.0.0.1 only, and a stranger's authority."""
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for name in ("ca", "other-ca"):
        subject = ["-days", "2", "-subj", f"/CN=Test {name}"]
        use = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"]
        to = ["-keyout", place / f"{name}.key", "-out", place / f"{name}.pem"]
        _run(["openssl", "req", "-x509", *key, *subject, *use, *to])
    to = ["-keyout", place / "server.key", "-out", place / "server.csr"]
    _run(["openssl", "req", *key, "-subj", "/CN=directory.trust.test", *to])
    (place / "server.ext").write_text(
        "subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n"
    )
    by = ["-CA", place / "ca.pem", "-CAkey", place / "ca.key", "-CAcreateserial", "-days", "2"]
    to = ["-extfile", place / "server.ext", "-out", place / "server.pem"]
    _run(["openssl", "x509", "-req", "-in", place / "server.csr", *by, *to])
    return str(place / "ca.pem"), str(place / "other-ca.pem")


def people(*, crowd: int = CROWD) -> str:
    """Write the entries of the tests' directory, with so many more whom nothing is done with."""
    entries = [
        f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: Trust\ndc: trust",
        (
            f"dn: {SERVICE_DN}\nobjectClass: organizationalRole"
            f"\nobjectClass: simpleSecurityObject\ncn: tracker\nuserPassword: {SERVICE_PASSWORD}"
        ),
        *(
            f"dn: ou={name},{BASE}\nobjectClass: organizationalUnit\nou: {name}"
            for name in ("people", "groups", "policies")
        ),
        f"dn: cn=usual,ou=policies,{BASE}\n{_POLICY}\ncn: usual\npwdMustChange: TRUE",
        (
            f"dn: cn=strict,ou=policies,{BASE}\n{_POLICY}\ncn: strict\npwdLockout: TRUE"
            f"\npwdMaxFailure: {LOCKED_AFTER}\npwdFailureCountInterval: 1800"
        ),
        f"dn: cn=yearly,ou=policies,{BASE}\n{_POLICY}\ncn: yearly\npwdMaxAge: 31536000",
        *(_person(f"person{number}", number) for number in range(PEOPLE)),
        *(
            _person(f"lockable{number}", 800 + number)
            + f"\npwdPolicySubentry: cn=strict,ou=policies,{BASE}"
            for number in range(LOCKABLE)
        ),
        _person("locked", 901)
        + f"\npwdPolicySubentry: cn=strict,ou=policies,{BASE}\npwdAccountLockedTime: 000001010000Z",
        _person("reset", 902) + "\npwdReset: TRUE",
        _person("expired", 903)
        + f"\npwdPolicySubentry: cn=yearly,ou=policies,{BASE}\npwdChangedTime: 20200101000000Z",
        _person("nopassword", 904).replace("\nuserPassword: password 904", ""),
        _person("zoë", 905),
        _person("o'neil (bank)", 906),
        _person("twin.one", 907).replace("mail: 907@", "mail: ward7@"),
        _person("twin.two", 908).replace("mail: 908@", "mail: ward7@"),
        *(_person(f"crowd{number}", 1000 + number) for number in range(crowd)),
    ]
    return "\n\n".join(entries) + "\n"


def _person(username: str, number: int) -> str:
    return (
        f"dn: {person_dn(username)}\nobjectClass: inetOrgPerson\nuid: {username}"
        f"\ncn: Person {number}\nsn: Number{number}\nmail: {number}@trust.test"
        f"\nemployeeNumber: {20_000_000 + number}\nuserPassword: password {number}"
    )


def _add_groups(server: Slapd) -> None:
    """Add groups one by one: the server fills in memberOf only for what is added to it live."""
    groups = {
        "quality": [person_dn("person1"), person_dn("o'neil (bank)")],
        "everybody": [person_dn(f"person{number}") for number in range(PEOPLE)],
        "leads": [f"cn=quality,ou=groups,{BASE}"],
        "round": [f"cn=leads,ou=groups,{BASE}", f"cn=round,ou=groups,{BASE}"],
    }
    with server.admin() as root:
        for name, members in groups.items():
            root.add(f"cn={name},ou=groups,{BASE}", "groupOfNames", {"member": members})
            assert root.result["result"] == 0, root.result
        root.modify(
            f"cn=leads,ou=groups,{BASE}",
            {"member": [(ldap3.MODIFY_ADD, [f"cn=round,ou=groups,{BASE}"])]},
        )


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(3000):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
            return
        assert process.poll() is None, "slapd ended at once"
        time.sleep(0.02)
    pytest.fail("slapd did not start")
