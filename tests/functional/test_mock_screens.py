"""Each mock screen can be solved by what a screen reader reads, and by nothing else.

The screen is drawn as HTML. The answer is worked out from the names and texts in it alone: a
table's caption, column heads and row heads, the terms of a list of facts, the items of a list.
"""

from dataclasses import replace

import jinja2
import pytest
from bs4 import BeautifulSoup

from tracker.practice import Facts, Lines, Table, make_screen, the_bank
from tracker.practice.rules import needs_action

BANK = the_bank()
SEEDS = range(12)
HIGH_SCORE = 5
PAGE = "{% from 'practice/parts.jinja2' import mock %}<main>{{ mock(screen) }}</main>"


@pytest.fixture(scope="module")
def draw():
    pages = jinja2.Environment(loader=jinja2.FileSystemLoader("templates"), autoescape=True)
    page = pages.from_string(PAGE)
    return lambda screen: BeautifulSoup(page.render(screen=screen), "html.parser")


def text(node):
    return " ".join(node.get_text(" ").split())


def heard(soup):
    """Give the parts as a screen reader tells them, by the heading or caption that names each."""
    parts = {}
    for table in soup.select("table"):
        head = [text(cell) for cell in table.select("thead th[scope=col]")]
        rows = [
            (text(row.select_one("th[scope=row]")), *(text(cell) for cell in row.select("td")))
            for row in table.select("tbody tr")
        ]
        name = text(table.caption)
        parts[name] = Table(key=name, name=name, columns=tuple(head), rows=tuple(rows))
    for heading in soup.select("h3"):
        name, after = text(heading), heading.find_next_sibling()
        if after.name == "ul":
            lines = tuple(text(item) for item in after.select("li"))
            parts[name] = Lines(key=name, name=name, lines=lines)
        else:
            pairs = [(text(one.dt), text(one.dd)) for one in after.select("div")]
            parts[name] = Facts(key=name, name=name, pairs=tuple(pairs))
    return parts


def written(parts, screen, _values):
    """Ask the rule of what was heard: the key of each part stands for its name."""
    named = {part.name: part.key for part in screen.parts}
    assert named.keys() == parts.keys()
    by_key = [
        type(part)(**{**{name: getattr(part, name) for name in part.__slots__}, "key": named[name]})
        for name, part in parts.items()
    ]
    return needs_action(screen.rule, by_key)


def facts(parts, name):
    return dict(parts[name].pairs)


def rising_score(parts, screen, _values):
    newest = 0 if "newest line is the first" in screen.setting else -1
    return int(parts["Observations today"].rows[newest][-1]) >= HIGH_SCORE


def nobody_told(parts, _screen, values):
    (today,) = [line for line in parts["Notes"].lines if line.startswith("Today")]
    return not any(note in today for note in values["told"])


def allergic(parts, _screen, values):
    to = facts(parts, "Patient")["Allergies"]
    (group,) = [group for group in values["groups"] if group["name"] == to]
    return any(row[0] in group["medicines"] for row in parts["Medicines to give"].rows)


def two_of_a_kind(parts, _screen, values):
    given = {row[0] for row in parts["Medicines to give"].rows}
    return any(set(pair["medicines"]) <= given for pair in values["pairs"])


def waiting_result(parts, _screen, _values):
    (waits,) = [row for row in parts["Results"].rows if row[-1] == "Not seen yet"]
    return waits[3] != "In range"


def namesake(parts, _screen, _values):
    number = "Hospital number"
    return facts(parts, "Request to send")[number] != facts(parts, "Patient")[number]


def caller(parts, _screen, _values):
    (warned,) = [line for line in parts["Notes"].lines if line.startswith("Safeguarding")]
    return facts(parts, "On the phone now")["Caller"].split(",")[0] in warned


def transport(parts, _screen, _values):
    (row,) = [row for row in parts["Who goes home"].rows if row[1] == "Home today"]
    return row[3] != "Today"


def mail(parts, _screen, values):
    (own,) = facts(parts, "Your account").values()
    (row,) = [row for row in parts["Mail today"].rows if row[2] in values["asking"]]
    return not row[1].endswith(own)


def signed_in(parts, screen, _values):
    name, _job = facts(parts, "Signed in")["As"].split(", ")
    return f"you are {name}," not in screen.setting


SOLVERS = {
    "observations_trend": rising_score, "observations_told": nobody_told, "allergy": allergic,
    "same_medicine": two_of_a_kind, "results": waiting_result, "namesake": namesake,
    "safeguarding": caller, "going_home": transport, "inbox": mail, "session": signed_in,
    "written": written,
}  # fmt: skip


@pytest.mark.parametrize("key", BANK)
def test_a_screen_can_be_solved_by_its_text_alone(draw, key):
    solve = SOLVERS[BANK[key].kind]
    for seed in SEEDS:
        for with_signal in (True, False):
            screen = make_screen(BANK[key], seed, with_signal=with_signal)
            soup = draw(screen)

            assert not soup.select("img, svg, canvas, [aria-hidden=true], [hidden], [style]")
            assert solve(heard(soup), screen, BANK[key].values) is with_signal


def test_what_is_red_or_bold_says_the_same_in_words(draw):
    """Colour is never alone: each row in red has a word or a number of its own that says why."""
    for key in ("results", "observations_trend"):
        soup = draw(make_screen(BANK[key], 3, with_signal=True))
        reds = soup.select("tr:has(.app-mock-red)")

        assert reds
        for row in reds:
            cells = [text(cell) for cell in row.select("td")]
            score = cells[-1].isdigit() and int(cells[-1]) >= 3
            assert score or {"High", "Low", "Out of range"} & set(cells)


def test_what_a_trainer_wrote_is_shown_as_text(draw):
    screen = make_screen(BANK["fridge"], 1, with_signal=True)
    hostile = Lines(key="x", name="<b>Notes</b>", lines=("<script>alert(1)</script>",))

    soup = draw(replace(screen, parts=(*screen.parts, hostile)))

    assert not soup.select("script, h3 b")
    assert "<script>alert(1)</script>" in soup.get_text()
