"""What a person keeps to show what they can do: their list, one piece, and bringing it along."""

import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError, NotFoundError, TrackerError
from tracker.forms.evidence import EvidenceForm
from tracker.security import Permission
from tracker.services import evidence
from tracker.services.evidence_files import FileStore, read_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.request import TrackerRequest
    from tracker.security.evidence_context import EvidenceInView

ADD = "evidence/add.jinja2"
MOVED = {
    "bring": "It is shown in your appraisal now.",
    "take-back": "It is not shown in your appraisal any more.",
    "put-away": "It is off your list.",
}
#: besides letters and numbers, what a plain file name keeps
PLAIN = frozenset("-_. ")


def file_store(request: "TrackerRequest") -> FileStore | None:
    settings = request.tracker_settings
    if settings.evidence_folder is None:
        return None
    return FileStore(
        folder=settings.evidence_folder,
        largest=settings.largest_evidence,
        scan_command=settings.scan_command,
    )


def _form(request: "TrackerRequest", data: Any = None) -> EvidenceForm:  # noqa: ANN401
    form = EvidenceForm(data)
    shown = evidence.competences_to_show(request.db, by=request.actor, today=request.today)
    store = file_store(request)
    form.offer(shown, largest_file=store.largest if store else None)
    return form


def _adding(request: "TrackerRequest", form: EvidenceForm) -> dict[str, object]:
    return {"form": form, "largest_file": request.tracker_settings.largest_evidence}


@view_config(
    route_name="evidence.list", permission=Permission.OWN_PAGES, renderer="evidence/list.jinja2"
)
def list_evidence(request: "TrackerRequest") -> dict[str, object]:
    return {"page": evidence.own_evidence(request.db, by=request.actor, today=request.today)}


@view_config(
    route_name="evidence.add",
    permission=Permission.OWN_PAGES,
    request_method="GET",
    renderer=ADD,
)
def show_adding(request: "TrackerRequest") -> dict[str, object]:
    form = _form(request)
    form.form_key.data = secrets.token_hex(8)
    return _adding(request, form)


@view_config(
    route_name="evidence.add",
    permission=Permission.OWN_PAGES,
    request_method="POST",
    renderer=ADD,
)
def add_evidence(request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = _form(request, request.POST)
    if not form.validate():
        return _adding(request, form)
    try:
        evidence.add_evidence(
            request.db,
            form.to_draft(),
            store=file_store(request),
            by=request.actor,
            today=request.today,
        )
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="title")
        return _adding(request, form)
    request.session.flash("It is kept. Only you can see it until you bring it to an appraisal.")
    return HTTPSeeOther(request.route_path("evidence.list"))


@view_config(
    route_name="evidence", permission=Permission.READ_EVIDENCE, renderer="evidence/show.jinja2"
)
def show_evidence(context: "EvidenceInView", request: "TrackerRequest") -> dict[str, object]:
    evidence.look_at(request.db, context.evidence, by=request.actor)
    return {
        "evidence": context.evidence,
        "mine": context.evidence.staff_member_id == request.actor.staff_id,
    }


@view_config(route_name="evidence.file", permission=Permission.READ_EVIDENCE)
def send_file(context: "EvidenceInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    one, store = context.evidence, file_store(request)
    if store is None or not (one.file_hash and one.media_type):
        raise HTTPNotFound
    evidence.look_at(request.db, one, by=request.actor)
    response = request.response
    # Always as a download, never as a page of ours, whatever is in it.
    response.content_type = one.media_type
    response.headers["Content-Disposition"] = _as_download(one.file_name or "file")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.body = read_file(store, one.public_id, one.file_hash)
    return response


def _as_download(name: str) -> str:
    """Name the file as RFC 6266 has it: plain letters for old programs, all of it for others."""
    plain = "".join(
        one if (one.isascii() and one.isalnum()) or one in "-_. " else "_" for one in name
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


@view_config(
    route_name="evidence.move", permission=Permission.CHANGE_EVIDENCE, request_method="POST"
)
def move_evidence(context: "EvidenceInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    name = request.matchdict["move"]
    try:
        evidence.move_evidence(
            request.db,
            context.evidence,
            evidence.MOVES[name],
            by=request.actor,
            now=request.now,
            today=request.today,
        )
    except TrackerError as refusal:
        request.session.flash(refusal.message, "important")
    else:
        request.session.flash(MOVED[name])
    return HTTPSeeOther(request.route_path("evidence.list"))


def read_files(
    request: "TrackerRequest", files: "Iterable[tuple[str, str, str]]"
) -> dict[str, bytes]:
    """Read files by public id, name and hash. Those that are lost are left out."""
    store, found = file_store(request), {}
    if store is None:
        return {}
    for public_id, name, file_hash in files:
        try:
            found[f"{public_id}-{name}"] = read_file(store, public_id, file_hash)
        except NotFoundError:
            continue
    return found
