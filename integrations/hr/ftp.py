"""Fetches ESR's files from the NHS Hub by FTP over explicit TLS, and hands in a request.

The certificate is checked, both ways are encrypted, and every call has a time limit.
"""

import ftplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from integrations.errors import SystemUnavailableError
from integrations.steps import Step

TIME_LIMIT = 20.0
LARGEST_FILE = 4 * 1024 * 1024 * 1024


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


def fetch(hub: Hub, folder: Path, wanted: str) -> list[str]:
    """Fetch the files with this in their name that the folder lacks; give their names.

    A file is written under another name until all of it is here.

    :raises SystemUnavailableError: saying what to do.
    """
    fetched = []
    with _signed_in(hub) as ftp:
        for name in sorted(_names(ftp, hub)):
            is_plain = Path(name).name == name and wanted in name
            target = folder / name
            if not is_plain or target.exists():
                continue
            part = folder / f".{name}.part"
            with part.open("wb") as out:
                ftp.retrbinary(f"RETR {hub.out_folder}/{name}", out.write)
            size = ftp.size(f"{hub.out_folder}/{name}")
            if size is not None and size != part.stat().st_size:
                part.unlink()
                continue  # it is still being written there: the next look fetches it
            part.replace(target)
            fetched.append(name)
    return fetched


def hand_in(hub: Hub, path: Path) -> None:
    """Hand in a request file.

    :raises SystemUnavailableError: saying what to do.
    """
    with _signed_in(hub) as ftp, path.open("rb") as content:
        ftp.storbinary(f"STOR {hub.in_folder}/{path.name}", content)


def try_out(hub: Hub) -> list[Step]:
    """Try the connection one step after the other."""
    try:
        with _signed_in(hub) as ftp:
            steps = [Step(name="Sign in", ok=True, sentence=f"{hub.host} lets us in, over TLS.")]
            names = _names(ftp, hub)
            sentence = f"The folder {hub.out_folder} holds {len(names)} files."
            return [*steps, Step(name="Files", ok=True, sentence=sentence)]
    except SystemUnavailableError as why:
        return [Step(name="Sign in", ok=False, sentence=str(why))]


def _names(ftp: ftplib.FTP_TLS, hub: Hub) -> list[str]:
    try:
        listed = ftp.nlst(hub.out_folder)
    except ftplib.error_perm as error:
        if str(error).startswith("550 No files"):
            return []
        raise
    return [name.rpartition("/")[2] for name in listed]


@contextmanager
def _signed_in(hub: Hub) -> Iterator[ftplib.FTP_TLS]:
    ftp = None
    try:
        context = ssl.create_default_context(cafile=hub.ca_file)
        ftp = ftplib.FTP_TLS(context=context, timeout=hub.time_limit, encoding="latin-1")  # noqa: S321
        ftp.connect(hub.host, hub.port)
        ftp.auth()
        ftp.login(hub.user, hub.password)
        ftp.prot_p()
        yield ftp
        with suppress(OSError, ftplib.Error, EOFError):
            ftp.quit()
    except ssl.SSLCertVerificationError as error:
        raise SystemUnavailableError(
            f"The certificate of {hub.host} is not to be trusted: {error.verify_message}. Check "
            "hr.ftp_host and hr.ftp_ca_file. Nothing was fetched."
        ) from None
    except (ftplib.error_perm, ftplib.error_temp, ftplib.error_reply) as error:
        raise SystemUnavailableError(_refusal(hub, str(error))) from None
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
