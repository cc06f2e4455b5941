"""Drug charts."""

from dataclasses import replace
from random import Random

from tracker.practice.drawn import Drawn, Values, banner, shuffled
from tracker.practice.people import some_people
from tracker.practice.screens import Facts, Table

_COLUMNS = ("Medicine", "How given", "Due", "Started")
_STARTED = ("Today", "Yesterday", "On the first day", "Before this stay")


def _chart(names: list[str], draw: Random) -> Table:
    """Draw nothing about doses and times that could itself be wrong."""
    due = f"08:{draw.choice((0, 15, 30)):02}"
    rows = tuple((name, "By mouth", due, draw.choice(_STARTED)) for name in names)
    return Table(key="chart", name="Medicines to give", columns=_COLUMNS, rows=rows)


def allergy(values: Values, draw: Random, with_signal: bool) -> Drawn:  # noqa: FBT001 - see drawn.Draw
    """One medicine of a group that people are allergic to; the allergy is to it, or to another."""
    (person,) = some_people(draw, 1)
    on_chart, elsewhere = draw.sample(values["groups"], 2)
    medicine = draw.choice(on_chart["medicines"])
    others = draw.sample(values["others"], draw.randint(3, 6))
    chart = _chart(shuffled(draw, [medicine, *others]), draw)
    to, fine = (on_chart, elsewhere) if with_signal else (elsewhere, on_chart)
    # Both names stand on either side, so that neither of them tells by itself.
    top = banner(person, ("Allergies", to["name"]), ("Took before without harm", fine["name"]))
    return Drawn(
        parts=(replace(top, red=frozenset({"Allergies"})), chart),
        where="chart",
        words={"name": person.name, "allergy": to["name"], "medicine": medicine},
    )


def same_medicine(values: Values, draw: Random, with_signal: bool) -> Drawn:  # noqa: FBT001
    """Two medicines that do the same under two names, or two that go together."""
    (person,) = some_people(draw, 1)
    one, another = draw.sample(values["pairs"], 2)
    first, second = shuffled(draw, one["medicines"])
    instead = draw.choice(another["medicines"])
    others = draw.sample(values["others"], draw.randint(2, 5))
    beside, stopped = (second, instead) if with_signal else (instead, second)
    chart = _chart(shuffled(draw, [first, beside, *others]), draw)
    before = Facts(key="stopped", name="Stopped yesterday", pairs=(("Medicine", stopped),))
    return Drawn(
        parts=(banner(person, ("Allergies", "None known")), chart, before),
        where="chart",
        words={"name": person.name, "first": first, "second": beside, "both": one["both"]},
    )
