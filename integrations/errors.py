"""What can go wrong with another system's file or service.

Every message is a sentence for the person who has to put it right: what is wrong, and what to
do. None quotes what was in a record, because that may be about somebody.
"""

import enum


class IntegrationError(Exception):
    """Base of every failure to hear from another system."""


class SystemUnavailableError(IntegrationError):
    """The other system did not answer, or not in time."""


class Outage(enum.StrEnum):
    """Why another system gave no answer."""

    DOWN = "down"
    SLOW = "slow"
    CERTIFICATE = "certificate"
    SETUP = "setup"


class FileRefusedError(IntegrationError):
    """The whole file is refused: nothing of it was handed on."""


class TruncatedFileError(FileRefusedError):
    """A part of the file is missing, or it changed while it was being read."""


class WrongOrganisationError(FileRefusedError):
    """The file is about another organisation."""


class WrongEncodingError(FileRefusedError):
    """The file's letters are stored in a way that would spoil names."""


class WrongLayoutError(FileRefusedError):
    """The file is not of the kind, or has not the columns, that this reader knows."""


class BadRecordError(IntegrationError):
    """One record that cannot be used. Says where and why, never whose."""

    def __init__(self, *, line: int, why: str) -> None:
        super().__init__(f"Line {line}: {why}")
        self.line = line
        self.why = why
