"""Our field kinds: WTForms fields that know the parameters of the NHS.UK component they are.

A template draws any of them with macros/fields.jinja2, from `kind` and `component`.
"""

from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    FileField,
    Form,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.fields.core import Field
from wtforms.validators import Length, StopValidation, ValidationError

from tracker.errors import InvalidInputError

Component = dict[str, Any]

SHORT = Length(max=300, message="Use 300 characters or fewer")
LONG = Length(max=2_000, message="Use 2,000 characters or fewer")


class TrackerForm(Form):
    """A form that can list what is wrong with it, in the order of its fields."""

    @property
    def error_list(self) -> list[Component]:
        return [
            {"text": field.errors[0], "href": f"#{first_id(field)}"}
            for field in self
            if field.errors
        ]

    def refuse(self, error: InvalidInputError, *, otherwise: str) -> None:
        """Show what a service refused, at the box where it can be mended."""
        field = self[error.field] if error.field in self else self[otherwise]
        field.errors = [error.message]


def first_id(field: Field) -> str:
    """Give the id of the first box to mend: where the error summary's link leads."""
    return field.first_id() if isinstance(field, SplitDate) else str(field.id)


def in_words(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""


def _common(field: Field) -> Component:
    return {
        "id": field.id,
        "name": field.name,
        "label": {"text": field.label.text, "size": "s"},
        "hint": {"text": field.description} if field.description else None,
        "errorMessage": {"text": field.errors[0]} if field.errors else None,
    }


def read_number(typed: object) -> int | None:
    """Read a number that our own pages wrote; anything else, such as one too long, is none."""
    text = str(typed or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004


def tidy(text: str | None) -> str:
    """Drop what no keyboard types and no database takes; one kind of line end."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or c.isprintable()).strip()


class TextBox(StringField):
    kind = "input"

    @property
    def as_text(self) -> str:
        """What was typed or chosen, as a person reads it."""
        return self.data or ""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = tidy(self.data)

    @property
    def component(self) -> Component:
        extra = self.render_kw or {}
        return {
            **_common(self),
            "value": self.data or "",
            "autocomplete": extra.get("autocomplete"),
            "spellcheck": extra.get("spellcheck"),
            "autocapitalize": extra.get("autocapitalize"),
        }


class PasswordBox(PasswordField):
    kind = "password"

    @property
    def component(self) -> Component:
        return {**_common(self), "autocomplete": "current-password"}


class LongTextBox(TextAreaField):
    kind = "textarea"

    @property
    def as_text(self) -> str:
        return self.data or ""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = tidy(self.data)

    @property
    def component(self) -> Component:
        rows = (self.render_kw or {}).get("rows", 4)
        return {**_common(self), "rows": rows, "value": self.data or ""}


class _Options:
    """Takes options as pairs of a value and its words, which WTForms itself will not for long."""

    @property
    def as_text(self) -> str:
        options = self.iter_choices()  # type: ignore[attr-defined]
        return next((str(words) for value, words, chosen, *_ in options if chosen and value), "")

    def __init__(self, *args: Any, choices: Any = None, **kwargs: Any) -> None:  # noqa: ANN401
        if choices is not None:
            choices = [SelectChoice(*one) if isinstance(one, tuple) else one for one in choices]
        super().__init__(*args, choices=choices, **kwargs)  # type: ignore[call-arg]

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401
        try:
            super().pre_validate(form)  # type: ignore[misc]
        except ValidationError:
            raise ValidationError("Choose one of the answers that are shown") from None


class Choice(_Options, SelectField):
    kind = "select"

    @property
    def component(self) -> Component:
        items = [
            {"value": value, "text": text, "selected": selected}
            for value, text, selected, *_ in self.iter_choices()
        ]
        return {**_common(self), "items": items}


class Radios(_Options, RadioField):
    kind = "radios"

    @property
    def component(self) -> Component:
        common = _common(self)
        label = common.pop("label")
        del common["id"]  # the first choice has it, so that the error summary leads there
        items = [
            {"value": value, "text": text, "checked": selected}
            for value, text, selected, *_ in self.iter_choices()
        ]
        return {
            **common,
            "idPrefix": self.id,
            "fieldset": {"legend": {"text": label["text"], "size": "s"}},
            "items": items,
        }


class Tick(BooleanField):
    """One box to tick."""

    kind = "checkboxes"

    @property
    def component(self) -> Component:
        common = _common(self)
        label = common.pop("label")
        del common["id"]
        item = {"value": "y", "text": label["text"], "checked": bool(self.data)}
        return {**common, "idPrefix": self.id, "items": [item]}


class Ticks(_Options, SelectMultipleField):
    """Several answers out of a list."""

    kind = "checkboxes"

    @property
    def component(self) -> Component:
        common = _common(self)
        label = common.pop("label")
        del common["id"]
        items = [
            {"value": value, "text": text, "checked": selected}
            for value, text, selected, *_ in self.iter_choices()
        ]
        return {
            **common,
            "idPrefix": self.id,
            "fieldset": {"legend": {"text": label["text"], "size": "s"}},
            "items": items,
        }


class FileBox(FileField):
    """One file. The form that has it says enctype="multipart/form-data"."""

    kind = "file"

    @property
    def component(self) -> Component:
        return _common(self)


class Hidden(HiddenField):
    kind = "hidden"


class SplitDate(Field):
    """A date in three boxes: NAME-day, NAME-month, NAME-year."""

    kind = "date"
    parts = ("day", "month", "year")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(*args, **kwargs)
        self.typed: dict[str, str] = dict.fromkeys(self.parts, "")
        self.wrong: tuple[str, ...] = ()

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:  # noqa: ANN401
        del extra_filters
        self.process_errors = []
        self.data = self.object_data = None if callable(data) or not data else data
        if not isinstance(self.data, date):
            self.data = None
        self.raw_data = None
        if formdata is not None and any(f"{self.name}-{part}" in formdata for part in self.parts):
            self._read(formdata)
        elif self.data is not None:
            self.typed = {part: str(getattr(self.data, part)) for part in self.parts}

    def _read(self, formdata: Any) -> None:  # noqa: ANN401
        for part in self.parts:
            given = formdata.getlist(f"{self.name}-{part}")
            self.typed[part] = given[0].strip() if given else ""
        self.raw_data = list(filter(None, self.typed.values()))
        self.data = None
        missing = [part for part in self.parts if not self.typed[part]]
        if len(missing) == len(self.parts):
            return
        if missing:
            self.wrong = tuple(missing)
            self.process_errors = [f"The date must include a {' and a '.join(missing)}"]
            return
        try:
            self.data = date(*(int(self.typed[part]) for part in reversed(self.parts)))
        except (ValueError, OverflowError):
            self.wrong = self.parts
            self.process_errors = ["Enter a real date, such as 31 3 2027"]

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401
        del form
        if self.process_errors:
            raise StopValidation

    @property
    def as_text(self) -> str:
        return in_words(self.data) or " ".join(self.typed[part] for part in self.parts).strip()

    def first_id(self) -> str:
        return f"{self.id}-{(self.wrong or self.parts)[0]}"

    @property
    def component(self) -> Component:
        common = _common(self)
        label = common.pop("label")
        items = [
            {
                "name": f"{self.name}-{part}",
                "id": f"{self.id}-{part}",
                "label": part.title(),
                "value": self.typed[part],
                "width": 4 if part == "year" else 2,
                "error": bool(self.errors) and part in (self.wrong or self.parts),
                "inputmode": "numeric",
            }
            for part in self.parts
        ]
        return {
            **common,
            "fieldset": {"legend": {"text": label["text"], "size": "s"}},
            "items": items,
        }
