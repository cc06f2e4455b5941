"""Writing on a draft: domains and competences, and reading them in any version."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError, StaleTextError
from tracker.forms.framework import NO, YES, CommentForm, CompetenceForm, NameForm
from tracker.security import Permission
from tracker.services import framework_authoring, framework_pages
from tracker.services.framework_reviews import competence_in, domain_in
from tracker.views.frameworks import NAME, to_framework

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.framework_contexts import FrameworkInView

FORM = "frameworks/competence.jinja2"


def _to_domain(request: "TrackerRequest", domain: Any) -> Any:  # noqa: ANN401
    return HTTPSeeOther(
        request.route_path(
            "domain",
            framework_id=request.matchdict["framework_id"],
            domain_id=domain.public_id,
        )
    )


@view_config(route_name="domain.add", permission=Permission.CHANGE_FRAMEWORK, renderer=NAME)
def add_domain(context: "FrameworkInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = NameForm(request.POST)
    if request.method == "POST" and form.validate():
        domain = framework_authoring.add_domain(
            request.db, context.framework, form.name.data or "", by=request.actor
        )
        return _to_domain(request, domain)
    back = request.route_path("framework", framework_id=context.framework.public_id)
    return {"form": form, "title": "Add a domain", "back": back, "conflict": None}


@view_config(
    route_name="domain", permission=Permission.READ_FRAMEWORK, renderer="frameworks/domain.jinja2"
)
def show_domain(context: "FrameworkInView", request: "TrackerRequest") -> dict[str, object]:
    page = framework_pages.domain_page(
        request.db, context.framework, request.matchdict["domain_id"]
    )
    return {"page": page, "framework": context.framework, "context": context}


@view_config(route_name="domain.change", permission=Permission.CHANGE_FRAMEWORK, renderer=NAME)
def change_domain(context: "FrameworkInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    domain = domain_in(request.db, context.framework, request.matchdict["domain_id"])
    form = NameForm(request.POST, name=domain.name, edition=domain.edition)
    conflict = None
    if request.method == "POST" and form.validate():
        try:
            framework_authoring.change_domain(
                request.db,
                domain,
                form.name.data or "",
                edition=form.seen_edition,
                by=request.actor,
            )
        except StaleTextError as stale:
            conflict = stale
            form.edition.data = str(stale.version)
        else:
            return _to_domain(request, domain)
    back = request.route_path(
        "domain", framework_id=context.framework.public_id, domain_id=domain.public_id
    )
    return {"form": form, "title": "Change the domain", "back": back, "conflict": conflict}


@view_config(
    route_name="domain.place", permission=Permission.CHANGE_FRAMEWORK, request_method="POST"
)
def place_domain(context: "FrameworkInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    """Move a domain up or down, or take it out."""
    domain = domain_in(request.db, context.framework, request.matchdict["domain_id"])
    what = request.POST.get("what")
    if what == "out":
        framework_authoring.remove_domain(request.db, domain, by=request.actor)
        request.session.flash("The domain is taken out.")
    elif what in ("up", "down"):
        framework_authoring.move_domain(request.db, domain, up=what == "up", by=request.actor)
    return to_framework(request, context.framework)


@view_config(route_name="competence.add", permission=Permission.CHANGE_FRAMEWORK, renderer=FORM)
def add_competence(context: "FrameworkInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    framework = context.framework
    domain = domain_in(request.db, framework, request.matchdict["domain_id"])
    form = CompetenceForm(request.POST, domain_id=domain.public_id)
    form.offer(_domains(context), framework_pages.candidates(request.db, framework, domain))
    if request.method == "POST" and form.validate():
        try:
            added = framework_authoring.add_competence(
                request.db, framework, form.to_draft(), by=request.actor
            )
        except InvalidInputError as refusal:
            form.refuse(refusal, otherwise="name")
        else:
            request.session.flash(f"Added: {added.name}")
            return _to_domain(request, domain)
    return {"form": form, "framework": framework, "domain": domain, "page": None, "conflict": None}


@view_config(
    route_name="competence",
    permission=Permission.READ_FRAMEWORK,
    renderer="frameworks/read_competence.jinja2",
)
def show_competence(context: "FrameworkInView", request: "TrackerRequest") -> dict[str, object]:
    page = framework_pages.competence_page(
        request.db, context.framework, request.matchdict["competence_id"]
    )
    return {
        "page": page,
        "framework": context.framework,
        "context": context,
        "comment": CommentForm(),
    }


@view_config(route_name="competence.change", permission=Permission.CHANGE_FRAMEWORK, renderer=FORM)
def change_competence(context: "FrameworkInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    framework, conflict = context.framework, None
    page = framework_pages.competence_page(
        request.db, framework, request.matchdict["competence_id"]
    )
    form = _filled(page, request)
    form.offer(_domains(context), list(page.candidates))
    if request.method == "POST" and form.validate():
        try:
            framework_authoring.change_competence(
                request.db, page.competence, form.to_draft(), by=request.actor
            )
        except StaleTextError as stale:
            conflict = stale
            form.edition.data = str(stale.version)
        except InvalidInputError as refusal:
            form.refuse(refusal, otherwise="name")
        else:
            return HTTPSeeOther(
                request.route_path(
                    "competence",
                    framework_id=framework.public_id,
                    competence_id=page.competence.public_id,
                )
            )
    domain = page.competence.domain
    return {
        "form": form,
        "framework": framework,
        "domain": domain,
        "page": page,
        "conflict": conflict,
    }


@view_config(
    route_name="competence.place", permission=Permission.CHANGE_FRAMEWORK, request_method="POST"
)
def place_competence(context: "FrameworkInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    """Move a competence up or down in its domain, or take it out."""
    one = competence_in(request.db, context.framework, request.matchdict["competence_id"])
    domain, what = one.domain, request.POST.get("what")
    if what == "out":
        framework_authoring.remove_competence(request.db, one, by=request.actor)
        request.session.flash("The competence is taken out.")
    elif what in ("up", "down"):
        framework_authoring.move_competence(request.db, one, up=what == "up", by=request.actor)
    return _to_domain(request, domain)


def _domains(context: "FrameworkInView") -> list[tuple[str, str]]:
    return [(one.public_id, one.name) for one in context.framework.domains]


def _filled(page: framework_pages.CompetencePage, request: "TrackerRequest") -> CompetenceForm:
    one = page.competence
    data: dict[str, object] = {
        **framework_authoring.as_text(one),
        "domain_id": one.domain.public_id,
        "edition": one.edition,
        "takes_place_of": [origin.predecessor.public_id for origin in page.origins],
        "counts_still": YES if framework_pages.counts_still(page.origins) else NO,
    }
    return CompetenceForm(request.POST, data=data)
