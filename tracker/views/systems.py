"""The register of digital systems, for everybody who works here."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.forms.systems import BarrierForm, OpinionForm, TellForm, search_of
from tracker.security import Permission
from tracker.services import system_changes, system_opinions, system_pages
from tracker.services.barriers import KIND_WORDS

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.contexts import SystemInView

PAGE = "systems/show.jinja2"


@view_config(
    route_name="system.list", permission=Permission.READ_SYSTEMS, renderer="systems/list.jinja2"
)
def list_systems(request: "TrackerRequest") -> dict[str, object]:
    search = search_of(request.GET)
    page = system_pages.register_page(request.db, search, by=request.actor, today=request.today)
    shown = {
        "words": search.words,
        "family": search.family,
        "governance": search.governance.value if search.governance else "",
        "told": "yes" if search.is_reported else "",
        "mine": "yes" if search.is_mine else "",
    }
    return {
        "page": page,
        "governance_words": system_pages.GOVERNANCE_WORDS,
        "query": urlencode({name: value for name, value in shown.items() if value}),
        "today": request.today,
    }


@view_config(
    route_name="system.tell", permission=Permission.READ_SYSTEMS, renderer="systems/tell.jinja2"
)
def tell_of_system(request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = TellForm(request.POST)
    if request.method != "POST" or not form.validate():
        return {"form": form}
    system_changes.tell_of_system(
        request.db, form.name.data or "", form.purpose.data or "", by=request.actor
    )
    request.session.flash("Thank you. Now the trust knows about it, and can help people with it.")
    return HTTPSeeOther(request.route_path("system.list"))


def _page(
    context: "SystemInView",
    request: "TrackerRequest",
    *,
    opinion: OpinionForm | None = None,
    barrier: BarrierForm | None = None,
) -> dict[str, object]:
    page = system_pages.system_page(
        request.db, context.system, by=request.actor, today=request.today
    )
    said = page.own.says.value if page.own else None
    return {
        "page": page,
        "opinion": opinion or OpinionForm(says=said),
        "barrier": barrier or BarrierForm(),
        "governance_words": system_pages.GOVERNANCE_WORDS,
        "kind_words": KIND_WORDS,
        "today": request.today,
    }


@view_config(
    route_name="system", permission=Permission.READ_SYSTEM, request_method="GET", renderer=PAGE
)
def show_system(context: "SystemInView", request: "TrackerRequest") -> dict[str, object]:
    return _page(context, request)


def _to_page(context: "SystemInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    return HTTPSeeOther(request.route_path("system", system_id=context.system.public_id))


@view_config(
    route_name="system.opinion",
    permission=Permission.READ_SYSTEM,
    request_method="POST",
    renderer=PAGE,
)
def say_reliability(context: "SystemInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = OpinionForm(request.POST)
    if not form.validate():
        return _page(context, request, opinion=form)
    system_opinions.say_reliability(
        request.db, context.system, form.to_says(), by=request.actor, today=request.today
    )
    request.session.flash("Thank you. Nobody sees what you said, only what a group says.")
    return _to_page(context, request)


@view_config(
    route_name="system.barrier",
    permission=Permission.READ_SYSTEM,
    request_method="POST",
    renderer=PAGE,
)
def say_what_is_in_the_way(context: "SystemInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = BarrierForm(request.POST)
    if not form.validate():
        return _page(context, request, barrier=form)
    system_changes.say_what_is_in_the_way(
        request.db,
        context.system,
        form.to_kind(),
        form.description.data or "",
        by=request.actor,
        today=request.today,
    )
    request.session.flash("Thank you. Whoever looks after it can now see it.")
    return _to_page(context, request)
