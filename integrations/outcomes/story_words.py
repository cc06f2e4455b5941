"""Looks into the story of an incident on its way past, and keeps only which of our words it has.

What is found here is a candidate: a person reads the story in the source system and decides.
"""

import re
from collections.abc import Iterable

WORDS = {
    "computer": r"computers?|laptops?|desktops?|tablets? pc|keyboard",
    "workstation": r"workstations?|work station|\bcows?\b on wheels|\bwow\b",
    "network": r"networks?|wi-?fi|server|internet|offline|down ?time",
    "software": r"software|\bapps?\b|upgrade|interface",
    "system": r"systems?",
    "electronic record": r"electronic(ally)?|\bepr\b|\behr\b|\bepma\b|\be-?prescri\w+|digital(ly)?",
    "signing in": r"log(ged|ging)?[ -]?(in|on)\b|smart ?cards?|passwords?",
    "screen": r"on (the )?screen|drop ?-?down|pop ?-?ups?|alerts? (fired|did not|didn't|was|were)",
    "printer": r"printers?|barcode|scanner",
}
#: What one of these words has in it in any case: most stories have none, and are done with.
STEMS = {
    "computer": ("computer", "laptop", "desktop", "tablet", "keyboard"),
    "workstation": ("work", "cow", "wow"),
    "network": (
        "network",
        "wifi",
        "wi-fi",
        "server",
        "internet",
        "offline",
        "downtime",
        "down time",
    ),
    "software": ("software", "app", "upgrade", "interface"),
    "system": ("system",),
    "electronic record": ("electronic", "epr", "ehr", "epma", "prescri", "digital"),
    "signing in": ("log", "smart", "password"),
    "screen": ("screen", "drop", "pop", "alert"),
    "printer": ("printer", "barcode", "scanner"),
}
#: systems of another sort
NOT_IT = re.compile(
    r"\b(immune|nervous|digestive|respiratory|endocrine|urinary|cardiovascular|venous|circulatory|"
    r"skeletal|reproductive|lymphatic|drainage|heating|sprinkler|one[- ]way|buddy) systems?\b",
    re.IGNORECASE,
)
PATTERNS = {
    word: re.compile(rf"(?<!\w)({pattern})(?!\w)", re.IGNORECASE) for word, pattern in WORDS.items()
}


def words_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Name which of our words stand in any of the texts. The texts themselves go no further."""
    story = " \n ".join(text for text in texts if text).casefold()
    if "system" in story:
        story = NOT_IT.sub(" ", story)
    return tuple(
        word
        for word, pattern in PATTERNS.items()
        if any(stem in story for stem in STEMS[word]) and pattern.search(story)
    )
