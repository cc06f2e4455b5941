"""That somebody has just shown who they are: what a signature asks for."""

from dataclasses import dataclass
from datetime import datetime

#: the ways in which people prove who they are
DIRECTORY = "directory"
PROVIDER = "provider"


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Whose password was right, when, and who checked it. Made only by services.sign_in.

    The one who proves need not be the one whose session it is: two people may share a tablet.
    """

    staff_id: int
    organisation_id: int
    proved_at: datetime
    #: how: by the directory, or at the provider of single sign-on
    method: str
