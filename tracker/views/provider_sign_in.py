"""Sign-in by OpenID Connect: off to the provider, and back."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.view import view_config

from integrations.oidc.client import Journey, new_journey
from tracker.forms.sign_in import SignInForm
from tracker.security import Permission
from tracker.security.proof import PROVIDER
from tracker.services import provider_sign_in
from tracker.services.sign_in import OUTAGES, Refusal, SignInRefusedError
from tracker.views.sign_in import let_in, local_path, sign_in_page, status_of

if TYPE_CHECKING:
    from integrations.ldap.records import DirectoryPerson
    from integrations.oidc.settings import Provider
    from tracker.request import TrackerRequest

#: Where the cookie session keeps who is on the way: a few, for several windows.
WAY_KEY = "on_the_way"
MOST = 3
LONGEST_SECONDS = 900
#: what a page says of itself when it sends somebody off to prove who they are
LONGEST = 300
PAGE = "sign_in/show.jinja2"


@view_config(
    route_name="provider.go",
    request_method="GET",
    permission=Permission.ANYBODY,
    renderer=PAGE,
)
def go_to_provider(request: "TrackerRequest") -> Any:  # noqa: ANN401 - a page or a redirect
    provider = _provider(request)
    way_on = local_path(request.GET.get("next"))
    journey = new_journey()
    try:
        there = provider_sign_in.way_there(provider, journey, back_to=back_to(request))
    except SignInRefusedError as refused:
        return _refused(request, refused, way_on)
    _keep_way(request, journey, way_on)
    return HTTPSeeOther(there)


@view_config(route_name="provider.prove", request_method="GET", permission=Permission.OWN_PAGES)
def go_to_prove(request: "TrackerRequest") -> Any:  # noqa: ANN401 - a redirect
    """Send whoever signs to the provider, to sign in there anew; nobody's session here ends.

    By a link, not by a form: our forms may be sent to us alone (form-action in the policy for
    content), and browsers hold a form to that on each step of where it is sent on to.
    """
    provider, asked = _provider(request), request.GET
    way_on = local_path(asked.get("page"))
    purpose = {
        "path": local_path(asked.get("path"))[:LONGEST],
        "about": asked.get("about", "")[:LONGEST],
    }
    session_id = request.actor.session_id
    journey = new_journey(is_fresh=True)
    try:
        with request.brief_db():  # the provider may take seconds: hold no database meanwhile
            there = provider_sign_in.way_there(provider, journey, back_to=back_to(request))
    except SignInRefusedError as refused:
        request.session.flash(refused.message, "important")
        return HTTPSeeOther(way_on)
    _keep_way(request, journey, way_on, prove={**purpose, "session": session_id})
    return HTTPSeeOther(there)


@view_config(
    route_name="provider.back",
    request_method="GET",
    permission=Permission.ANYBODY,
    renderer=PAGE,
)
def come_back(request: "TrackerRequest") -> Any:  # noqa: ANN401 - a page or a redirect
    provider = _provider(request)
    kept = _take_way(request)
    if kept is None:
        return _refused(request, SignInRefusedError(Refusal.PROVIDER_LATE), "/")
    since, way_on = datetime.fromtimestamp(kept.pop("at"), UTC), kept.pop("next")
    purpose = kept.pop("prove", None)
    try:
        person = provider_sign_in.come_back(
            provider,
            Journey(**kept),
            dict(request.GET),
            back_to=back_to(request),
            now=request.now,
            since=since,
        )
        if purpose is None:
            return let_in(request, person, way_on, method=PROVIDER)
        _keep_proof(request, person, purpose)
    except SignInRefusedError as refused:
        if purpose is None:
            return _refused(request, refused, way_on)
        request.session.flash(refused.message, "important")
    return HTTPSeeOther(way_on)


def _keep_proof(
    request: "TrackerRequest", person: "DirectoryPerson", purpose: dict[str, Any]
) -> None:
    """Keep the proof for the page it was for; the one whose browser it is stays signed in."""
    by = request.identity
    if by is None or by.session_id != purpose["session"]:
        raise SignInRefusedError(Refusal.PROVIDER_LATE)
    name = provider_sign_in.keep_proof(
        request.db,
        request.tracker_settings,
        person,
        path=purpose["path"],
        about=purpose["about"],
        by=by,
        now=request.now,
        today=request.today,
    )
    request.session.flash(f"{name} has shown who they are. Read on, and finish at the end.")


def back_to(request: "TrackerRequest") -> str:
    """Give the address that is written down at the provider: ours, whatever the request says."""
    base = request.tracker_settings.base_url or request.application_url
    return base + str(request.route_path("provider.back"))


def _keep_way(
    request: "TrackerRequest", journey: Journey, way_on: str, **more: dict[str, Any]
) -> None:
    others = request.session.get(WAY_KEY, [])[-(MOST - 1) :]
    at = int(request.now.timestamp())
    request.session[WAY_KEY] = [*others, {**asdict(journey), "at": at, "next": way_on, **more}]


def _take_way(request: "TrackerRequest") -> dict[str, Any] | None:
    """Take the journey that this answer belongs to: it is good once."""
    state = request.GET.get("state", "")
    kept = request.session.get(WAY_KEY, [])
    request.session[WAY_KEY] = [one for one in kept if one["state"] != state]
    found = next((one for one in kept if one["state"] == state), None)
    if found is None or request.now.timestamp() - found["at"] > LONGEST_SECONDS:
        return None
    return dict(found)


def _provider(request: "TrackerRequest") -> "Provider":
    provider = request.tracker_settings.provider
    if provider is None:
        raise HTTPNotFound
    return provider


def _refused(request: "TrackerRequest", refused: SignInRefusedError, way_on: str) -> Any:  # noqa: ANN401
    form = SignInForm(data={"next": way_on})
    request.response.status_int = status_of(refused)
    if refused.refusal in OUTAGES:
        return sign_in_page(request, form, refused.message)
    form.say(refused.message)
    return sign_in_page(request, form)
