"""Results, requests and notes in the patient's record, and the board of who goes home."""

from random import Random

from tracker.practice.drawn import Drawn, Values, banner, shuffled
from tracker.practice.people import some_people
from tracker.practice.screens import Facts, Lines, Table

ORDINARY_RESULTS = 3


def results(values: Values, draw: Random, with_signal: bool) -> Drawn:  # noqa: FBT001 - see drawn.Draw
    """Just one result is not seen yet: one that is out of range, or an ordinary one."""
    (person,) = some_people(draw, 1)
    tests = draw.sample(values["tests"], ORDINARY_RESULTS + 2)
    order = shuffled(draw, range(len(tests)))
    out_of_range = set(order[:2])
    waiting = order[0] if with_signal else order[-1]
    actions = [draw.choice(values["actions"]) for _ in tests]
    rows = []
    for place, test in enumerate(tests):
        is_out = place in out_of_range
        value = draw.choice(test["out" if is_out else "in"])
        action = "Not seen yet" if place == waiting else actions[place]
        mark = test["mark"] if is_out else "In range"
        rows.append((test["name"], value, test["range"], mark, "Yesterday", action))
    table = Table(
        key="results",
        name="Results",
        columns=("Test", "Result", "Usual range", "Mark", "Came back", "What was done"),
        rows=tuple(rows),
        strong=frozenset(out_of_range),
    )
    return Drawn(
        parts=(banner(person), table),
        where="results",
        words={"name": person.name, "test": tests[waiting]["name"], "value": rows[waiting][1]},
    )


def namesake(values: Values, draw: Random, with_signal: bool) -> Drawn:  # noqa: FBT001
    """Two people of one name on the ward: the request is for the one on the screen, or not."""
    drawn = some_people(draw, 5)
    name, others = drawn[0].name, drawn[2:]
    on_screen, other = drawn[0], drawn[1]
    listed = [
        (name, on_screen.born, on_screen.number),
        (name, other.born, other.number),
        *((one.name, one.born, one.number) for one in others),
    ]
    beds = draw.sample(range(1, 25), len(listed))
    rows = [(f"Bed {bed}", *row) for bed, row in zip(beds, shuffled(draw, listed), strict=True)]
    about = other if with_signal else on_screen
    request = Facts(
        key="request",
        name="Request to send",
        pairs=(
            ("Test", draw.choice(values["tests"])),
            ("Name", name),
            ("Born", about.born),
            ("Hospital number", about.number),
        ),
    )
    ward = Table(
        key="ward",
        name="On the ward now",
        columns=("Bed", "Name", "Born", "Hospital number"),
        rows=tuple(rows),
    )
    return Drawn(
        parts=(banner(on_screen), request, ward),
        where="request",
        words={"name": name, "born": on_screen.born, "other_born": about.born},
    )


def safeguarding(values: Values, draw: Random, with_signal: bool) -> Drawn:  # noqa: FBT001
    """Somebody asks about a patient: the one whom the flag names, or the one to be told."""
    patient, first, second = some_people(draw, 3)
    kept_out, told = draw.sample(values["relations"], 2)
    caller, relation = (first.name, kept_out) if with_signal else (second.name, told)
    notes = shuffled(
        draw,
        [
            f"Safeguarding: do not tell {first.name} ({kept_out}) that this person is here.",
            f"May be told how things are: {second.name} ({told}).",
            "Uses a hearing aid in the left ear.",
        ],
    )
    call = Facts(
        key="call",
        name="On the phone now",
        pairs=(("Caller", f"{caller}, {relation}"), ("Asks", draw.choice(values["asks"]))),
    )
    return Drawn(
        parts=(banner(patient), Lines(key="notes", name="Notes", lines=tuple(notes)), call),
        where="notes",
        words={"name": patient.name, "caller": caller, "relation": relation},
    )


def going_home(values: Values, draw: Random, with_signal: bool) -> Drawn:  # noqa: FBT001
    """Two people go home, today and tomorrow; their transport is on their own days, or not."""
    people = some_people(draw, draw.randint(4, 7))
    today, tomorrow, *staying = people
    today_transport, tomorrow_transport = (
        ("Tomorrow", "Today") if with_signal else ("Today", "Tomorrow")
    )
    rows: list[tuple[str, ...]] = [
        (today.name, "Home today", "Ready", today_transport),
        (tomorrow.name, "Home tomorrow", "Ready", tomorrow_transport),
        *((one.name, draw.choice(values["later_plans"]), "Not asked", "None") for one in staying),
    ]
    table = Table(
        key="board",
        name="Who goes home",
        columns=("Name", "Plan", "Medicines to take home", "Transport booked for"),
        rows=tuple(shuffled(draw, rows)),
    )
    return Drawn(parts=(table,), where="board", words={"name": today.name, "other": tomorrow.name})
