"""No cheap way of telling the screens apart works: simple strategies play the whole item bank.

Each strategy sees what anybody sees, reads nothing, and says yes or no. What counts is the upper
end of the 95% interval of its d-prime, so that a bank played too little would not pass by chance.
"""

import re
from collections import Counter
from random import Random
from statistics import median

import pytest

from metrics.signal_detection import recognition
from tracker.practice import Facts, Lines, Table, make_screen, the_bank
from tracker.practice.check import texts_of
from tracker.practice.rules import needs_action

CHEAP = 0.3
SEEDS = range(150)
BANK = the_bank()
NUMBER = re.compile(r"\d+(?:\.\d+)?")
URGENT = re.compile(r"\b(urgent|warning|danger|critical|now|today|late|due|high)", re.IGNORECASE)
NO = re.compile(r"\b(no|not|none)\b", re.IGNORECASE)
WORD = re.compile(r"[a-z]{2,}|\d+(?:\.\d+)?")
#: A word on fewer or more of the screens than this says too little to be a way of playing.
RARE, COMMON = 0.08, 0.92


def screens_of(template):
    return [make_screen(template, s, with_signal=side) for s in SEEDS for side in (True, False)]


SCREENS = {key: screens_of(template) for key, template in BANK.items()}
EVERY = [screen for screens in SCREENS.values() for screen in screens]
by_template = pytest.mark.parametrize("key", BANK)


def tables(screen):
    return [part for part in screen.parts if isinstance(part, Table)]


def text_of(screen):
    return " ".join(texts_of(screen))


def numbers(text):
    return [float(number) for number in NUMBER.findall(text)]


def rows(screen):
    return sum(len(table.rows) for table in tables(screen))


def longest_list(screen):
    return max(
        len(part.rows) if isinstance(part, Table) else len(part.lines) if isinstance(part, Lines)
        else len(part.pairs)
        for part in screen.parts
    )  # fmt: skip


def bold(screen):
    return sum(len(table.strong) for table in tables(screen))


def bold_numbers(screen):
    cells = [c for t in tables(screen) for at in t.strong for c in t.rows[at]]
    return len(numbers(" ".join(cells)))


def red(screen):
    return bold(screen) + sum(len(p.red) for p in screen.parts if isinstance(p, Facts))


def red_in_row(at):
    return lambda screen: any(at % len(t.rows) in t.strong for t in tables(screen))


def highest(screen):
    return max(numbers(text_of(screen)), default=0)


def in_row(at):
    return lambda screen: sum(sum(numbers(" ".join(t.rows[at]))) for t in tables(screen))


def highest_in(column):
    def look(screen):
        cells = [r[column] for t in tables(screen) for r in t.rows if len(r) > column]
        return max((n for cell in cells for n in numbers(cell)), default=0)

    return look


#: Each says one number of a screen. Who plays it says yes above the middle of them.
LOOKS = {
    "always yes": lambda _screen: 1,
    "always no": lambda _screen: 0,
    "most rows": rows,
    "longest list": longest_list,
    "most parts": lambda screen: len(screen.parts),
    "anything bold": bold,
    "any number in bold": bold_numbers,
    "any red": red,
    "most red": red,
    "any red in the first row": red_in_row(0),
    "any red in the last row": red_in_row(-1),
    "any urgent word": lambda screen: bool(URGENT.search(text_of(screen))),
    "most urgent words": lambda screen: len(URGENT.findall(text_of(screen))),
    "most letters": lambda screen: len(text_of(screen)),
    "most words": lambda screen: len(text_of(screen).split()),
    "most numbers": lambda screen: len(numbers(text_of(screen))),
    "highest number": highest,
    "sum of numbers": lambda screen: sum(numbers(text_of(screen))),
    "most capitals": lambda screen: sum(letter.isupper() for letter in text_of(screen)),
    "longest word": lambda screen: max(map(len, text_of(screen).split())),
    "high numbers in the first row": in_row(0),
    "high numbers in the last row": in_row(-1),
    "long setting": lambda screen: len(screen.setting),
    "long last text": lambda screen: len(list(texts_of(screen))[-1]),
    "a no, not or none": lambda screen: len(NO.findall(text_of(screen))),
    **{f"high number in column {column}": highest_in(column) for column in range(8)},
}  # fmt: skip


def says_yes(name, look, screens):
    if name.startswith("always"):
        return [bool(look(screen)) for screen in screens]
    if name.startswith(("any", "has")):
        return [look(screen) > 0 for screen in screens]
    seen = [look(screen) for screen in screens]
    middle = median(seen)
    return [number > middle for number in seen]


def told_apart(yes, screens):
    with_ = sum(screen.has_signal for screen in screens)
    hits = sum(y and s.has_signal for y, s in zip(yes, screens, strict=True))
    false = sum(y and not s.has_signal for y, s in zip(yes, screens, strict=True))
    return recognition(hits, with_ - hits, false, len(screens) - with_ - false)


def play(yes, screens):
    """Say how well somebody might do, at the most, who says yes to these screens."""
    told = told_apart(yes, screens)
    if len(set(yes)) == 1:  # one answer for all of them leaves nothing to estimate
        return abs(told.d_prime)
    # A strategy can be turned round: who sees that yes is wrong says no.
    return abs(told.d_prime) + 1.96 * told.d_prime_se


@pytest.mark.parametrize("name", LOOKS)
def test_no_cheap_look_tells_the_screens_of_the_whole_bank_apart(name):
    assert play(says_yes(name, LOOKS[name], EVERY), EVERY) < CHEAP


@by_template
@pytest.mark.parametrize(
    "name",
    [
        "always yes", "always no", "most rows", "longest list", "anything bold",
        "any number in bold", "any red", "any red in the first row", "any red in the last row",
        "any urgent word", "high numbers in the last row", "most words", "most numbers",
        "highest number", "most letters", "long setting", "high number in column 4",
    ],
)  # fmt: skip
def test_no_cheap_look_works_on_one_template(name, key):
    """Both sides come from the same draws, so that chance moves them together: no interval."""
    screens = SCREENS[key]

    assert abs(told_apart(says_yes(name, LOOKS[name], screens), screens).d_prime) < CHEAP


def in_either(counts, each):
    """Give the words that stand on some but not on all of the screens."""
    return [word for word, count in counts.items() if RARE < count / each < COMMON]


@by_template
def test_no_single_word_tells_the_screens_of_one_template_apart(key):
    screens = SCREENS[key]
    words = [set(WORD.findall(text_of(screen).casefold())) for screen in screens]
    counts = Counter(word for one in words for word in one)

    found = {
        word: told_apart([word in one for one in words], screens).d_prime
        for word in in_either(counts, len(screens))
    }
    assert {word: d for word, d in found.items() if abs(d) >= CHEAP} == {}


def test_no_single_word_tells_the_screens_of_the_whole_bank_apart():
    counts = {side: Counter() for side in (True, False)}
    for screen in EVERY:
        counts[screen.has_signal].update(set(WORD.findall(text_of(screen).casefold())))
    each = len(EVERY) // 2
    telling = {}
    for word in counts[True] | counts[False]:
        hits, false = counts[True][word], counts[False][word]
        if 0.01 < (hits + false) / len(EVERY) < 0.99:
            told = recognition(hits, each - hits, false, each - false)
            telling[word] = abs(told.d_prime) + 1.96 * told.d_prime_se

    assert len(telling) > 100
    assert {word: d for word, d in telling.items() if d >= CHEAP} == {}


def test_guessing_comes_out_as_guessing():
    draw = Random(1)  # noqa: S311 - a test's own chance

    assert play([draw.random() < 0.5 for _ in EVERY], EVERY) < CHEAP


def test_reading_the_rule_tells_them_apart():
    """The yardstick can measure: who reads what the rule reads is nearly always right."""
    written = [screen for screen in EVERY if screen.rule]
    yes = [needs_action(screen.rule, screen.parts) for screen in written]

    assert len(written) > len(EVERY) / 2
    assert play(yes, written) > 4
