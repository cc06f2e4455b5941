"""The measures: the data dictionary, a trust's own measures, and how each chart is drawn."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.documents.outcome_document import outcome_document
from tracker.documents.outcome_page import ReportPage, report_page
from tracker.errors import InvalidInputError
from tracker.forms.measures import add_form, change_form, chart_form, mark_form
from tracker.request import LONDON
from tracker.security import Permission
from tracker.security.identity import Role
from tracker.services import (
    chart_marks,
    chart_settings,
    measure_changes,
    measure_charts,
    measure_pages,
    measures,
    organisations,
)
from tracker.services.outcome_choices import report_choices, unit_of

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.measure_contexts import MeasureInView


@view_config(
    route_name="measure.list", permission=Permission.READ_MEASURES, renderer="measures/list.jinja2"
)
def list_measures(request: "TrackerRequest") -> dict[str, object]:
    families = measure_pages.all_measures(request.db, by=request.actor, today=request.today)
    return {"families": families, "today": request.today}


@view_config(
    route_name="measure", permission=Permission.READ_MEASURE, renderer="measures/show.jinja2"
)
def show_measure(context: "MeasureInView", request: "TrackerRequest") -> dict[str, object]:
    is_keeper = request.actor.has_role(Role.QUALITY_LEAD)
    drawn = _drawn(context, request) if is_keeper else None
    page = measure_pages.measure_page(request.db, context.measure, is_keeper=is_keeper)
    older = [*page.versions[1:], None]
    return {
        "page": page,
        "drawn": drawn,
        "versions": [
            (version, measure_pages.changed_words(version, before))
            for version, before in zip(page.versions, older, strict=False)
        ],
        "settings": [
            (setting, chart_settings.in_words(chart_settings.as_rules(setting)))
            for setting in page.settings
        ],
    }


def _drawn(context: "MeasureInView", request: "TrackerRequest") -> ReportPage | None:
    """Draw its charts for whom the report of the whole organisation is."""
    report = measure_charts.charts_of(
        request.db, context.measure, by=request.actor, today=request.today
    )
    if report is None:
        return None
    return report_page(outcome_document(report, made_at=request.now.astimezone(LONDON)))


@view_config(
    route_name="measure.add", permission=Permission.KEEP_MEASURES, renderer="measures/add.jinja2"
)
def add_measure(request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = add_form(request.POST, *_leans_on(request))
    if request.method == "POST" and form.validate():
        organisation = organisations.get(request.db, request.actor.organisation_id)
        try:
            measure = measures.define_measure(
                request.db, organisation, form.to_draft(), by=request.actor
            )
        except InvalidInputError as refusal:
            form.refuse(refusal, otherwise="name")
        else:
            request.session.flash("The measure is kept. Bring its numbers next.")
            return _to_page(request, measure.key)
    return {"form": form}


@view_config(
    route_name="measure.change",
    permission=Permission.CHANGE_MEASURE,
    renderer="measures/change.jinja2",
)
def change_measure(context: "MeasureInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    measure = context.measure
    months = measure_pages.months_to_choose(request.today)
    form = change_form(request.POST, measure, *_leans_on(request), months)
    if request.method == "POST" and form.validate():
        change = measure_changes.MeasureChange(
            draft=form.to_draft(measure),
            reason=form.reason.data or "",
            from_month=form.first_month(),
            seen=form.version_seen(),
        )
        try:
            version = measure_changes.change_measure(
                request.db, measure, change, by=request.actor, today=request.today
            )
        except InvalidInputError as refusal:
            form.refuse(refusal, otherwise="reason")
        else:
            said = f"Kept as version {version.number}." if version else "Nothing was changed."
            request.session.flash(said)
            return _to_page(request, measure.key)
    return {"form": form, "measure": measure}


@view_config(
    route_name="measure.chart",
    permission=Permission.CHANGE_MEASURE,
    renderer="measures/chart.jinja2",
)
def set_chart(context: "MeasureInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    measure = context.measure
    form = chart_form(request.POST, measure, measure_pages.measure_page(request.db, measure).rules)
    if request.method == "POST" and form.validate():
        try:
            chart_settings.set_chart(request.db, measure, form.to_draft(), by=request.actor)
        except InvalidInputError as refusal:
            form.refuse(refusal, otherwise="reason")
        else:
            request.session.flash("The chart is drawn in this way from now on, everywhere.")
            return _to_page(request, measure.key)
    return {"form": form, "measure": measure}


@view_config(
    route_name="measure.rebase",
    permission=Permission.CHANGE_MEASURE,
    renderer="measures/mark.jinja2",
)
def rebase(context: "MeasureInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    return _mark(context, request, is_rebase=True)


@view_config(
    route_name="measure.note", permission=Permission.CHANGE_MEASURE, renderer="measures/mark.jinja2"
)
def annotate(context: "MeasureInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    return _mark(context, request, is_rebase=False)


@view_config(
    route_name="measure.unmark", permission=Permission.CHANGE_MEASURE, request_method="POST"
)
def take_back(context: "MeasureInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    remove = (
        chart_marks.remove_rebase
        if request.POST.get("what") == "new-start"
        else chart_marks.remove_annotation
    )
    try:
        remove(request.db, context.measure, request.POST.get("mark", ""), by=request.actor)
    except InvalidInputError as refusal:
        request.session.flash(refusal.message, "important")
    else:
        request.session.flash("Taken back.")
    return _to_page(request, context.measure.key)


def _mark(context: "MeasureInView", request: "TrackerRequest", *, is_rebase: bool) -> Any:  # noqa: ANN401
    measure, by, today = context.measure, request.actor, request.today
    units = report_choices(
        request.db, measure.organisation_id, own_unit_ids=None, today=today
    ).units
    form = mark_form(
        request.POST,
        measure_pages.months_to_choose(today),
        [(unit.public_id, unit.name) for unit in units],
        is_rebase=is_rebase,
    )
    if request.method == "POST" and form.validate() and form.month_on is not None:
        draft = chart_marks.MarkDraft(
            month=form.month_on,
            words=form.words.data or "",
            unit=unit_of(request.db, measure.organisation_id, form.unit.data),
        )
        try:
            if is_rebase:
                chart_marks.rebase_chart(request.db, measure, draft, by=by, today=today)
            else:
                chart_marks.annotate_charts(
                    request.db,
                    measure,
                    draft,
                    by=by,
                    today=today,
                    on_every_chart=bool(form.every_chart.data),
                )
        except InvalidInputError as refusal:
            form.refuse(refusal, otherwise="words")
        else:
            request.session.flash("Kept. It shows on each chart that covers this month.")
            return _to_page(request, measure.key)
    return {"form": form, "measure": measure, "is_rebase": is_rebase}


def _leans_on(request: "TrackerRequest") -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    return measure_pages.leaned_on(request.db, request.actor.organisation_id)


def _to_page(request: "TrackerRequest", key: str) -> Any:  # noqa: ANN401
    return HTTPSeeOther(request.route_path("measure", measure_key=key))
