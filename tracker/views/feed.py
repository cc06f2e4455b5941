"""The feed that Excel and Power BI read, and the page on which a reader keeps the keys to it."""

import base64
import binascii
from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response
from pyramid.view import view_config

from integrations.odata import documents
from integrations.odata.query import ask, count, find_row
from integrations.odata.tables import ODataError
from tracker.errors import InvalidInputError, NotAllowedNowError
from tracker.security import Permission
from tracker.services import feed_keys, organisations, outcome_feed
from tracker.services.outcome_choices import report_choices
from tracker.services.outcome_data import load_data, remember_published
from tracker.services.outcome_report import outcome_report
from tracker.services.outcome_values import Audience

if TYPE_CHECKING:
    from integrations.odata.tables import FeedTable
    from tracker.request import TrackerRequest
    from tracker.security.identity import Identity

JSON = "application/json;odata.metadata=minimal;charset=utf-8"
XML = "application/xml;charset=utf-8"
PLAIN = "text/plain;charset=utf-8"
NAMES = tuple(table.name for table in outcome_feed.EMPTY)


@view_config(
    route_name="feed.keys",
    permission=Permission.KEEP_FEED_KEYS,
    request_method="GET",
    renderer="outcomes/feed.jinja2",
)
def show_keys(request: "TrackerRequest") -> dict[str, object]:
    return _page(request)


@view_config(
    route_name="feed.keys",
    permission=Permission.KEEP_FEED_KEYS,
    request_method="POST",
    renderer="outcomes/feed.jinja2",
)
def make_key(request: "TrackerRequest") -> dict[str, object]:
    """Show the new key once, in the answer itself: it is kept nowhere."""
    name = str(request.POST.get("name", ""))
    try:
        issued = feed_keys.make_key(request.db, name, by=_who(request), now=request.now)
    except (InvalidInputError, NotAllowedNowError) as refused:
        return _page(request) | {"problem": str(refused), "name": name}
    return _page(request) | {"secret": issued.secret}


@view_config(
    route_name="feed.take_back", permission=Permission.KEEP_FEED_KEYS, request_method="POST"
)
def take_key_back(request: "TrackerRequest") -> Any:  # noqa: ANN401
    key_id = request.matchdict["key_id"]
    feed_keys.take_back(request.db, key_id, by=_who(request), now=request.now)
    request.session.flash("That key opens nothing any more.")
    return HTTPSeeOther(request.route_path("feed.keys"))


def _page(request: "TrackerRequest") -> dict[str, object]:
    return {
        "keys": feed_keys.list_keys(request.db, by=_who(request)),
        "address": _base(request),
        "secret": "",
        "problem": "",
        "name": "",
        "now": request.now,
    }


@view_config(route_name="feed.root", permission=Permission.ANYBODY, request_method="GET")
@view_config(route_name="feed", permission=Permission.ANYBODY, request_method="GET")
def read_feed(request: "TrackerRequest") -> Response:
    """Answer a spreadsheet. It proves who it is with each question, and keeps no session."""
    who = feed_keys.reader_of(request.db, _secret(request), now=request.now)
    if who is None:
        return _answer(documents.error(401, "This key opens nothing. Make a new one."), JSON, 401)
    try:
        return _read(request, who, request.matchdict.get("path", ""))
    except ODataError as error:
        return _answer(documents.error(error.status, error.message), JSON, error.status)


def _read(request: "TrackerRequest", who: "Identity", path: str) -> Response:
    base = _base(request)
    if path == "":
        return _answer(documents.service_document(base, outcome_feed.EMPTY), JSON)
    if path == "$metadata":
        return _answer(documents.metadata(outcome_feed.EMPTY), XML)
    name, _, rest = path.partition("/")
    name, _, key = name.partition("(")
    if name not in NAMES or rest not in ("", "$count") or (key and not key.endswith(")")):
        raise ODataError(404, "There is no such table. The list is at the feed's own address.")
    table = _table(request, who, name)
    options = {str(key): str(value) for key, value in request.GET.items()}
    organisation = organisations.get(request.db, who.organisation_id)
    if rest:
        number = count(table, options)
        outcome_feed.note_the_look(request.db, organisation, name, 0, by=who)
        return _answer(str(number), PLAIN)
    if key:
        content, shown = documents.one_row(base, table, find_row(table, key[:-1])), 1
    else:
        found = ask(table, options)
        content, shown = documents.page(base, table, found, options), len(found.rows)
    outcome_feed.note_the_look(request.db, organisation, name, shown, by=who)
    return _answer(content, JSON)


def _table(request: "TrackerRequest", who: "Identity", name: str) -> "FeedTable":
    data = load_data(request.db, who.organisation_id)
    if name == "Numbers":
        remember_published(request.db, who.organisation_id, data)
        return outcome_feed.numbers_table(data)
    if name == "Measures":
        return outcome_feed.measures_table(data)
    if name == "Units":
        return outcome_feed.units_table(data)
    choices = report_choices(
        request.db, who.organisation_id, own_unit_ids=None, today=request.today
    )
    report = outcome_report(
        request.db,
        organisations.get(request.db, who.organisation_id),
        None,
        first_month=choices.first_month,
        last_month=choices.last_month,
        audience=Audience.PUBLISHED,
        by=who,
        today=request.today,
    )
    return outcome_feed.sentences_table(report)


def _secret(request: "TrackerRequest") -> str:
    """Read the key as Excel and Power BI send it: as a password, beside any user name."""
    scheme, _, words = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return str(words.strip())
    if scheme.lower() != "basic":
        return ""
    try:
        plain = base64.b64decode(words, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return plain.partition(":")[2].strip()


def _base(request: "TrackerRequest") -> str:
    return f"{request.route_url('feed.root')}/"


def _who(request: "TrackerRequest") -> "Identity":
    return request.actor


def _answer(text: str, content_type: str, status: int = 200) -> Response:
    response = Response(text.encode(), status=status)
    response.headers["Content-Type"] = content_type
    response.headers["OData-Version"] = "4.0"
    if status == 401:  # noqa: PLR2004 - who asks must say who they are
        response.headers["WWW-Authenticate"] = 'Basic realm="Outcome feed", charset="UTF-8"'
    return response
