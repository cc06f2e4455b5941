"""Trainers' pages: write a mock screen, look at it, take it into use, share it as a file."""

import json
from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError, NotAllowedNowError, StaleError
from tracker.forms.practice_screen import PracticeScreenForm, ScreenFileForm
from tracker.practice.plain import PlainTextError
from tracker.security import Permission
from tracker.services import practice_templates as templates

if TYPE_CHECKING:
    from tracker.request import TrackerRequest

EDIT = "practice/templates/edit.jinja2"
FILE = "practice/templates/file.jinja2"
STATE_WORDS = {
    "draft": "Draft",
    "tried": "Being tried",
    "in_use": "In use",
    "retired": "Retired",
}
STEP_WORDS = {
    "draft": "Back to a draft",
    "tried": "Try it out",
    "in_use": "Take it into use",
    "retired": "Retire it",
}


@view_config(
    route_name="screens",
    permission=Permission.WRITE_SCREENS,
    renderer="practice/templates/list.jinja2",
)
def show_list(request: "TrackerRequest") -> dict[str, object]:
    found = templates.list_templates(request.db, by=request.actor)
    return {"found": found, "words": STATE_WORDS}


@view_config(
    route_name="screens.new",
    permission=Permission.WRITE_SCREENS,
    renderer=EDIT,
)
def write_new(request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = PracticeScreenForm(request.POST if request.method == "POST" else None)
    return _edit(request, form, None)


@view_config(route_name="screens.one", permission=Permission.WRITE_SCREENS, renderer=EDIT)
def write_one(request: "TrackerRequest") -> Any:  # noqa: ANN401
    template = templates.find_template(request.db, request.matchdict["screen_id"], by=request.actor)
    if request.method == "POST":
        return _edit(request, PracticeScreenForm(request.POST), template)
    return _page(
        request,
        PracticeScreenForm.showing(template.content, template.edition),
        template,
        templates.preview(template.content, _seed(request)),
    )


def _edit(request: "TrackerRequest", form: PracticeScreenForm, template: Any) -> Any:  # noqa: ANN401
    """Look at what was written, or keep it."""
    if request.method != "POST":
        return _page(request, form, template, None)
    key = template.key if template else ""
    try:
        content = form.to_content(key)
    except PlainTextError as why:
        form.validate()
        form.refuse(InvalidInputError(str(why)), otherwise="screen")
        return _page(request, form, template, None)
    look = templates.preview(content, _seed(request))
    if not form.validate() or "preview" in request.POST:
        return _page(request, form, template, look)
    try:
        if template is None:
            template = templates.add_template(
                request.db, content, by=request.actor, now=request.now
            )
        else:
            templates.save_template(
                request.db,
                template,
                content,
                edition=form.edition_seen(),
                by=request.actor,
                now=request.now,
            )
    except (InvalidInputError, NotAllowedNowError, StaleError) as why:
        form.refuse(InvalidInputError(str(why)), otherwise="screen")
        return _page(request, form, template, look)
    request.session.flash("Kept as a draft.")
    return HTTPSeeOther(request.route_path("screens.one", screen_id=template.public_id))


def _page(
    request: "TrackerRequest",
    form: PracticeScreenForm,
    template: Any,  # noqa: ANN401
    look: templates.Preview | None,
) -> dict[str, object]:
    return {
        "form": form,
        "template": template,
        "look": look,
        "seed": _seed(request),
        "words": STATE_WORDS,
        "steps": [(step, STEP_WORDS[step]) for step in templates.steps_of(template)],
        "can_change": templates.can_change(template),
    }


def _seed(request: "TrackerRequest") -> int:
    asked = request.params.get("seed", "")
    return int(asked[:4]) if asked.isascii() and asked.isdigit() else 1


@view_config(
    route_name="screens.preview",
    permission=Permission.WRITE_SCREENS,
    request_method="POST",
    renderer="practice/templates/preview.jinja2",
)
def show_preview(request: "TrackerRequest") -> dict[str, object]:
    """Draw what is being typed. Nothing is kept."""
    form = PracticeScreenForm(request.POST)
    try:
        look = templates.preview(form.to_content("preview"), _seed(request))
    except PlainTextError as why:
        look = templates.Preview(with_signal=None, without=None, problems=(str(why),), seed=1)
    return {"look": look}


@view_config(route_name="screens.step", permission=Permission.WRITE_SCREENS, request_method="POST")
def take_step(request: "TrackerRequest") -> Any:  # noqa: ANN401
    template = templates.find_template(request.db, request.matchdict["screen_id"], by=request.actor)
    asked = request.POST.get("to", "")
    try:
        if asked == "copy":
            template = templates.add_template(
                request.db, template.content, by=request.actor, now=request.now
            )
            request.session.flash("A new version begins as a draft.")
        else:
            templates.move_template(request.db, template, asked, by=request.actor, now=request.now)
            request.session.flash(f"{STATE_WORDS[asked]}.")
    except NotAllowedNowError as why:
        request.session.flash(str(why))
    return HTTPSeeOther(request.route_path("screens.one", screen_id=template.public_id))


@view_config(route_name="screens.file", permission=Permission.WRITE_SCREENS)
def send_file(request: "TrackerRequest") -> Any:  # noqa: ANN401
    template = templates.find_template(request.db, request.matchdict["screen_id"], by=request.actor)
    response = request.response
    response.content_type = "application/json"
    response.charset = "utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{template.key}.json"'
    response.text = templates.as_file(template)
    return response


def _bytes_of(upload: Any) -> bytes:  # noqa: ANN401 - what the browser sent, or a text
    """Read no more of an upload than a screen can be, and let go of it."""
    if not hasattr(upload, "file"):
        return b""
    with upload.file as file:
        data: bytes = file.read(templates.LONGEST_FILE + 1)
    return data


@view_config(route_name="screens.import", permission=Permission.WRITE_SCREENS, renderer=FILE)
def take_file(request: "TrackerRequest") -> Any:  # noqa: ANN401
    """Show what is in a file, then keep it as a draft."""
    form = ScreenFileForm(request.POST if request.method == "POST" else None)
    answer: dict[str, object] = {"form": form, "look": None, "content": "", "system": ""}
    if request.method != "POST":
        return answer
    upload = request.POST.get("file")
    try:
        if form.content.data:
            content = templates.read_file(form.content.data.encode())
            template = templates.add_template(
                request.db, content, by=request.actor, now=request.now
            )
            request.session.flash("Kept as a draft.")
            return HTTPSeeOther(request.route_path("screens.one", screen_id=template.public_id))
        content = templates.read_file(_bytes_of(upload))
    except InvalidInputError as why:
        form.refuse(why, otherwise="file")
        return answer
    text = json.dumps({"format": templates.FORMAT, **content}, ensure_ascii=False)
    return {
        **answer,
        "look": templates.preview(content),
        "content": text,
        "system": content["system"],
    }
