"""Frameworks: the list, one version, who writes and reads it, and the steps of its life."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError
from tracker.forms.framework import (
    ANSWERS,
    CommentForm,
    NameForm,
    PersonForm,
    RetireForm,
    ReviewForm,
)
from tracker.security import Permission
from tracker.services import (
    framework_authoring,
    framework_drafts,
    framework_life,
    framework_pages,
    framework_reviews,
)
from tracker.services.unclear_questions import unclear_questions

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.framework_contexts import FrameworkInView

NAME = "frameworks/name.jinja2"


def to_framework(request: "TrackerRequest", framework: Any, route: str = "framework") -> Any:  # noqa: ANN401
    return HTTPSeeOther(request.route_path(route, framework_id=framework.public_id))


@view_config(
    route_name="framework.list",
    permission=Permission.MANAGE_FRAMEWORKS,
    renderer="frameworks/list.jinja2",
)
def list_frameworks(request: "TrackerRequest") -> dict[str, object]:
    return {
        "versions": framework_pages.list_frameworks(request.db, by=request.actor),
        "words": framework_life.STATE_WORDS,
    }


@view_config(route_name="framework.begin", permission=Permission.MANAGE_FRAMEWORKS, renderer=NAME)
def begin_framework(request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = NameForm(request.POST)
    if request.method == "POST" and form.validate():
        begun = framework_drafts.begin_framework(request.db, form.name.data or "", by=request.actor)
        return to_framework(request, begun)
    back = request.route_path("framework.list")
    return {"form": form, "title": "Begin a framework", "back": back, "conflict": None}


@view_config(
    route_name="framework", permission=Permission.READ_FRAMEWORK, renderer="frameworks/show.jinja2"
)
def show_framework(context: "FrameworkInView", request: "TrackerRequest") -> dict[str, object]:
    return _drawn(context, request)


def _drawn(
    context: "FrameworkInView",
    request: "TrackerRequest",
    *,
    review: ReviewForm | None = None,
    comment: CommentForm | None = None,
) -> dict[str, object]:
    page = framework_pages.framework_page(request.db, context.framework)
    mine = next((one for one in page.reviews if one.reviewer_id == request.actor.staff_id), None)
    has_answered = mine is not None and mine.answer is not None
    if mine and mine.answer and review is None:  # they see what they said, and can change it
        review = ReviewForm(answer=mine.answer.value, words=mine.words)
    return {
        "page": page,
        "has_answered": has_answered,
        "unclear": unclear_questions(request.db, context.framework, today=request.today),
        "words": framework_life.STATE_WORDS,
        "context": context,
        "review": review or ReviewForm(),
        "comment": comment or CommentForm(),
    }


@view_config(route_name="framework.rename", permission=Permission.CHANGE_FRAMEWORK, renderer=NAME)
def rename_framework(context: "FrameworkInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = NameForm(request.POST, name=context.framework.name)
    if request.method == "POST" and form.validate():
        framework_authoring.rename_framework(
            request.db, context.framework, form.name.data or "", by=request.actor
        )
        return to_framework(request, context.framework)
    back = request.route_path("framework", framework_id=context.framework.public_id)
    return {"form": form, "title": "Change its name", "back": back, "conflict": None}


@view_config(
    route_name="framework.next", permission=Permission.LEAD_FRAMEWORK, request_method="POST"
)
def begin_version(context: "FrameworkInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    draft = framework_drafts.begin_version(request.db, context.framework, by=request.actor)
    request.session.flash("A draft of the next version is there. What is in use stays as it is.")
    return to_framework(request, draft)


@view_config(
    route_name="framework.changes",
    permission=Permission.READ_FRAMEWORK,
    renderer="frameworks/changes.jinja2",
)
def show_changes(context: "FrameworkInView", request: "TrackerRequest") -> dict[str, object]:
    before, changes = framework_pages.changes_page(request.db, context.framework)
    return {"framework": context.framework, "before": before, "changes": changes}


@view_config(
    route_name="framework.people",
    permission=Permission.LEAD_FRAMEWORK,
    renderer="frameworks/people.jinja2",
)
def name_people(context: "FrameworkInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = PersonForm(request.POST)
    asks = request.POST.get("as")
    if request.method == "POST" and asks == "no_longer":
        framework_reviews.withdraw_review(
            request.db,
            context.framework,
            request.POST.get("person", ""),
            by=request.actor,
            now=request.now,
        )
        return to_framework(request, context.framework, "framework.people")
    if request.method == "POST" and form.validate():
        try:
            _name(context, request, form.email.data or "", is_author=asks == "author")
        except InvalidInputError as refusal:
            form.refuse(refusal, otherwise="email")
        else:
            return to_framework(request, context.framework, "framework.people")
    page = framework_pages.framework_page(request.db, context.framework)
    return {"page": page, "form": form, "asks": asks}


def _name(
    context: "FrameworkInView", request: "TrackerRequest", email: str, *, is_author: bool
) -> None:
    db, by = request.db, request.actor
    person = framework_reviews.find_colleague(db, email, by=by, today=request.today)
    if is_author:
        framework_reviews.name_author(db, context.framework, person, by=by)
    else:
        framework_reviews.ask_review(db, context.framework, person, by=by, now=request.now)
    request.session.flash(f"{person.name} is added.")


@view_config(
    route_name="framework.step", permission=Permission.CHANGE_FRAMEWORK, request_method="POST"
)
def take_step(context: "FrameworkInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    """Send to review or back. Publication is for administrators: see publish_framework."""
    step = request.POST.get("step")
    db, framework, by = request.db, context.framework, request.actor
    if step == "review":
        framework_life.send_to_review(db, framework, by=by, now=request.now)
        request.session.flash("It is with the people who read it. The words stand still now.")
    elif step == "back":
        framework_life.send_back(db, framework, by=by, now=request.now)
        request.session.flash("It is a draft again.")
    return to_framework(request, framework)


@view_config(
    route_name="framework.step",
    permission=Permission.LEAD_FRAMEWORK,
    request_method="POST",
    request_param="step=publish",
)
def publish_framework(context: "FrameworkInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    try:
        framework_life.publish(
            request.db,
            context.framework,
            by=request.actor,
            now=request.now,
            today=request.today,
            comments_can_wait="comments_can_wait" in request.POST,
        )
    except InvalidInputError as why:
        request.session.flash(why.message)
        return to_framework(request, context.framework)
    request.session.flash("It is in use. Answers that people gave were carried over to it.")
    return to_framework(request, context.framework)


@view_config(
    route_name="framework.retire",
    permission=Permission.LEAD_FRAMEWORK,
    renderer="frameworks/retire.jinja2",
)
def retire_framework(context: "FrameworkInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = RetireForm(request.POST)
    form.offer(framework_pages.others_in_use(request.db, context.framework))
    if request.method == "POST" and form.validate():
        other = framework_pages.chosen_other(
            request.db, context.framework, form.replaced_by.data or ""
        )
        try:
            framework_life.retire(
                request.db,
                context.framework,
                last_day=form.last_day.data,
                replaced_by=other,
                by=request.actor,
                now=request.now,
                today=request.today,
            )
        except InvalidInputError as refusal:
            form.refuse(refusal, otherwise="last_day")
        else:
            return to_framework(request, context.framework)
    return {"framework": context.framework, "form": form}


@view_config(
    route_name="framework.answer",
    permission=Permission.REVIEW_FRAMEWORK,
    request_method="POST",
    renderer="frameworks/show.jinja2",
)
def answer_review(context: "FrameworkInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = ReviewForm(request.POST)
    if not form.validate():
        return _drawn(context, request, review=form)
    try:
        framework_reviews.answer_review(
            request.db,
            context.framework,
            ANSWERS[form.answer.data],
            form.words.data or "",
            by=request.actor,
            now=request.now,
        )
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="words")
        return _drawn(context, request, review=form)
    request.session.flash("Thank you. Your answer is there for those who write it.")
    return to_framework(request, context.framework)


@view_config(
    route_name="framework.comment",
    permission=Permission.READ_FRAMEWORK,
    request_method="POST",
    renderer="frameworks/show.jinja2",
)
def add_comment(context: "FrameworkInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = CommentForm(request.POST)
    if not form.validate():
        return _drawn(context, request, comment=form)
    about = request.POST.get("competence", "")
    framework_reviews.add_comment(
        request.db,
        context.framework,
        form.words.data or "",
        competence_id=about,
        answers=request.POST.get("answers", ""),
        by=request.actor,
        now=request.now,
    )
    return _after_comment(context, request)


@view_config(
    route_name="framework.resolve", permission=Permission.READ_FRAMEWORK, request_method="POST"
)
def resolve_comment(context: "FrameworkInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    framework_reviews.resolve_comment(
        request.db,
        context.framework,
        request.matchdict["comment_id"],
        by=request.actor,
        now=request.now,
    )
    return _after_comment(context, request)


def _after_comment(context: "FrameworkInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    """Go back to where it was written: the competence, or the whole version."""
    about, here = request.POST.get("competence", ""), context.framework.public_id
    if about:
        path = request.route_path("competence", framework_id=here, competence_id=about)
        return HTTPSeeOther(f"{path}#comments")
    return HTTPSeeOther(f"{request.route_path('framework', framework_id=here)}#comments")
