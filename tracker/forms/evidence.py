"""What somebody keeps to show what they can do, as a form."""

from typing import TYPE_CHECKING, Any

from wtforms.validators import InputRequired, Length

from tracker.forms.fields import (
    FileBox,
    Hidden,
    LongTextBox,
    SplitDate,
    TextBox,
    Ticks,
    TrackerForm,
)
from tracker.services.evidence import EvidenceDraft, Upload

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.models import Competence


class EvidenceForm(TrackerForm):
    title = TextBox(
        "Give it a short name",
        description="For example, I ran the handover on the new system",
        validators=[
            InputRequired("Give it a short name"),
            Length(max=200, message="Use 200 characters or fewer"),
        ],
    )
    note = LongTextBox(
        "What happened, and what does it show?",
        description="A few sentences. Leave out anything about a patient.",
        validators=[Length(max=4_000, message="Use 4,000 characters or fewer")],
        render_kw={"rows": 5},
    )
    link = TextBox(
        "A link, if there is one",
        description="It starts with https://",
        validators=[Length(max=2_000, message="Use 2,000 characters or fewer")],
        render_kw={"inputmode": "url", "spellcheck": False, "autocapitalize": "none"},
    )
    file = FileBox("A file, if there is one", description="A PDF, a picture or plain text")
    competences = Ticks("What is it for? Tick all that fit.")
    expires_on = SplitDate(
        "Does it run out?",
        description="For example, a certificate. Leave it empty to keep it for next time.",
    )
    form_key = Hidden()

    def offer(self, competences: "Iterable[Competence]", *, largest_file: int | None) -> None:
        """Show what this person's work needs, and the file box only where files are kept."""
        self.competences.choices = [(str(one.id), one.name) for one in competences]
        if not self.competences.choices:
            del self.competences
        if largest_file is None:
            del self.file
        else:
            self.file.description += f", of {largest_file // 1_000_000} MB at most"

    def to_draft(self) -> EvidenceDraft:
        chosen: Any = self.competences.data if "competences" in self else ()
        return EvidenceDraft(
            title=self.title.data or "",
            note=self.note.data or "",
            link=self.link.data or "",
            competence_ids=frozenset(int(one) for one in chosen or ()),
            expires_on=self.expires_on.data,
            form_key=str(self.form_key.data or "")[:80],
            upload=self._upload(),
        )

    def _upload(self) -> Upload | None:
        sent: Any = self.file.data if "file" in self else None
        name = getattr(sent, "filename", "")
        return Upload(name=name, content=sent.file) if name else None
