from typing import TYPE_CHECKING

from pyramid.view import view_config

from tracker.content.help_texts import EXAMPLES, MANAGER_STARTERS, STARTERS
from tracker.security import Permission
from tracker.services import framework_reviews, survey_answers, today

if TYPE_CHECKING:
    from tracker.request import TrackerRequest


@view_config(route_name="home", permission=Permission.OWN_PAGES, renderer="home/show.jinja2")
def show_home(request: "TrackerRequest") -> dict[str, object]:
    return {
        "page": today.today_page(request.db, by=request.actor, today=request.today),
        "surveys": survey_answers.open_rounds_for(
            request.db, by=request.actor, today=request.today
        ),
        "frameworks": framework_reviews.waiting_for(request.db, by=request.actor),
    }


@view_config(route_name="guide", permission=Permission.ANYBODY, renderer="home/guide.jinja2")
def show_guide(_request: "TrackerRequest") -> dict[str, object]:
    return {}


@view_config(
    route_name="guide.appraisal",
    permission=Permission.ANYBODY,
    renderer="home/appraisal_guide.jinja2",
)
def show_appraisal_guide(_request: "TrackerRequest") -> dict[str, object]:
    return {"own_words": STARTERS, "manager_words": MANAGER_STARTERS, "examples": EXAMPLES}
