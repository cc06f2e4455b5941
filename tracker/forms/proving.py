"""What a form asks of whoever signs: user name and password, unless the provider proved them."""

from typing import Any

from tracker.errors import TrackerError
from tracker.forms.fields import Hidden, PasswordBox, TextBox, TrackerForm


class ProvingForm(TrackerForm):
    """Its boxes for a user name and a password are not there once `proof` names a proof."""

    proof = Hidden()
    username: TextBox
    password: PasswordBox

    @property
    def is_proved(self) -> bool:
        return bool(self.proof.data)

    def __iter__(self) -> Any:  # noqa: ANN401 - as WTForms, which ships no types
        hidden = {"username", "password"} if self.is_proved else set()
        return (field for name, field in self._fields.items() if name not in hidden)

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401
        if self.is_proved:
            self.username.validators = self.password.validators = ()
        return bool(super().validate(extra_validators))

    def say(self, refusal: TrackerError) -> None:
        """Show why it was refused: where the person is named, or at the box."""
        field = self.proof if self.is_proved else self.username
        field.errors = [refusal.message]
