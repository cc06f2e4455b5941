"""What workers do, for administrators."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.security import Permission
from tracker.services import mail_pages

if TYPE_CHECKING:
    from tracker.request import TrackerRequest


@view_config(route_name="jobs", permission=Permission.KEEP_JOBS, renderer="jobs/list.jinja2")
def list_jobs(request: "TrackerRequest") -> dict[str, object]:
    page = mail_pages.jobs_page(request.db, by=request.actor, now=request.now)
    return {"page": page, "is_off": request.tracker_settings.mail is None}


@view_config(route_name="jobs.act", permission=Permission.KEEP_JOBS, request_method="POST")
def act_on_job(request: "TrackerRequest") -> Any:  # noqa: ANN401
    said = mail_pages.act(
        request.db,
        request.matchdict["job_id"],
        request.POST.get("action", ""),
        by=request.actor,
        now=request.now,
    )
    request.session.flash(said)
    return HTTPSeeOther(request.route_path("jobs"))
