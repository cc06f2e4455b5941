"""What new starters get, written by the trust: templates, preview, helpers, the welcome's words."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError
from tracker.forms.induction_template import (
    HelperForm,
    LineForm,
    MilestoneForm,
    PreviewForm,
    TemplateForm,
    WelcomeSettingsForm,
)
from tracker.security import Permission
from tracker.services import (
    induction_authoring,
    induction_helpers,
    induction_preview,
    induction_templates,
    invitations,
    organisations,
    working_days,
)

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.induction_contexts import TemplateInView

WRITE = Permission.WRITE_TEMPLATES
NEW_LINE = "new"


def _to_template(context: "TemplateInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    return HTTPSeeOther(request.route_path("template", template_id=context.template.public_id))


@view_config(route_name="template.list", permission=WRITE, renderer="starter_plans/list.jinja2")
def list_templates(request: "TrackerRequest") -> dict[str, object]:
    own = request.actor.organisation_id
    induction_templates.seed_templates(request.db, organisations.get(request.db, own))
    return {"templates": induction_templates.all_templates(request.db, own)}


@view_config(route_name="template.add", permission=WRITE, renderer="starter_plans/add.jinja2")
def add_template(request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = TemplateForm(request.POST)
    form.offer(*induction_preview.work_known(request.db, request.actor.organisation_id))
    if request.method == "POST" and form.validate():
        try:
            template = induction_authoring.add_template(
                request.db, form.to_draft(), by=request.actor
            )
        except InvalidInputError as error:
            form.refuse(error, otherwise="name")
        else:
            return HTTPSeeOther(request.route_path("template", template_id=template.public_id))
    return {"form": form}


@view_config(
    route_name="template.preview", permission=WRITE, renderer="starter_plans/preview.jinja2"
)
def show_preview(request: "TrackerRequest") -> dict[str, object]:
    form = PreviewForm(request.GET)
    form.offer(*induction_preview.work_known(request.db, request.actor.organisation_id))
    preview = None
    if form.validate():
        try:
            preview = induction_preview.preview(request.db, form.to_asked(), by=request.actor)
        except InvalidInputError as error:
            form.refuse(error, otherwise="post")
    return {"form": form, "preview": preview}


@view_config(route_name="template", permission=WRITE, renderer="starter_plans/show.jinja2")
def show_template(context: "TemplateInView", request: "TrackerRequest") -> dict[str, object]:
    return {"page": induction_authoring.template_page(request.db, context.template)}


@view_config(route_name="template.line", permission=WRITE, renderer="starter_plans/line.jinja2")
def write_line(context: "TemplateInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    page = induction_authoring.template_page(request.db, context.template)
    key = request.matchdict["line_key"]
    line = None if key == NEW_LINE else induction_authoring.line_in(page, key)
    form = LineForm(
        request.POST,
        [(one.key, one.name) for one in page.milestones],
        data=vars(line) if line else {},
    )
    if request.method == "POST" and form.validate():
        try:
            induction_authoring.put_line(
                request.db,
                context.template,
                line.key if line else "",
                form.to_draft(),
                by=request.actor,
            )
        except InvalidInputError as error:
            form.refuse(error, otherwise="wording")
        else:
            request.session.flash("Kept in the draft. It touches nobody yet.")
            return _to_template(context, request)
    return {"form": form, "template": context.template, "line": line}


@view_config(
    route_name="template.milestone", permission=WRITE, renderer="starter_plans/milestone.jinja2"
)
def write_milestone(context: "TemplateInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    page = induction_authoring.template_page(request.db, context.template)
    form = MilestoneForm(request.POST, [(one.key, one.name) for one in page.milestones])
    if request.method == "POST" and form.validate():
        try:
            induction_authoring.put_milestone(
                request.db,
                context.template,
                key=form.milestone.data or "",
                name=form.name.data or "",
                days=form.day_number,
                by=request.actor,
            )
        except InvalidInputError as error:
            form.refuse(error, otherwise="name")
        else:
            request.session.flash("Kept in the draft. It touches nobody yet.")
            return _to_template(context, request)
    return {"form": form, "template": context.template, "milestones": page.milestones}


@view_config(route_name="template.change", permission=WRITE, request_method="POST")
def change_template(context: "TemplateInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    """Leave a line out, take it back, put the draft in force or forget it, retire the template."""
    template, line = context.template, request.POST.get("line", "")
    who = {"by": request.actor}
    match request.POST.get("do", ""):
        case "leave_out":
            induction_authoring.leave_out(request.db, template, line, **who)
            request.session.flash("Left out in the draft. It touches nobody yet.")
        case "bring_back":
            induction_authoring.bring_back(request.db, template, line, **who)
            request.session.flash("Taken back in the draft. It touches nobody yet.")
        case "publish":
            number = induction_authoring.publish(request.db, template, now=request.now, **who)
            request.session.flash(
                "In force for who starts from now on. "
                f"Under way now, and offered what is new: {number}."
            )
        case "drop":
            induction_authoring.drop_draft(request.db, template, **who)
            request.session.flash("The draft is gone.")
        case "retire" | "use_again" as wish:
            induction_authoring.retire(request.db, template, is_retired=wish == "retire", **who)
            request.session.flash("Saved.")
        case _:
            raise InvalidInputError("Choose what to do from the page.")
    return _to_template(context, request)


@view_config(
    route_name="template.helpers", permission=WRITE, renderer="starter_plans/helpers.jinja2"
)
def name_helpers(request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = HelperForm(request.POST)
    if request.method == "POST" and "drop" in request.POST:
        induction_helpers.drop_helper(request.db, request.POST["drop"], by=request.actor)
        request.session.flash("Taken off the list.")
        return HTTPSeeOther(request.route_path("template.helpers"))
    if request.method == "POST" and form.validate():
        try:
            induction_helpers.name_helper(
                request.db,
                form.owner.data,
                employee_number=form.employee_number.data or "",
                unit_code=form.unit_code.data or "",
                by=request.actor,
                today=request.today,
            )
        except InvalidInputError as error:
            form.refuse(error, otherwise="employee_number")
        else:
            request.session.flash("Added to the list.")
            return HTTPSeeOther(request.route_path("template.helpers"))
    helpers = induction_helpers.all_helpers(request.db, request.actor.organisation_id)
    return {"form": form, "helpers": helpers}


@view_config(
    route_name="template.settings", permission=WRITE, renderer="starter_plans/settings.jinja2"
)
def change_settings(request: "TrackerRequest") -> Any:  # noqa: ANN401
    own = organisations.get(request.db, request.actor.organisation_id)
    first_day, bring = invitations.welcome_texts(own)
    form = WelcomeSettingsForm(
        request.POST,
        data={
            "nation": working_days.nation_of(own),
            "first_day": "\n".join(first_day),
            "bring": "\n".join(bring),
        },
    )
    if request.method == "POST" and form.validate():
        working_days.set_nation(own, form.nation.data or "")
        invitations.set_welcome_texts(
            own, first_day=form.first_day.data or "", bring=form.bring.data or ""
        )
        request.session.flash("Saved. New dates follow these bank holidays.")
        return HTTPSeeOther(request.route_path("template.list"))
    return {"form": form}
