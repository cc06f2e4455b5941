"""Before day one: the welcome behind a link or a code. Nobody is known here, nothing is kept."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import exception_view_config, view_config

from tracker.errors import InvalidInputError, NotAllowedNowError, NotFoundError
from tracker.forms.welcome import ACTION, AddressForm, CodeForm, FirstScreenForm
from tracker.security import Permission
from tracker.services import first_practice, invitations

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.contexts import InductionInView
    from tracker.services.invitations import WelcomePage

WAIT = "Too many codes were tried from here. Wait ten minutes, then try again."
WRONG = "That code does not work. Check each letter, or ask your new manager for another."


class _GoneError(Exception):
    """Raised for a link that was never made, is too old, or was shut: all look the same."""


def _page(request: "TrackerRequest") -> "WelcomePage":
    """Open the link. Guessing is counted, and soon stopped."""
    secret, address = request.tracker_settings.secret, request.address
    if invitations.too_many_tries(request.db, secret, address, now=request.now):
        raise _GoneError
    try:
        return invitations.open_link(
            request.db, request.matchdict["welcome_id"], today=request.today
        )
    except NotFoundError:
        with request.brief_db() as db:
            invitations.note_try(db, secret, address, now=request.now)
        raise _GoneError from None


@exception_view_config(_GoneError, renderer="welcome/gone.jinja2")
def show_gone(request: "TrackerRequest") -> dict[str, object]:
    request.response.status_int = 404
    return {}


@view_config(
    route_name="welcome.code", permission=Permission.ANYBODY, renderer="welcome/code.jinja2"
)
def enter_code(request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = CodeForm(request.POST)
    if request.method == "POST" and form.validate():
        secret, address = request.tracker_settings.secret, request.address
        if invitations.too_many_tries(request.db, secret, address, now=request.now):
            form.refuse(InvalidInputError(WAIT), otherwise="code")
            request.response.status_int = 429
            return {"form": form}
        link = invitations.link_of_code(request.db, form.code.data or "", today=request.today)
        if link is not None:
            return HTTPSeeOther(request.route_path("welcome", welcome_id=link))
        invitations.note_try(request.db, secret, address, now=request.now)
        form.refuse(InvalidInputError(WRONG), otherwise="code")
    return {"form": form}


@view_config(route_name="welcome", permission=Permission.ANYBODY, renderer="welcome/show.jinja2")
def show_welcome(request: "TrackerRequest") -> dict[str, object]:
    return {"page": _page(request)}


@view_config(
    route_name="welcome.practice",
    permission=Permission.ANYBODY,
    renderer="welcome/practice.jinja2",
)
def first_practice_screen(request: "TrackerRequest") -> dict[str, object]:
    page = _page(request)
    one = first_practice.first_screen(page.public_id, int(request.matchdict["number"]))
    form = FirstScreenForm(request.POST, one.screen)
    if request.method == "POST" and form.validate():
        one = replace(one, says_action=form.says.data == ACTION, part=form.part.data or "")
    return {"page": page, "one": one, "form": form}


@view_config(route_name="welcome.end", permission=Permission.ANYBODY, renderer="welcome/end.jinja2")
def end_first_practice(request: "TrackerRequest") -> dict[str, object]:
    return {"page": _page(request)}


@view_config(
    route_name="induction.welcome",
    permission=Permission.LEAD_INDUCTION,
    renderer="inductions/welcome.jinja2",
)
def invite(context: "InductionInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    induction = context.induction
    form = AddressForm(request.POST)
    if request.method == "POST" and form.validate():
        try:
            invitations.write_to(
                request.db,
                induction,
                form.address.data or "",
                by=request.actor,
                today=request.today,
            )
        except InvalidInputError as error:
            form.refuse(error, otherwise="address")
        except NotAllowedNowError as error:
            form.refuse(InvalidInputError(str(error)), otherwise="address")
        else:
            request.session.flash("The welcome is on its way.")
            return HTTPSeeOther(
                request.route_path("induction.welcome", induction_id=induction.public_id)
            )
    try:
        invitation = invitations.make_invitation(
            request.db, induction, by=request.actor, today=request.today
        )
    except NotAllowedNowError as why:
        request.session.flash(str(why))
        return HTTPSeeOther(request.route_path("induction", induction_id=induction.public_id))
    request.db.flush()
    return {
        "form": form,
        "induction": induction,
        "invitation": invitation,
        "link": request.route_url("welcome", welcome_id=invitation.public_id),
        "is_before": induction.starts_on > request.today,
    }
