"""Has a signer prove who they are, in whoever's session it is: two people share a tablet.

By user name and password; or, where the trust has single sign-on, at the provider.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.security.proof import PROVIDER
from tracker.services import held_proofs, sign_in
from tracker.services.sign_in import Refusal, SignInRefusedError

if TYPE_CHECKING:
    from tracker.forms.proving import ProvingForm
    from tracker.request import TrackerRequest
    from tracker.security.proof import Proof


@dataclass(frozen=True, kw_only=True)
class Proving:
    """The ways in which a page lets somebody prove who they are."""

    #: what the button calls the provider; empty where there is none
    label: str
    #: who has just proved it there, for this page and text
    name: str
    path: str
    about: str
    #: where to come back to
    page: str


def confirm_identity(
    request: "TrackerRequest", username: str, password: str, *, about: str = ""
) -> "Proof":
    """Use up what the provider proved for this page and text; else ask the directory.

    The directory has the same limits as at sign-in. Asking it lets go of the request's database
    while it waits, so call this before anything is written, and load the record afresh afterwards
    (call its context loader again).

    :raises tracker.services.sign_in.SignInRefusedError: with words for the signer.
    """
    held = request.POST.get("proof", "")
    if held:
        proof = held_proofs.take(
            request.db, held, path=request.path, about=about, by=request.actor, now=request.now
        )
        if proof is None:
            raise SignInRefusedError(Refusal.PROOF_OVER)
        return proof
    return sign_in.confirm_identity(
        request.brief_db,
        request.tracker_settings,
        sign_in.Claim(username=username, password=password, address=request.address),
        organisation_id=request.actor.organisation_id,
        now=request.now,
        today=request.today,
    )


def put_back(request: "TrackerRequest", proof: "Proof", *, about: str = "") -> None:
    """Keep a proof whose signature could not be used: nobody has to prove the same thing twice."""
    if proof.method == PROVIDER:
        held_proofs.put_back(request.db, proof, path=request.path, about=about, by=request.actor)


def ways_to_prove(
    request: "TrackerRequest", form: "ProvingForm", *, path: str, about: str = "", page: str = ""
) -> Proving:
    """Ready a form for the one who has just proved who they are, else for a password.

    `path` is where the form is sent, and `page` where it is shown, if that is elsewhere.
    """
    provider = request.tracker_settings.provider
    by_password = request.GET.get("with") == "password" or bool(form.username.errors)
    held = None
    if provider is not None and not by_password:
        held = held_proofs.in_hand(
            request.db, path=path, about=about, by=request.actor, now=request.now
        )
    said = list(form.proof.errors)
    form.proof.data = held.public_id if held else ""
    if said and held is None:
        form.proof.errors, form.username.errors = [], said
    return Proving(
        label=provider.label if provider else "",
        name=held.staff_member.name if held else "",
        path=path,
        about=about,
        page=page or path,
    )
