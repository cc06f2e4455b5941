"""The feed that Excel and Power BI read, and the page on which a reader keeps the keys to it."""

import base64
import binascii
from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response
from pyramid.view import view_config

from integrations.odata import documents
from integrations.odata.asked import VERSION, Wanted, check_version, only_once, read_wanted
from integrations.odata.query import ask, column_of, count, find_row, one
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

JSON_OF = "application/json;odata.metadata={};charset=utf-8"
JSON = JSON_OF.format("minimal")
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


@view_config(route_name="feed.root", permission=Permission.ANYBODY, require_csrf=False)
@view_config(route_name="feed", permission=Permission.ANYBODY, require_csrf=False)
def refuse_to_write(request: "TrackerRequest") -> Response:
    """Say to whoever would write, as OData says it, that this feed is for reading."""
    status = 501 if request.matchdict.get("path", "") == "$batch" else 405
    answer = _answer(documents.error(status, "This feed is for reading only."), JSON, status)
    answer.headers["Allow"] = "GET, HEAD"
    return answer


def _read(request: "TrackerRequest", who: "Identity", path: str) -> Response:
    base, headers = _base(request), request.headers
    options = only_once((str(key), str(value)) for key, value in request.GET.items())
    if path == "$metadata":
        read_wanted(headers, options, gives="xml")
        return _answer(documents.metadata(outcome_feed.EMPTY), XML)
    name, _, rest = path.partition("/")
    name, _, key = name.partition("(")
    if path and (name not in NAMES or (key and not key.endswith(")"))):
        raise ODataError(404, "There is no such table. The list is at the feed's own address.")
    check_version(headers)
    is_bare = rest == "$count" or rest.endswith("/$value")
    wanted = Wanted() if is_bare else read_wanted(headers, options)
    if path == "":
        return _say(documents.service_document(base, outcome_feed.EMPTY, wanted.detail), wanted)
    table = _table(request, who, name)
    answer, shown = _asked(table, key, rest, (base, options, wanted))
    organisation = organisations.get(request.db, who.organisation_id)
    outcome_feed.note_the_look(request.db, organisation, name, shown, by=who)
    return answer


def _asked(
    table: "FeedTable", key: str, rest: str, asked: "tuple[str, dict[str, str], Wanted]"
) -> tuple[Response, int]:
    """Give a page of rows, one row, one value or a count, and how many rows were shown."""
    base, options, wanted = asked
    if not key and rest == "":
        found = ask(table, options, page=wanted.page)
        content = documents.page(base, table, found, options, wanted.detail)
        return _say(content, wanted), len(found.rows)
    if not key and rest == "$count":
        return _answer(str(count(table, options)), PLAIN), 0
    if not key:
        raise ODataError(404, "There is no such address in this feed.")
    row = find_row(table, key[:-1])
    if rest == "":
        content = documents.one_row(base, table, one(table, row, options), wanted.detail)
        return _say(content, wanted), 1
    name, _, bare = rest.partition("/")
    value = row[column_of(table, name)]
    if bare not in ("", "$value"):
        raise ODataError(404, "There is no such address in this feed.")
    if value is None:
        return _answer("", PLAIN, 204), 1
    if bare:
        return _answer(documents.bare(value), PLAIN), 1
    content = documents.one_value(base, table, f"({key}/{name}", value, wanted.detail)
    return _say(content, wanted), 1


def _table(request: "TrackerRequest", who: "Identity", name: str) -> "FeedTable":
    data = load_data(request.db, who.organisation_id)
    if name == "Numbers":
        remember_published(request.db, who.organisation_id, data)
        return outcome_feed.numbers_table(data, outcome_feed.said_of(request.db, data))
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
        data=choices.data,
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


def _say(text: str, wanted: Wanted) -> Response:
    answer = _answer(text, JSON_OF.format(wanted.detail.value))
    if wanted.page_asked:
        answer.headers["Preference-Applied"] = f"odata.maxpagesize={wanted.page}"
    return answer


def _answer(text: str, content_type: str, status: int = 200) -> Response:
    response = Response(text.encode(), status=status)
    if status != 204:  # noqa: PLR2004 - an answer without a body has no kind either
        response.headers["Content-Type"] = content_type
    response.headers["OData-Version"] = VERSION
    if status == 401:  # noqa: PLR2004 - who asks must say who they are
        response.headers["WWW-Authenticate"] = 'Basic realm="Outcome feed", charset="UTF-8"'
    return response
