"""Reports that were published, and those that are made again and again."""

from functools import partial
from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.view import view_config

from tracker.documents.apart import draw_report
from tracker.documents.outcome_csv import outcome_csv
from tracker.documents.outcome_document import outcome_document
from tracker.documents.outcome_json import outcome_json
from tracker.documents.outcome_page import report_page
from tracker.errors import InvalidInputError, NotAllowedNowError
from tracker.forms.fields import read_number
from tracker.forms.outcomes import ReaderForm, SavedReportForm, saved_report_form
from tracker.request import LONDON
from tracker.security import Permission
from tracker.services import organisations, published_reports, saved_reports
from tracker.services.outcome_choices import report_choices
from tracker.services.saved_reports import SavedDraft
from tracker.views.outcomes import WORKBOOK, file_answer, file_name

if TYPE_CHECKING:
    from pyramid.response import Response

    from tracker.documents.values import ReportDocument
    from tracker.request import Drawing, TrackerRequest
    from tracker.services.outcome_values import OutcomeReport

SAVED = "outcomes/saved.jinja2"
ONE = "outcomes/saved_one.jinja2"


@view_config(
    route_name="published.list",
    permission=Permission.READ_PUBLISHED,
    renderer="outcomes/published.jinja2",
)
def list_published(request: "TrackerRequest") -> dict[str, object]:
    found = published_reports.list_published(request.db, request.actor.organisation_id)
    return {"reports": found}


@view_config(
    route_name="published",
    permission=Permission.READ_PUBLISHED,
    renderer="outcomes/published_one.jinja2",
)
def show_published(request: "TrackerRequest") -> dict[str, object]:
    kept = published_reports.find_published(
        request.db, request.matchdict["report_id"], by=request.actor
    )
    report = published_reports.read(request.db, kept, by=request.actor)
    document = outcome_document(report, made_at=kept.published_at.astimezone(LONDON))
    organisation = organisations.get(request.db, request.actor.organisation_id)
    return {
        "page": report_page(document),
        "kept": kept,
        "is_intact": published_reports.is_intact(kept),
        "changed": published_reports.changed_since(
            request.db, organisation, kept, by=request.actor, today=request.today
        ),
    }


@view_config(route_name="published.file", permission=Permission.READ_PUBLISHED)
def download_published(request: "TrackerRequest") -> "Response":
    kept = published_reports.find_published(
        request.db, request.matchdict["report_id"], by=request.actor
    )
    report = published_reports.read(request.db, kept, by=request.actor)
    address = request.route_url("published", report_id=kept.public_id)
    document = outcome_document(
        report, made_at=kept.published_at.astimezone(LONDON), page_address=address
    )
    kind = request.matchdict["kind"]
    content, content_type = _content(kind, report, document)
    return file_answer(request, content, content_type, file_name(report, kind))


def _content(
    kind: str, report: "OutcomeReport", document: "ReportDocument"
) -> tuple["bytes | Drawing", str]:
    if kind == "pdf":
        return partial(draw_report, kind, document), "application/pdf"
    if kind == "xlsx":
        return partial(draw_report, kind, document), WORKBOOK
    if kind == "csv":
        return b"\xef\xbb\xbf" + outcome_csv(document).encode(), "text/csv"
    if kind == "json":
        return outcome_json(report).encode(), "application/json"
    raise HTTPNotFound


def _list(request: "TrackerRequest", form: SavedReportForm) -> dict[str, object]:
    saved = saved_reports.list_saved(request.db, request.actor.organisation_id)
    return {"saved": saved, "form": form}


def _form(request: "TrackerRequest") -> SavedReportForm:
    choices = report_choices(
        request.db, request.actor.organisation_id, own_unit_ids=None, today=request.today
    )
    return saved_report_form(request.POST, choices)


@view_config(
    route_name="saved.list",
    permission=Permission.PUBLISH_REPORTS,
    request_method="GET",
    renderer=SAVED,
)
def list_saved(request: "TrackerRequest") -> dict[str, object]:
    return _list(request, _form(request))


@view_config(
    route_name="saved.list",
    permission=Permission.PUBLISH_REPORTS,
    request_method="POST",
    renderer=SAVED,
)
def save_report(request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = _form(request)
    if not form.validate():
        return _list(request, form)
    try:
        draft = SavedDraft(
            name=form.name.data or "",
            unit=saved_reports.find_unit(request.db, form.unit.data or "", by=request.actor),
            months=read_number(form.months.data) or 0,
            every=form.every.data or "",
            day=read_number(form.day.data) or 0,
        )
        saved = saved_reports.save(request.db, draft, by=request.actor, now=request.now)
    except InvalidInputError as refused:
        form.refuse(refused, otherwise="name")
        return _list(request, form)
    request.db.flush()
    request.session.flash("Saved. Now say who is told when it is published.")
    return HTTPSeeOther(request.route_path("saved", saved_id=saved.public_id))


@view_config(
    route_name="saved", permission=Permission.PUBLISH_REPORTS, request_method="GET", renderer=ONE
)
def show_saved(request: "TrackerRequest") -> dict[str, object]:
    return _one(request, ReaderForm())


def _one(request: "TrackerRequest", form: ReaderForm) -> dict[str, object]:
    saved = saved_reports.find_saved(request.db, request.matchdict["saved_id"], by=request.actor)
    return {"saved": saved, "form": form}


@view_config(
    route_name="saved", permission=Permission.PUBLISH_REPORTS, request_method="POST", renderer=ONE
)
def change_saved(request: "TrackerRequest") -> Any:  # noqa: ANN401
    """Do what the button says: add or drop a reader, publish now, or end it."""
    saved = saved_reports.find_saved(request.db, request.matchdict["saved_id"], by=request.actor)
    here = request.route_path("saved", saved_id=saved.public_id)
    match request.POST.get("do"):
        case "publish":
            return _publish(request, here)
        case "end":
            saved_reports.end(request.db, saved, by=request.actor, now=request.now)
            request.session.flash("Ended. What was published stays.")
            return HTTPSeeOther(request.route_path("saved.list"))
        case "drop":
            number = read_number(request.POST.get("reader")) or 0
            saved_reports.drop_reader(request.db, saved, number, by=request.actor)
            return HTTPSeeOther(here)
    form = ReaderForm(request.POST)
    if not form.validate():
        return _one(request, form)
    try:
        saved_reports.add_reader(
            request.db, saved, form.email.data or "", by=request.actor, today=request.today
        )
    except InvalidInputError as refused:
        form.refuse(refused, otherwise="email")
        return _one(request, form)
    request.session.flash("Added. They get a mail when the report is published.")
    return HTTPSeeOther(here)


def _publish(request: "TrackerRequest", here: str) -> HTTPSeeOther:
    saved = saved_reports.find_saved(request.db, request.matchdict["saved_id"], by=request.actor)
    try:
        kept = saved_reports.publish_saved(
            request.db, saved, by=request.actor, now=request.now, today=request.today
        )
    except NotAllowedNowError as refused:
        request.session.flash(str(refused))
        return HTTPSeeOther(here)
    request.session.flash("Published. Its readers get a mail. Nobody can change it now.")
    return HTTPSeeOther(request.route_path("published", report_id=kept.public_id))
