"""The outcome report: page, PDF and JSON of the same words and numbers."""

from functools import partial
from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.documents.apart import draw_report
from tracker.documents.outcome_csv import outcome_csv
from tracker.documents.outcome_document import outcome_document
from tracker.documents.outcome_json import outcome_json
from tracker.documents.outcome_page import report_page
from tracker.forms.outcomes import period_of, report_form
from tracker.request import LONDON
from tracker.security import Permission
from tracker.security.identity import Role
from tracker.services import organisations
from tracker.services.outcome_choices import report_choices
from tracker.services.outcome_report import outcome_report
from tracker.services.outcome_values import Audience

if TYPE_CHECKING:
    from pyramid.response import Response

    from tracker.forms.outcomes import ReportForm
    from tracker.request import Drawing, TrackerRequest
    from tracker.security.contexts import OutcomesInView
    from tracker.services.outcome_choices import ReportChoices
    from tracker.services.outcome_values import OutcomeReport

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@view_config(
    route_name="outcomes", permission=Permission.READ_OUTCOMES, renderer="outcomes/show.jinja2"
)
def show_outcomes(subject: "OutcomesInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form, choices = _asked(subject, request)
    if not form.validate():
        query = request.params.items()
        return HTTPSeeOther(request.route_path("outcomes.choose", _query=query))
    report = _report(subject, request, form, choices)
    document = outcome_document(report, made_at=request.now.astimezone(LONDON))
    may_open = {unit.public_id for unit in choices.units}
    return {
        "page": report_page(document),
        "chosen": _chosen(report),
        "may_feed": request.actor.has_role(Role.QUALITY_LEAD),
        "units_below": [unit for unit in report.units_below if unit[0] in may_open],
    }


@view_config(
    route_name="outcomes.choose",
    permission=Permission.READ_OUTCOMES,
    renderer="outcomes/choose.jinja2",
)
def choose_outcomes(subject: "OutcomesInView", request: "TrackerRequest") -> dict[str, object]:
    form, _choices = _asked(subject, request)
    if request.params:
        form.validate()
    return {"form": form}


@view_config(route_name="outcomes.pdf", permission=Permission.READ_OUTCOMES)
def print_outcomes(subject: "OutcomesInView", request: "TrackerRequest") -> "Response":
    report = _report(subject, request, *_asked(subject, request))
    document = outcome_document(
        report,
        made_at=request.now.astimezone(LONDON),
        page_address=request.route_url("outcomes", _query=request.params),
    )
    draw = partial(draw_report, "pdf", document)
    return file_answer(request, draw, "application/pdf", file_name(report, "pdf"))


@view_config(route_name="outcomes.json", permission=Permission.READ_OUTCOMES)
def download_outcomes(subject: "OutcomesInView", request: "TrackerRequest") -> "Response":
    report = _report(subject, request, *_asked(subject, request))
    return file_answer(
        request, outcome_json(report).encode(), "application/json", file_name(report, "json")
    )


@view_config(route_name="outcomes.workbook", permission=Permission.READ_OUTCOMES)
def download_workbook(subject: "OutcomesInView", request: "TrackerRequest") -> "Response":
    report = _report(subject, request, *_asked(subject, request))
    document = outcome_document(report, made_at=request.now.astimezone(LONDON))
    draw = partial(draw_report, "xlsx", document)
    return file_answer(request, draw, WORKBOOK, file_name(report, "xlsx"))


@view_config(route_name="outcomes.csv", permission=Permission.READ_OUTCOMES)
def download_numbers(subject: "OutcomesInView", request: "TrackerRequest") -> "Response":
    report = _report(subject, request, *_asked(subject, request))
    document = outcome_document(report, made_at=request.now.astimezone(LONDON))
    content = b"\xef\xbb\xbf" + outcome_csv(document).encode()
    return file_answer(request, content, "text/csv", file_name(report, "csv"))


def _asked(
    subject: "OutcomesInView", request: "TrackerRequest"
) -> tuple["ReportForm", "ReportChoices"]:
    leads = request.actor.has_role(Role.QUALITY_LEAD)
    choices = report_choices(
        request.db,
        subject.organisation_id,
        own_unit_ids=None if leads else subject.own_unit_ids,
        today=request.today,
    )
    form = report_form(request.params, choices, may_see_whole=leads)
    if subject.unit is not None:
        form.unit.data = subject.unit.public_id
    return form, choices


def _report(
    subject: "OutcomesInView",
    request: "TrackerRequest",
    form: "ReportForm",
    choices: "ReportChoices",
) -> "OutcomeReport":
    form.validate()
    period = period_of(form, choices)
    return outcome_report(
        request.db,
        organisations.get(request.db, request.actor.organisation_id),
        subject.unit,
        first_month=period.first,
        last_month=period.last,
        audience=Audience.INSIDE if form.audience.errors else Audience(form.audience.data),
        by=request.actor,
        today=request.today,
        data=choices.data,
    )


def _chosen(report: "OutcomeReport") -> dict[str, str]:
    return {
        "unit": report.unit_id or "",
        "first": report.first_month.isoformat()[:7],
        "last": report.last_month.isoformat()[:7],
        "audience": report.audience.value,
    }


def file_name(report: "OutcomeReport", kind: str) -> str:
    months = f"{report.first_month:%Y-%m}-to-{report.last_month:%Y-%m}"
    return f"outcomes-{report.organisation_code}-{months}.{kind}"


def file_answer(
    request: "TrackerRequest", content: "bytes | Drawing", content_type: str, name: str
) -> "Response":
    """Answer with a file: as it is, or drawn once nobody waits for the database any more."""
    response: Response = request.response
    response.content_type = content_type
    if isinstance(content, bytes):
        response.body = content
    else:
        request.drawing = content
    response.content_disposition = f'attachment; filename="{name}"'
    return response
