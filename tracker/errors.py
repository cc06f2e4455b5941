"""What the service can refuse to do. Views turn these into pages, commands into sentences."""


class TrackerError(Exception):
    """Base of every refusal that a person can be told about.

    The message is a whole sentence, in plain words, that says what to do. It holds no names.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFoundError(TrackerError):
    """Raised where there is no such record, or none that this person may see."""


class StaleError(TrackerError):
    """Raised when somebody else changed the text in the meantime. Carries nothing away."""


class StaleTextError(StaleError):
    """Raised with what the other one saved, so that the second writer sees both texts."""

    def __init__(self, message: str, *, saved: dict[str, str], version: int) -> None:
        super().__init__(message)
        self.saved = saved
        self.version = version
        #: true where the typed text was kept while its writer was signed out
        self.is_kept = False


class RecordSealedError(TrackerError):
    """Raised on a change to something that has been signed."""


class NotAllowedNowError(TrackerError):
    """Raised on a step that cannot be taken from here."""


class InvalidInputError(TrackerError):
    """Raised when what somebody wrote, or a file holds, cannot be used as it is."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        #: the part of the draft that is to be mended, when one is
        self.field = field


class NotDrawnError(TrackerError):
    """Raised when a document takes too long, or too much memory, to be drawn."""
