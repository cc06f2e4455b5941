"""Role profiles: what each kind of work needs, and who has none."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError
from tracker.forms.profile import ASKED, PREFIX, ProfileForm, needs_out
from tracker.security import Permission
from tracker.services import profile_changes, profile_coverage, profile_pages

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.services.profile_pages import ProfileDraft

FORM = "profiles/change.jinja2"


@view_config(
    route_name="profile.list",
    permission=Permission.MANAGE_PROFILES,
    renderer="profiles/list.jinja2",
)
def list_profiles(request: "TrackerRequest") -> dict[str, object]:
    return {
        "profiles": profile_pages.list_profiles(request.db, by=request.actor, today=request.today)
    }


@view_config(
    route_name="profile.coverage",
    permission=Permission.MANAGE_PROFILES,
    renderer="profiles/coverage.jinja2",
)
def show_coverage(request: "TrackerRequest") -> dict[str, object]:
    found = profile_coverage.coverage(
        request.db, request.actor.organisation_id, today=request.today
    )
    return {"coverage": found}


@view_config(
    route_name="profile", permission=Permission.MANAGE_PROFILES, renderer="profiles/show.jinja2"
)
def show_profile(request: "TrackerRequest") -> dict[str, object]:
    public_id = request.matchdict["profile_id"]
    page = profile_pages.profile_page(request.db, public_id, by=request.actor, today=request.today)
    return {"page": page}


@view_config(route_name="profile.add", permission=Permission.MANAGE_PROFILES, renderer=FORM)
def add_profile(request: "TrackerRequest") -> Any:  # noqa: ANN401
    empty = profile_pages.ProfileDraft(
        name="",
        staff_group=request.GET.get("group") or None,
        job_role=request.GET.get("role") or None,
        post_title=request.GET.get("title") or None,
    )
    return _change(request, None, empty)


@view_config(route_name="profile.change", permission=Permission.MANAGE_PROFILES, renderer=FORM)
def change_profile(request: "TrackerRequest") -> Any:  # noqa: ANN401
    public_id = request.matchdict["profile_id"]
    profile = profile_pages.find_profile(request.db, public_id, by=request.actor)
    draft = profile_pages.draft_of(request.db, profile, today=request.today)
    return _change(request, profile, draft)


def _change(request: "TrackerRequest", profile: Any, draft: "ProfileDraft") -> Any:  # noqa: ANN401
    """Show the form; then whom the change touches; then keep it."""
    db, by, today = request.db, request.actor, request.today
    choices = profile_pages.choosable(db, by.organisation_id, today=today)
    form = ProfileForm(request.POST, data=profile_changes.boxes_of(draft, profile))
    form.offer(*profile_changes.kinds_of_work(db, by.organisation_id, draft))
    preview = None
    if request.method == "POST" and form.validate():
        try:
            post_id = profile_changes.find_post(db, form.post_number.data or "", by=by)
            wanted = form.to_draft(post_id, request.POST)
            if request.POST.get("step") == "keep":
                kept = profile_pages.save_profile(db, profile, wanted, by=by, today=today)
                request.session.flash("The profile is kept.")
                return HTTPSeeOther(request.route_path("profile", profile_id=kept.public_id))
            if request.POST.get("step") != "back":
                preview = profile_changes.preview(db, profile, draft, wanted, by=by, today=today)
            draft = wanted
        except InvalidInputError as refusal:
            form.refuse(refusal, otherwise="name")
    return {
        "form": form,
        "profile": profile,
        "choices": choices,
        "asked": ASKED,
        "prefix": PREFIX,
        "values": needs_out(draft, choices),
        "preview": preview,
        "posted": [pair for pair in request.POST.items() if pair[0] not in ("csrf_token", "step")],
    }
