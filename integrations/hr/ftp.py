"""Fetches ESR's files from the NHS Hub by FTP over explicit TLS, and hands in a request.

The certificate is checked, both ways are encrypted, and every call has a time limit.
"""

import ftplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from integrations.errors import SystemUnavailableError
from integrations.steps import Step

TIME_LIMIT = 20.0
#: what one file may take, however slowly it comes
FILE_TIME_LIMIT = 1800.0
LARGEST_FILE = 4 * 1024 * 1024 * 1024
#: a whole file ends with a line that begins so
LAST_LINE = b"TRL~"
END = 200
#: no sentence names more files
MOST_NAMED = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Hub:
    """Where the files are, and how we sign in there."""

    host: str
    port: int
    user: str
    password: str
    #: certificates that are trusted; none for those of the system
    ca_file: str | None
    #: the folders that we fetch from and hand in to
    out_folder: str = "Out"
    in_folder: str = "In"
    time_limit: float = TIME_LIMIT
    file_time_limit: float = FILE_TIME_LIMIT


class _Connection(ftplib.FTP_TLS):
    """Goes on with the same TLS session for the files: many servers ask for that."""

    def ntransfercmd(
        self, cmd: str, rest: int | str | None = None
    ) -> tuple[socket.socket, int | None]:
        sock, size = ftplib.FTP.ntransfercmd(self, cmd, rest)  # noqa: S321 - TLS comes next
        if isinstance(self.sock, ssl.SSLSocket):
            sock = self.context.wrap_socket(
                sock, server_hostname=self.host, session=self.sock.session
            )
        return sock, size


#: the steps of a trial, in their order
_STEPS = ("Server", "TLS", "Sign in", "Files")


class _StoppedError(Exception):
    """Ends a file that is too large or too slow, with what to say of it."""


def fetch(hub: Hub, folder: Path, wanted: str) -> list[str]:
    """Fetch the files with this in their name that the folder lacks; give their names.

    A file is written under another name until all of it is here. One that has no last line here,
    and has become another there, is fetched again.

    One that the server does not give holds up no other.

    :raises SystemUnavailableError: saying what to do.
    """
    fetched: list[str] = []
    refused: list[str] = []
    with _signed_in(hub) as ftp:
        for name in sorted(_names(ftp, hub)):
            is_plain = Path(name).name == name and wanted in name
            target = folder / name
            if not is_plain or (target.exists() and not _is_other_there(ftp, hub, target)):
                continue
            part = folder / f".{name}.part"
            try:
                _fetch_one(ftp, hub, name, part)
            except ftplib.error_perm:
                refused.append(name)
                continue
            size = _size(ftp, hub, name)
            if size is not None and size != part.stat().st_size:
                part.unlink()
                continue  # it is still being written there: the next look fetches it
            part.replace(target)
            fetched.append(name)
        if refused:
            raise _StoppedError(
                f"{hub.host} does not give {', '.join(refused[:MOST_NAMED])}. Ask those who run it "
                "to let us read it. All else was fetched."
            )
    return fetched


def _size(ftp: ftplib.FTP_TLS, hub: Hub, name: str) -> int | None:
    """Ask how large a file is there; none where the server does not tell."""
    try:
        return ftp.size(f"{hub.out_folder}/{name}")
    except ftplib.error_perm:
        return None


def _fetch_one(ftp: ftplib.FTP_TLS, hub: Hub, name: str, part: Path) -> None:
    began, size = time.monotonic(), 0
    try:
        with part.open("wb") as out:

            def write(chunk: bytes) -> None:
                nonlocal size
                size += len(chunk)
                _check_limits(hub, name, size, time.monotonic() - began)
                _write(out, chunk)

            ftp.retrbinary(f"RETR {hub.out_folder}/{name}", write)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if isinstance(error, OSError | EOFError) and not isinstance(error, TimeoutError):
            raise _StoppedError(
                f"The connection to {hub.host} broke off while {name} came. Nothing of it was "
                "kept. It is tried again."
            ) from None
        raise


def _write(out: BinaryIO, chunk: bytes) -> None:
    try:
        out.write(chunk)
    except OSError:
        raise _StoppedError(
            "The file cannot be written into hr.folder. Make room on the disk there. It is tried "
            "again."
        ) from None


def _check_limits(hub: Hub, name: str, size: int, seconds: float) -> None:
    if size > LARGEST_FILE:
        raise _StoppedError(f"{name} on {hub.host} is too large for a file of staff.")
    if seconds > hub.file_time_limit:
        raise _StoppedError(
            f"{name} came too slowly from {hub.host}: after {hub.file_time_limit / 60:.0f} minutes "
            "it was not here. Ask those who run the network to look. It is tried again."
        )


def _is_other_there(ftp: ftplib.FTP_TLS, hub: Hub, target: Path) -> bool:
    """Tell a file that was fetched while it was being written from one that is as it was."""
    if ends_whole(target):
        return False
    ftp.voidcmd("TYPE I")
    size = _size(ftp, hub, target.name)
    return size is not None and size != target.stat().st_size


def ends_whole(path: Path) -> bool:
    """Say whether a file has its last line."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - END))
        words = stream.read().split()
    return bool(words) and words[-1].startswith(LAST_LINE)


def hand_in(hub: Hub, path: Path) -> None:
    """Hand in a request file.

    :raises SystemUnavailableError: saying what to do.
    """
    with _signed_in(hub) as ftp, path.open("rb") as content:
        ftp.storbinary(f"STOR {hub.in_folder}/{path.name}", content)


def try_out(hub: Hub) -> list[Step]:
    """Try the connection one step after the other; stop at the first that fails."""
    steps: list[Step] = []

    def passed(sentence: str) -> None:
        steps.append(Step(name=_STEPS[len(steps)], ok=True, sentence=sentence))

    try:
        with _signed_in(hub, passed) as ftp:
            passed(f"The folder {hub.out_folder} holds {len(_names(ftp, hub))} files.")
    except SystemUnavailableError as why:
        return [*steps, Step(name=_STEPS[len(steps)], ok=False, sentence=str(why))]
    return steps


def _names(ftp: ftplib.FTP_TLS, hub: Hub) -> list[str]:
    try:
        listed = ftp.nlst(hub.out_folder)
    except ftplib.error_perm as error:
        if str(error).startswith("550 No files"):
            return []
        raise
    return [name.rpartition("/")[2] for name in listed]


def _context(hub: Hub) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=hub.ca_file)
    except OSError:
        raise _StoppedError(
            "hr.ftp_ca_file is not a file of certificates in PEM. Set it right."
        ) from None


@contextmanager
def _signed_in(
    hub: Hub, passed: Callable[[str], None] = lambda _sentence: None
) -> Iterator[ftplib.FTP_TLS]:
    ftp = None
    try:
        ftp = _Connection(context=_context(hub), timeout=hub.time_limit, encoding="latin-1")
        ftp.connect(hub.host, hub.port)
        passed(f"{hub.host}, port {hub.port}, answers.")
        ftp.auth()
        passed("The certificate is good.")
        ftp.login(hub.user, hub.password)
        ftp.prot_p()
        passed(f"{hub.host} lets us in, over TLS.")
        yield ftp
        with suppress(OSError, ftplib.Error, EOFError):
            ftp.quit()
    except _StoppedError as why:
        raise SystemUnavailableError(str(why)) from None
    except ssl.SSLCertVerificationError as error:
        raise SystemUnavailableError(
            f"The certificate of {hub.host} is not to be trusted: "
            f"{error.verify_message.rstrip('.')}. Check "
            "hr.ftp_host and hr.ftp_ca_file. Nothing was fetched."
        ) from None
    except (ftplib.error_perm, ftplib.error_temp, ftplib.error_reply) as error:
        raise SystemUnavailableError(_refusal(hub, str(error))) from None
    except socket.gaierror:
        raise SystemUnavailableError(
            f"The name {hub.host} is not known. Check hr.ftp_host, or ask IT."
        ) from None
    except TimeoutError:
        raise SystemUnavailableError(
            f"{hub.host} did not answer within {hub.time_limit:.0f} seconds. It is tried again."
        ) from None
    except (OSError, EOFError, ftplib.Error, ValueError) as error:
        raise SystemUnavailableError(
            f"The connection to {hub.host}, port {hub.port}, failed ({type(error).__name__}). "
            "Check the address, and that the way there is open."
        ) from None
    finally:
        if ftp is not None:
            ftp.close()


def _refusal(hub: Hub, answer: str) -> str:
    if answer.startswith("530"):
        return f"{hub.host} did not accept hr.ftp_user and hr.ftp_password. Set them right."
    if answer.startswith(("500", "502", "504", "534")):
        return f"{hub.host} does not speak FTP over TLS. Ask those who run it to allow AUTH TLS."
    return (
        f"{hub.host} refused what was asked (answer {answer[:3]}). Check that the folders "
        f"{hub.out_folder} and {hub.in_folder} are there, and may be used."
    )
