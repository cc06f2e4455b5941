"""Takes in files that people bring: small enough, of a kind that harms nobody, and checked.

A file is kept under a name of ours, in a folder that no web server serves. What its bytes say
counts, not its name.
"""

import codecs
import hashlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath, PureWindowsPath
from typing import BinaryIO

from tracker.errors import InvalidInputError, NotFoundError

CHUNK = 64 * 1024
LONGEST_NAME = 120
#: how long a check for viruses may take
SCAN_LIMIT = 60.0
#: the kinds that are taken: how the bytes begin, and how the name ends
SIGNATURES = (
    (b"%PDF-", "application/pdf", (".pdf",)),
    (b"\x89PNG\r\n\x1a\n", "image/png", (".png",)),
    (b"\xff\xd8\xff", "image/jpeg", (".jpg", ".jpeg")),
)
ENDINGS = {kind: endings for _begin, kind, endings in SIGNATURES} | {"text/plain": (".txt",)}
KINDS_TAKEN = "a PDF, a picture (PNG or JPEG) or plain text"


@dataclass(frozen=True, kw_only=True)
class FileStore:
    """Where files are kept, and under which conditions."""

    folder: Path
    largest: int
    scan_command: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FileFacts:
    """What is known of a file that was taken in."""

    name: str
    media_type: str
    size: int
    file_hash: str


def plain_name(given: str) -> str:
    """Give a file's own name: no folders, no characters that a screen does not show."""
    name = PurePath(PureWindowsPath(given).name).name
    name = "".join(one for one in name if one.isprintable()).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    room = LONGEST_NAME - len(dot + ending)
    return (stem[: max(room, 1)] + dot + ending)[:LONGEST_NAME] or "file"


def take_in(store: FileStore, public_id: str, name: str, content: BinaryIO) -> FileFacts:
    """Keep a file, or refuse it and keep nothing.

    :raises InvalidInputError: when it is too big, empty, of another kind, or not clean.
    """
    target = path_of(store, public_id)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".coming-")
    try:
        with os.fdopen(handle, "wb") as out:
            size, digest, media_type = _copy(_bounded(content, store.largest), out)
            out.flush()
            os.fsync(out.fileno())
        name = plain_name(name)
        if not name.lower().endswith(ENDINGS[media_type]):
            raise _refused(
                f"The name of the file ends as if it were of another kind. Bring {KINDS_TAKEN}."
            )
        _scan(store, temporary)
        Path(temporary).replace(target)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return FileFacts(name=name, media_type=media_type, size=size, file_hash=digest)


def path_of(store: FileStore, public_id: str) -> Path:
    """Say where a file is kept. The name is ours, so it climbs out of no folder."""
    if not (public_id.isascii() and public_id.isalnum()):
        raise NotFoundError("There is no such file.")
    return store.folder / public_id[:2] / public_id


def read_file(store: FileStore, public_id: str, file_hash: str) -> bytes:
    """Give a file as it was taken in.

    :raises NotFoundError: when it is not there, or is not what it was.
    """
    try:
        content = path_of(store, public_id).read_bytes()
    except OSError:
        raise NotFoundError("The file cannot be found. Tell your administrator.") from None
    if hashlib.sha256(content).hexdigest() != file_hash:
        raise NotFoundError("The file is not as it was taken in. Tell your administrator.")
    return content


def _refused(message: str) -> InvalidInputError:
    return InvalidInputError(message, field="file")


def _bounded(content: BinaryIO, largest: int) -> Iterator[bytes]:
    size = 0
    while chunk := content.read(CHUNK):
        size += len(chunk)
        if size > largest:
            raise _refused(
                f"The file is bigger than {largest // 1_000_000} MB. Make it smaller, or put a "
                "link to it."
            )
        yield chunk
    if not size:
        raise _refused("The file is empty. Choose another.")


def _copy(chunks: Iterator[bytes], out: BinaryIO) -> tuple[int, str, str]:
    """Write the chunks, and give their size, their hash and what they are."""
    size, digest, media_type = 0, hashlib.sha256(), ""
    text = codecs.getincrementaldecoder("utf-8")()
    for chunk in chunks:
        if not media_type:
            media_type = next(
                (kind for begin, kind, _ends in SIGNATURES if chunk.startswith(begin)), "text/plain"
            )
        if media_type == "text/plain":
            _check_text(text, chunk)
        size += len(chunk)
        digest.update(chunk)
        out.write(chunk)
    if media_type == "text/plain":
        _check_text(text, b"", is_last=True)
    return size, digest.hexdigest(), media_type


def _check_text(decoder: codecs.IncrementalDecoder, chunk: bytes, *, is_last: bool = False) -> None:
    try:
        text = decoder.decode(chunk, is_last)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise _refused(f"That kind of file cannot be taken. Bring {KINDS_TAKEN}.")


def _scan(store: FileStore, path: str) -> None:
    if not store.scan_command:
        return
    try:
        done = subprocess.run(  # noqa: S603 - the command is the administrator's own
            [*store.scan_command, path],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SCAN_LIMIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        raise _refused(
            "The file could not be checked for viruses just now. Nothing was kept. Try again later."
        ) from None
    if done.returncode == 1:
        raise _refused("The check for viruses found something in this file. It was not kept.")
    if done.returncode:
        raise _refused(
            "The file could not be checked for viruses just now. Nothing was kept. Try again later."
        )
