"""What one side keeps for itself."""

from wtforms.validators import Length

from tracker.forms.fields import Hidden, LongTextBox, TrackerForm, read_number
from tracker.services.private_notes import NoteDraft

LONGEST = 10_000


class PrivateNoteForm(TrackerForm):
    text = LongTextBox(
        "Notes for yourself",
        description="What you want to remember, or to say. Only you ever see it",
        validators=[Length(max=LONGEST, message=f"Use {LONGEST:,} characters or fewer")],
        render_kw={"rows": 10},
    )
    version = Hidden()

    def to_draft(self) -> NoteDraft:
        return NoteDraft(text=self.text.data or "", version=read_number(self.version.data) or 0)
