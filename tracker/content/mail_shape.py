"""The shape of a mail that we ship."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class MailContent:
    """One kind of mail."""

    #: what administrators call it
    name: str
    #: when it goes out
    when: str
    #: empty for a line in the weekly mail, which has a subject of its own
    subject: str = ""
    #: paragraphs with an empty line between; names in braces are filled in
    body: str
    #: what the link to the page says; empty where there is no page
    link_text: str = ""
    #: waits for the person's weekly mail and is one line in it
    is_weekly: bool = False
    #: names in braces beside first_name and trust, each with an example for the preview
    words: Mapping[str, str] = field(default_factory=dict)
