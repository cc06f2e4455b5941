from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.forms.sign_in import OrganisationForm, SignInForm
from tracker.security import Permission
from tracker.security.policy import TOKEN_KEY
from tracker.security.proof import DIRECTORY
from tracker.services import sign_in
from tracker.services.sign_in import OUTAGES, Claim, Refusal, SignInRefusedError

if TYPE_CHECKING:
    from integrations.ldap.records import DirectoryPerson
    from tracker.request import TrackerRequest
    from tracker.services.sign_in import Place

#: Where the cookie session keeps who has proved who they are but has yet to choose where to go.
CHOICE_KEY = "choice"
CHOICE_SECONDS = 300


@view_config(
    route_name="sign_in",
    request_method="GET",
    permission=Permission.ANYBODY,
    renderer="sign_in/show.jinja2",
)
def show_sign_in(request: "TrackerRequest") -> Any:  # noqa: ANN401 - a page or a redirect
    way_on = local_path(request.GET.get("next"))
    if request.identity is not None:
        return HTTPSeeOther(way_on)
    return sign_in_page(request, SignInForm(data={"next": way_on}))


@view_config(
    route_name="sign_in",
    request_method="POST",
    permission=Permission.ANYBODY,
    renderer="sign_in/show.jinja2",
)
def check_sign_in(request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = SignInForm(request.POST)
    outage = None
    if form.validate():
        claim = Claim(
            username=form.username.data or "",
            password=form.password.data or "",
            address=request.address,
        )
        try:
            return _let_in(request, claim, local_path(form.next.data))
        except SignInRefusedError as refused:
            outage = refused.message if refused.refusal in OUTAGES else None
            request.response.status_int = status_of(refused)
            if outage is None:
                form.say(refused.message)
    return sign_in_page(request, form, outage)


@view_config(
    route_name="sign_in.organisation",
    permission=Permission.ANYBODY,
    renderer="sign_in/organisation.jinja2",
)
def choose_organisation(request: "TrackerRequest") -> Any:  # noqa: ANN401
    choice = request.session.get(CHOICE_KEY)
    if not choice or request.now.timestamp() - choice["at"] > CHOICE_SECONDS:
        return HTTPSeeOther(request.route_path("sign_in"))
    places = sign_in.find_places_again(request.db, choice["places"], today=request.today)
    form = OrganisationForm(request.POST)
    form.offer((place.organisation_code, place.organisation_name) for place in places)
    if request.method == "POST" and form.validate():
        chosen = {place.organisation_code: place for place in places}
        place = chosen[form.organisation.data]
        return _enter(
            request, place, local_path(choice["next"]), method=choice.get("method", DIRECTORY)
        )
    return {"form": form}


@view_config(route_name="sign_out", request_method="POST", permission=Permission.ANYBODY)
def sign_out(request: "TrackerRequest") -> Any:  # noqa: ANN401
    token = request.session.get(TOKEN_KEY)
    if token:
        sign_in.leave(request.db, token, by=request.identity, now=request.now)
    request.session.invalidate()
    request.session.flash("You have signed out.")
    return HTTPSeeOther(request.route_path("sign_in"))


def sign_in_page(
    request: "TrackerRequest", form: SignInForm, outage: str | None = None
) -> dict[str, object]:
    provider = request.tracker_settings.provider
    return {"form": form, "outage": outage, "provider": provider.label if provider else None}


def local_path(asked: str | None) -> str:
    """Take somebody on only to a page of ours: anything else might be a trap."""
    path = asked or "/"
    is_plain = path.isprintable() and "\\" not in path
    if not is_plain or not path.startswith("/") or path.startswith("//"):
        return "/"
    parts = urlsplit(path)
    return "/" if parts.scheme or parts.netloc or path.startswith("/sign-") else path


def _let_in(request: "TrackerRequest", claim: Claim, way_on: str) -> Any:  # noqa: ANN401
    person = sign_in.prove(request.brief_db, request.tracker_settings, claim, now=request.now)
    return let_in(request, person, way_on)


def let_in(
    request: "TrackerRequest", person: "DirectoryPerson", way_on: str, *, method: str = DIRECTORY
) -> Any:  # noqa: ANN401
    """Begin a session for somebody who has just been proved, or ask them where."""
    places = sign_in.find_places(
        request.db, request.tracker_settings, person, today=request.today, method=method
    )
    if len(places) == 1:
        return _enter(request, places[0], way_on, method=method)
    _forget_session(request)
    request.session[CHOICE_KEY] = {
        "places": [(place.staff_member.id, sorted(place.roles)) for place in places],
        "at": request.now.timestamp(),
        "next": way_on,
        "method": method,
    }
    return HTTPSeeOther(request.route_path("sign_in.organisation"))


def _enter(request: "TrackerRequest", place: "Place", way_on: str, *, method: str) -> Any:  # noqa: ANN401
    """Begin a new session: nothing of the old one, which a stranger may know, is kept."""
    _forget_session(request)
    request.session[TOKEN_KEY] = sign_in.enter(
        request.db, place.staff_member, place.roles, now=request.now, method=method
    )
    return HTTPSeeOther(way_on)


def _forget_session(request: "TrackerRequest") -> None:
    old_token = request.session.get(TOKEN_KEY)
    if old_token:
        sign_in.leave(request.db, old_token, by=None, now=request.now)
    request.session.invalidate()


def status_of(refused: SignInRefusedError) -> int:
    if refused.refusal in OUTAGES:
        return 503
    return 429 if refused.refusal is Refusal.TOO_MANY else 403
