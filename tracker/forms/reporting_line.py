"""Saying that a manager is wrong, and setting one by hand."""

from tracker.forms.fields import LongTextBox, SplitDate, TextBox, TrackerForm


class DisputeForm(TrackerForm):
    reason = LongTextBox("What is wrong?", description="Such as: I moved to another team in May.")
    right_email = TextBox(
        "Who should it be? (if you know)",
        description="Their work email.",
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class LineForm(TrackerForm):
    manager_email = TextBox(
        "Who is the manager?",
        description="Their work email.",
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    starts_on = SplitDate("From which day?", description="Leave it empty for today.")
    why = LongTextBox("Why is it not what HR's system says?")
