"""Has a signer prove who they are, in whoever's session it is: two people share a tablet."""

from typing import TYPE_CHECKING

from tracker.services import sign_in

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.proof import Proof


def confirm_identity(request: "TrackerRequest", username: str, password: str) -> "Proof":
    """Ask the directory, with the same limits as at sign-in.

    Lets go of the request's database while it waits, so call it before anything is written, and
    load the record afresh afterwards (call its context loader again).

    :raises tracker.services.sign_in.SignInRefusedError: with words for the signer.
    """
    return sign_in.confirm_identity(
        request.brief_db,
        request.tracker_settings,
        sign_in.Claim(username=username, password=password, address=request.address),
        organisation_id=request.actor.organisation_id,
        now=request.now,
        today=request.today,
    )
