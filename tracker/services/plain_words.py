"""Looks at a text as a tired reader of eleven or twelve would: long sentences, hard words."""

import re
from dataclasses import dataclass

#: the longest sentence that is easy to hold in mind
LONGEST_SENTENCE = 20
#: a reading age of 12 is school grade 7
AGE_OVER_GRADE = 5
HIGHEST_AGE = 12
#: in fewer words than these the reading age says nothing
ENOUGH_WORDS = 30
MANY_SYLLABLES = 4
MOST_SHOWN = 5
_SENTENCE = re.compile(r"(?<=[.?!])\s+")
_WORD = re.compile(r"[A-Za-z][A-Za-z'\u2019-]*")
_VOWELS = re.compile(r"[aeiouy]+")
#: long, and known to everybody who works here
KNOWN = frozenset(
    [
        "information",
        "appraisal",
        "competence",
        "organisation",
        "technology",
        "colleague",
        "everybody",
        "everyone",
        "everyday",
        "everything",
        "everywhere",
        "somebody",
        "someone",
        "something",
        "sometimes",
        "somewhere",
        "anybody",
        "anyone",
        "anything",
    ]
)
#: words that have a plainer twin
PLAINER = {
    "utilise": "use",
    "utilize": "use",
    "leverage": "use",
    "facilitate": "help",
    "demonstrate": "show",
    "ensure": "make sure",
    "commence": "begin",
    "terminate": "end",
    "purchase": "buy",
    "assist": "help",
    "regarding": "about",
    "prior": "before",
    "subsequently": "then",
    "approximately": "about",
    "sufficient": "enough",
    "endeavour": "try",
    "ascertain": "find out",
    "proficient": "able",
    "optimise": "make better",
    "implement": "carry out",
    "stakeholder": "people concerned",
    "stakeholders": "people concerned",
    "functionality": "what it can do",
    "methodology": "way",
}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a plain reader would stumble over in a text. Nothing, if it reads well."""

    #: years; none where there are too few words to say
    age: int | None
    remarks: tuple[str, ...]

    @property
    def is_plain(self) -> bool:
        return not self.remarks


def read_plainly(*texts: str) -> Reading:
    """Check one text, or several that are read together."""
    sentences = [one for text in texts for one in _SENTENCE.split(text.strip()) if one]
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    age = _age(words, len(sentences)) if len(words) >= ENOUGH_WORDS else None
    remarks = [_long(one) for one in sentences if len(_WORD.findall(one)) > LONGEST_SENTENCE]
    remarks += [
        f"Instead of “{word}” you could write “{PLAINER[word]}”."
        for word in dict.fromkeys(word.lower() for word in words)
        if word in PLAINER
    ]
    hard = list(dict.fromkeys(word.lower() for word in words if _is_hard(word)))
    if hard:
        remarks.append(f"Is there a shorter word for {_listed(hard[:MOST_SHOWN])}?")
    if age is not None and age > HIGHEST_AGE:
        remarks.append(f"It reads as for age {age}. Shorter sentences and words bring it down.")
    return Reading(age=age, remarks=tuple(remarks))


def _long(sentence: str) -> str:
    begin = " ".join(sentence.split()[:4])
    number = len(_WORD.findall(sentence))
    return f"The sentence that begins “{begin}” has {number} words. Make two of it."


def _listed(words: list[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)


def _is_hard(word: str) -> bool:
    small = word.lower()
    if small in KNOWN or small.rstrip("s") in KNOWN or small in PLAINER:
        return False
    return _syllables(small) >= MANY_SYLLABLES


def _syllables(word: str) -> int:
    number = len(_VOWELS.findall(word))
    if word.endswith("e") and not word.endswith("le") and number > 1:
        number -= 1
    if word.endswith("ed") and not word.endswith(("ted", "ded")) and number > 1:
        number -= 1
    return max(number, 1)


def _age(words: list[str], sentences: int) -> int:
    """Give the reading age by the Flesch and Kincaid formula."""
    syllables = sum(_syllables(word.lower()) for word in words)
    grade = 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59
    return max(round(grade) + AGE_OVER_GRADE, AGE_OVER_GRADE)
