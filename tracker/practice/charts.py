"""Observation charts, scored by NEWS2."""

from random import Random
from typing import Any

from tracker.practice.drawn import Drawn, Values, banner, shuffled
from tracker.practice.news2 import URGENT, Observations, needs_urgent_look, news2
from tracker.practice.people import some_people
from tracker.practice.screens import Lines, Table

_WELL = {
    "respiration": (13, 17),
    "saturation": (97, 99),
    "systolic": (116, 136),
    "pulse": (62, 82),
    "temperature": (365, 374),
}
_COLUMNS = (
    "Time", "Breaths a minute", "Oxygen level %", "Air or oxygen", "Blood pressure, top number",
    "Pulse", "Temperature", "Alert", "NEWS2",
)  # fmt: skip
ROUNDS = 4
#: From which round on somebody breathes oxygen, where a profile says so.
OXYGEN_FROM = 2


def getting_worse(profile: dict[str, Any], draw: Random) -> list[Observations]:
    """Give rounds of signs from well to unwell. The last one needs an urgent look.

    :raises ValueError: for a profile whose patient would not be unwell at the end.
    """
    start = {sign: draw.randint(*between) for sign, between in _WELL.items()}
    end = {
        sign: draw.randint(*profile[sign]) if sign in profile else value
        for sign, value in start.items()
    }
    rounds = [
        _between(
            start, end, step / (ROUNDS - 1),
            on_oxygen=step >= OXYGEN_FROM and profile.get("on_oxygen", False),
        )
        for step in range(ROUNDS)
    ]  # fmt: skip
    if news2(rounds[-1]) < URGENT or needs_urgent_look(rounds[0]):
        raise ValueError("A profile must lead from a low score to a NEWS2 of 5 or more.")
    return rounds


def _between(
    start: dict[str, int], end: dict[str, int], share: float, *, on_oxygen: bool
) -> Observations:
    now = {sign: round(start[sign] + (end[sign] - start[sign]) * share) for sign in start}
    return Observations(
        respiration=now["respiration"],
        saturation=now["saturation"],
        systolic=now["systolic"],
        pulse=now["pulse"],
        temperature=now["temperature"] / 10,
        on_oxygen=on_oxygen,
    )


def trend(values: Values, draw: Random, with_signal: bool) -> Drawn:  # noqa: FBT001 - see drawn.Draw
    """Draw rounds of signs that get worse, or the same ones getting better."""
    (person,) = some_people(draw, 1)
    rounds = getting_worse(draw.choice(values["profiles"]), draw)
    times = _times(draw)
    notes = shuffled(draw, draw.choice(values["notes"]))
    newest_first = _is_newest_first(draw)
    if not with_signal:
        rounds.reverse()
    lines = Lines(
        key="notes",
        name="Notes",
        lines=tuple(f"{times[0]}: {note}" for note in notes),
    )
    return Drawn(
        parts=(banner(person), _chart(times, rounds, newest_first=newest_first), lines),
        where="chart",
        words=_words(person.name, times, rounds, newest_first=newest_first),
    )


def told(values: Values, draw: Random, with_signal: bool) -> Drawn:  # noqa: FBT001
    """Draw a high score; somebody was told of it today, or only of yesterday's."""
    (person,) = some_people(draw, 1)
    rounds = getting_worse(draw.choice(values["profiles"]), draw)
    times = _times(draw)
    about_score, other = draw.choice(values["told"]), draw.choice(values["other_notes"])
    newest_first = _is_newest_first(draw)
    yesterday, today = (about_score, other) if with_signal else (other, about_score)
    written = (f"Yesterday {times[-1]}: {yesterday}", f"Today {times[-1]}: {today}")
    lines = Lines(key="notes", name="Notes", lines=written[::-1] if newest_first else written)
    return Drawn(
        parts=(banner(person), _chart(times, rounds, newest_first=newest_first), lines),
        where="notes",
        words=_words(person.name, times, rounds, newest_first=newest_first),
    )


def _times(draw: Random) -> list[str]:
    hour, minute = draw.randint(6, 12), draw.choice((0, 5, 10, 20, 30, 40))
    return [f"{hour + step * 2:02}:{minute:02}" for step in range(ROUNDS)]


def _is_newest_first(draw: Random) -> bool:
    """Toss for the order of the lines: where the red one stands then says nothing by itself."""
    return draw.random() < 0.5  # noqa: PLR2004 - a fair toss


def _chart(times: list[str], rounds: list[Observations], *, newest_first: bool) -> Table:
    lines = list(zip(times, rounds, strict=True))
    if newest_first:
        lines.reverse()
    rows = [
        (
            time,
            str(seen.respiration),
            str(seen.saturation),
            "Oxygen" if seen.on_oxygen else "Air",
            str(seen.systolic),
            str(seen.pulse),
            f"{seen.temperature:.1f}",
            "Yes" if seen.alert else "No",
            str(news2(seen)),
        )
        for time, seen in lines
    ]
    high = frozenset(i for i, (_, seen) in enumerate(lines) if needs_urgent_look(seen))
    return Table(
        key="chart", name="Observations today", columns=_COLUMNS, rows=tuple(rows), strong=high
    )


def _words(
    name: str, times: list[str], rounds: list[Observations], *, newest_first: bool
) -> dict[str, str]:
    return {
        "name": name,
        "newest": "first" if newest_first else "last",
        "first_score": str(news2(rounds[0])),
        "last_score": str(news2(rounds[-1])),
        "first_time": times[0],
        "last_time": times[-1],
    }
