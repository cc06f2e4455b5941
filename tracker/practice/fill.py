"""Puts words into the {brackets} of a text. Nothing in a text is ever run."""

import re
from collections.abc import Mapping

NAME = re.compile(r"\{([a-z][a-z0-9_]{0,39})\}")
BRACKET = re.compile(r"[{}]")


class UnknownNameError(ValueError):
    """Raised for a name in brackets that nothing was drawn for, or for a stray bracket."""

    def __init__(self, text: str, name: str = "") -> None:
        what = f"{{{name}}} is in brackets" if name else "There is a bracket without a name"
        super().__init__(f"{what} in “{text[:60]}”, and nothing is drawn for it.")


def fill(text: str, words: Mapping[str, str]) -> str:
    """Write each {name} as the word that was drawn for it."""
    if BRACKET.search(NAME.sub("", text)):
        raise UnknownNameError(text)

    def put(found: re.Match[str]) -> str:
        if found[1] not in words:
            raise UnknownNameError(text, found[1])
        return words[found[1]]

    return NAME.sub(put, text)


def names_in(text: str) -> set[str]:
    """List the names that a text has in brackets."""
    return set(NAME.findall(text))
