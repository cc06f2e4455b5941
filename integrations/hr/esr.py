"""Reads a file of ESR's Generic Outbound interface: full (GOF), or changes (GOC).

The file is read twice, line by line: once to see that it is whole and ours, before anything is
handed on, and once for its records. Nothing holds more than one row.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from integrations.errors import (
    TruncatedFileError,
    WrongEncodingError,
    WrongLayoutError,
    WrongOrganisationError,
)
from integrations.hr.esr_plain import KINDS, write_plain
from integrations.hr.esr_rows import DELETIONS, LAYOUTS, fit
from integrations.hr.fields import FieldError, read_key
from integrations.hr.records import (
    DeletedRecord,
    HRFeed,
    HRFile,
    HRRecord,
    PersonRecord,
    RejectedRecord,
    WrittenRecords,
)

LONGEST_LINE = 65_536
#: so many lines are handed on at a time where they are ready to be copied
WRITTEN_TOGETHER = 200
PACKED = (b"PK\x03\x04", b"\x1f\x8b")

_FILE_NAME = re.compile(
    r"GO_(?P<vpd>[0-9]{3})_[A-Z0-9]{3}_(?P<kind>GOF|GOC|GDR)_[0-9]{8}_(?P<sequence>[0-9]{8})\.DAT",
    re.IGNORECASE,
)
_RECORD_TYPE = re.compile(r"[A-Z]{2}[AD]|LOV")
_NUMBER = re.compile(r"[0-9]{1,20}")
_FIRST_RUN = "00000000 000000"
_FETCH_AGAIN = "Fetch it from the NHS Hub again, and import that."
# Codes 128 to 159 are no letters in ISO-8859-1. Where they occur, Windows-1252 was meant.
_WINDOWS = {
    code: text
    for code in range(128, 160)
    if (text := bytes([code]).decode("cp1252", errors="ignore"))
}


def is_esr_file(path: Path) -> bool:
    """Tell a file of this interface, also a spoilt one, from any other."""
    with path.open("rb") as stream:
        start = stream.read(64).replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return start.startswith(b"HDR~") or bool(_FILE_NAME.fullmatch(path.name))


def open_file(path: Path, *, organisation_vpd: str, is_written: bool = False) -> HRFeed:
    """Check the whole file, then hand over its records as they are asked for."""
    with path.open("rb") as stream:
        file = _check_file(stream, organisation_vpd)
    return HRFeed(file=file, records=_read_records(path, file, is_written=is_written))


def request_full_file(vpd: str, *, destination: str, since: datetime) -> tuple[str, str]:
    """Give the name and the content of the file that asks ESR for a fresh full one.

    The full file will hold all until `since`, so that the next file of changes abuts it.
    """
    name = f"GO_{vpd.zfill(3)}_{destination}_GDR_{since:%Y%m%d}_00000001.DAT"
    return name, f"HDR~{name}~{since:%Y%m%d %H%M%S}\r\n"


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield each line that is not blank, with its number; Latin-1 knows no other line ends."""
    number = 0
    while line := stream.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise WrongLayoutError(f"Line {number} is too long for an ESR file. {_FETCH_AGAIN}")
        if line := line.strip():
            yield number, line


def _check_file(stream: BinaryIO, organisation_vpd: str) -> HRFile:
    _check_first_bytes(stream)
    rows = 0
    header = last = b""
    is_utf8, is_latin = False, False
    for number, line in _lines(stream):
        if last.startswith(b"TRL"):
            raise WrongLayoutError(
                f"The file goes on after its last line (TRL), at line {number}. Two files may "
                f"have been joined. {_FETCH_AGAIN}"
            )
        if rows and line.startswith(b"HDR"):
            raise WrongLayoutError(
                f"A second file begins at line {number}. Import one file at a time."
            )
        rows += 1
        header = header or line
        last = line
        if not line.isascii():
            if _decodes_as_utf8(line):
                is_utf8 = True
            else:
                is_latin = True
    if is_utf8 and not is_latin:
        raise WrongEncodingError(_WRONG_ENCODING.format(found="UTF-8"))
    file = _read_header(_decode(header), rows, organisation_vpd)
    _check_trailer(_decode(last), rows)
    return file


_WRONG_ENCODING = (
    "The file is stored as {found}, and ESR writes ISO-8859-1, so names would be spoilt. "
    "It may have been opened and saved by another program. " + _FETCH_AGAIN
)


def _check_first_bytes(stream: BinaryIO) -> None:
    start = stream.read(8)
    stream.seek(0)
    if not start.strip():
        raise TruncatedFileError(f"The file is empty. {_FETCH_AGAIN}")
    if start.startswith(PACKED):
        raise WrongEncodingError("The file is packed (zip or gzip). Unpack it, and import that.")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in start:
        raise WrongEncodingError(_WRONG_ENCODING.format(found="UTF-16"))
    if start.startswith(b"\xef\xbb\xbf"):
        raise WrongEncodingError(_WRONG_ENCODING.format(found="UTF-8"))
    if not start.lstrip().startswith(b"HDR"):
        raise WrongLayoutError(
            "The file does not begin as an ESR file does (with HDR). Choose the file whose name "
            "looks like GO_123_ABC_GOF_20270131_00000001.DAT."
        )


def _decodes_as_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decode(line: bytes) -> str:
    text = line.decode("latin-1")
    return text if text.isascii() else text.translate(_WINDOWS)


def _read_header(line: str, rows: int, organisation_vpd: str) -> HRFile:
    header = [field.strip() for field in line.split("~")]
    name = _FILE_NAME.fullmatch(header[1]) if len(header) >= 6 else None  # noqa: PLR2004
    if header[0] != "HDR" or name is None:
        raise WrongLayoutError(
            f"The first line (HDR) is not as ESR writes it, so the file cannot be trusted. "
            f"{_FETCH_AGAIN}"
        )
    kind = name["kind"].upper()
    is_full = kind == "GOF"
    is_from_start = header[4] in {"", _FIRST_RUN}
    if kind == "GDR" or is_full != is_from_start:
        raise WrongLayoutError(
            "The name of the file and its first line (HDR) do not say the same: one says full, "
            f"the other changes. {_FETCH_AGAIN}"
        )
    for found in (header[3], name["vpd"]):
        if found.zfill(3) != organisation_vpd.zfill(3):
            raise WrongOrganisationError(
                f"The file is not about this organisation, whose VPD in ESR is "
                f"{organisation_vpd}. Choose this organisation's file, or set its VPD right."
            )
    covers_to = _read_stamp(header[5])
    if not is_full and covers_to is None:
        raise WrongLayoutError(
            f"The first line (HDR) does not say which time the changes are of. {_FETCH_AGAIN}"
        )
    return HRFile(
        layout="esr_full" if is_full else "esr_changes",
        kind="full" if is_full else "changes",
        covers_from=None if is_full else _read_stamp(header[4]),
        covers_to=covers_to,
        name=header[1],
        organisation_vpd=organisation_vpd,
        created_at=_read_stamp(header[2]),
        sequence=int(name["sequence"]),
        row_count=rows,
    )


def _read_stamp(stamp: str) -> datetime | None:
    """Read `YYYYMMDD HHMMSS`. It only puts files in order, so an hour of summer is no matter."""
    try:
        return datetime.strptime(stamp, "%Y%m%d %H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _check_trailer(line: str, rows: int) -> None:
    trailer = [field.strip() for field in line.split("~")]
    if trailer[0] != "TRL":
        raise TruncatedFileError(
            f"The file stops before its last line (TRL), so a part of it is missing. {_FETCH_AGAIN}"
        )
    if len(trailer) < 2 or not _NUMBER.fullmatch(trailer[1]):  # noqa: PLR2004
        raise TruncatedFileError(
            f"The last line (TRL) does not say how many rows there should be. {_FETCH_AGAIN}"
        )
    if int(trailer[1]) != rows:
        raise TruncatedFileError(
            f"The file says that it has {int(trailer[1])} rows, and {rows} are there. "
            f"{_FETCH_AGAIN}"
        )


def _read_records(
    path: Path, file: HRFile, *, is_written: bool
) -> Iterator[HRRecord | WrittenRecords]:
    reader = _RowReader(is_full=file.kind == "full")
    written: dict[str, list[str]] = {kind: [] for kind in KINDS}
    rows = number = 0
    with path.open("rb") as stream:
        for number, line in _lines(stream):
            rows += 1
            if rows > file.row_count:
                break
            text = _decode(line)
            # ESR quotes nothing, and a bare " may occur: so no csv reader, which would join lines.
            row = text.split("~")
            if is_written and (plain := write_plain(text, row, number)) is not None:
                reader.pass_by(row)
                waiting = written[row[0]]
                waiting.append(plain)
                if len(waiting) == WRITTEN_TOGETHER:
                    yield WrittenRecords(kind=KINDS[row[0]], line=number, lines=waiting)
                    written[row[0]] = []
                continue
            record = reader.read(row, number)
            if record is not None:
                yield record
    if rows != file.row_count:
        raise TruncatedFileError("The file changed while it was being read. Import it again.")
    for kind, waiting in written.items():
        if waiting:
            yield WrittenRecords(kind=KINDS[kind], line=number, lines=waiting)


class _RowReader:
    """Reads rows one after another, knowing whose rows it is among."""

    def __init__(self, *, is_full: bool) -> None:
        self._is_full = is_full
        self._person_key = ""
        self._employee_number: str | None = None

    def pass_by(self, row: list[str]) -> None:
        """Note whose rows come next, where another has read this one."""
        if row[0] == "PRA":
            self._person_key, self._employee_number = row[1], row[4]

    def read(self, row: list[str], number: int) -> HRRecord | None:
        layout = LAYOUTS.get(row[0])
        try:
            if layout is None:
                return self._read_other(row, number)
            record = layout.read(fit(row, layout), number)
        except FieldError as why:
            whose = self._whose(row)
            return RejectedRecord(
                line=number,
                reason=f"{why}.",
                employee_number=whose,
                may_be_anybody=row[0] == "PRA" and whose is None,
            )
        if isinstance(record, PersonRecord):
            self._person_key = record.source_key
            self._employee_number = record.employee_number
        return record

    def _read_other(self, row: list[str], number: int) -> DeletedRecord | None:
        if row[0] in DELETIONS:
            if self._is_full:
                raise FieldError("A full file holds no deletions, so this row was left out")
            key = read_key(row[1] if len(row) > 1 else "", "id of what is deleted")
            return DeletedRecord(line=number, kind=DELETIONS[row[0]], source_key=key)
        if row[0] not in {"HDR", "TRL"} and not _RECORD_TYPE.fullmatch(row[0]):
            raise FieldError(
                "The row does not begin with a record type. Look for a line break within a field"
            )
        return None

    def _whose(self, row: list[str]) -> str | None:
        if row[0] == "PRA" and len(row) > 4:  # noqa: PLR2004
            self._person_key = row[1].strip()
            number = row[4].strip()
            # Columns may have shifted: only what can be nothing but a number is shown.
            self._employee_number = number if _NUMBER.fullmatch(number) else None
            return self._employee_number
        # Assignments stand below their person, so one that lacks the person's id is still theirs.
        if row[0] == "ASA" and len(row) > 1 and row[1].strip() in {"", self._person_key}:
            return self._employee_number
        return None
