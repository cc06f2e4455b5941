"""Files of outcome data for quality leads: bring one, see what came of it, check what waits."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError
from tracker.security import Permission
from tracker.services import (
    feedback_sources,
    incident_candidates,
    outcome_imports,
    outcome_uploads,
)
from tracker.services.outcome_uploads import KINDS, Upload

if TYPE_CHECKING:
    from tracker.request import TrackerRequest

LIST = "outcome_files/list.jinja2"
SOURCES = "outcome_files/services.jinja2"


def _list(request: "TrackerRequest", problem: InvalidInputError | None = None) -> dict[str, object]:
    if problem is not None:
        request.response.status_int = 422
    page = outcome_imports.files_page(request.db, by=request.actor)
    chosen = request.params.get("measure", "")
    return {"page": page, "kinds": KINDS, "problem": problem, "chosen": chosen}


@view_config(
    route_name="outcome_file.list",
    permission=Permission.KEEP_FEEDS,
    request_method="GET",
    renderer=LIST,
)
def list_files(request: "TrackerRequest") -> dict[str, object]:
    return _list(request)


@view_config(
    route_name="outcome_file.list",
    permission=Permission.KEEP_FEEDS,
    request_method="POST",
    renderer=LIST,
)
def take_file(request: "TrackerRequest") -> Any:  # noqa: ANN401
    upload = request.POST.get("file")
    if not hasattr(upload, "file"):
        return _list(request, InvalidInputError("Choose a file first.", field="file"))
    by, now, today = request.actor, request.now, request.today
    try:
        public_id = outcome_uploads.take_upload(
            request.brief_db,
            Upload(
                kind=request.POST.get("kind", ""),
                file_name=upload.filename,
                stream=upload.file,
                measure_key=request.POST.get("measure", ""),
                map_choice=request.POST.get("map", ""),
            ),
            by=by,
            secret=request.tracker_settings.secret,
            now=now,
            today=today,
        )
    except InvalidInputError as problem:
        return _list(request, problem)
    return HTTPSeeOther(request.route_path("outcome_file", import_id=public_id))


@view_config(
    route_name="outcome_file",
    permission=Permission.KEEP_FEEDS,
    renderer="outcome_files/show.jinja2",
)
def show_file(request: "TrackerRequest") -> dict[str, object]:
    page = outcome_imports.run_page(
        request.db, request.matchdict["import_id"], by=request.actor, now=request.now
    )
    return {"page": page, "kinds": KINDS}


@view_config(
    route_name="candidate.list",
    permission=Permission.KEEP_FEEDS,
    renderer="outcome_files/to_check.jinja2",
)
def list_candidates(request: "TrackerRequest") -> dict[str, object]:
    return {"page": incident_candidates.candidates_page(request.db, by=request.actor)}


@view_config(route_name="candidate.decide", permission=Permission.KEEP_FEEDS, request_method="POST")
def decide_candidate(request: "TrackerRequest") -> Any:  # noqa: ANN401
    public_id, answer = request.matchdict["candidate_id"], request.POST.get("answer", "")
    db, by, now, today = request.db, request.actor, request.now, request.today
    if answer == "ask_again":
        one = incident_candidates.ask_again(db, public_id, by=by, now=now, today=today)
        said = f"{one.reference} waits again. It is not counted now."
    else:
        one = incident_candidates.decide(db, public_id, answer, by=by, now=now, today=today)
        said = f"Saved what you found about {one.reference}."
    request.session.flash(said)
    return HTTPSeeOther(request.route_path("candidate.list"))


def _sources(
    request: "TrackerRequest", *, problem: InvalidInputError | None = None, secret: str = ""
) -> dict[str, object]:
    if problem is not None:
        request.response.status_int = 422
    return {
        "sources": feedback_sources.list_sources(request.db, request.actor.organisation_id),
        "problem": problem,
        "secret": secret,
        "typed": request.POST,
        "address": f"{request.application_url}/cds-services/",
    }


@view_config(
    route_name="feedback_source.list",
    permission=Permission.KEEP_CONNECTIONS,
    request_method="GET",
    renderer=SOURCES,
)
def list_sources(request: "TrackerRequest") -> dict[str, object]:
    return _sources(request)


@view_config(
    route_name="feedback_source.list",
    permission=Permission.KEEP_CONNECTIONS,
    request_method="POST",
    renderer=SOURCES,
)
def add_source(request: "TrackerRequest") -> dict[str, object]:
    names = ("name", "service", "issuer", "keys")
    draft = feedback_sources.SourceDraft(**{name: request.POST.get(name, "") for name in names})
    try:
        _, secret = feedback_sources.add_source(
            request.db, draft, by=request.actor, now=request.now
        )
    except InvalidInputError as problem:
        return _sources(request, problem=problem)
    return _sources(request, secret=secret or "It signs its own messages: it needs no key of ours.")


@view_config(
    route_name="feedback_source.remove",
    permission=Permission.KEEP_CONNECTIONS,
    request_method="POST",
)
def remove_source(request: "TrackerRequest") -> Any:  # noqa: ANN401
    feedback_sources.remove_source(
        request.db, request.matchdict["source_id"], by=request.actor, now=request.now
    )
    request.session.flash("Removed. It can tell us nothing any more.")
    return HTTPSeeOther(request.route_path("feedback_source.list"))
