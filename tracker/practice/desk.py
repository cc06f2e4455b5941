"""Mail, and who is signed in."""

from random import Random

from tracker.practice.drawn import Drawn, Values, shuffled
from tracker.practice.people import some_people
from tracker.practice.screens import Facts, Lines, Table


def inbox(values: Values, draw: Random, with_signal: bool) -> Drawn:  # noqa: FBT001 - see drawn.Draw
    """Draw a desk of the trust that asks for something, from its own address or from outside."""
    desk, colleague = draw.sample(values["inside"], 2)
    firm, strange = draw.sample(values["outside"], 2)
    own = {**desk, "domain": values["domain"]}
    asking = draw.choice(values["asking"])
    first, second, third = draw.sample(values["ordinary"], 3)
    at_work = {**colleague, "domain": values["domain"]}
    asks_from = {**own, "domain": strange["domain"]} if with_signal else own
    # The same senders and the same addresses' ends on either side.
    mails = [(asks_from, asking), (at_work, first), (firm, second), (strange, third)]
    parts = (
        Facts(
            key="account",
            name="Your account",
            pairs=(("Mail of this trust ends in", f"@{values['domain']}"),),
        ),
        _mails(mails, draw),
    )
    words = {
        "desk": desk["name"],
        "address": _address(asks_from),
        "about": asking,
        "domain": values["domain"],
    }
    return Drawn(parts=parts, where="mail", words=words)


def _address(sender: dict[str, str]) -> str:
    return f"{sender['mailbox']}@{sender['domain']}"


def _mails(mails: list[tuple[dict[str, str], str]], draw: Random) -> Table:
    hours = sorted(draw.sample(range(7, 17), len(mails)), reverse=True)
    unread = frozenset(draw.sample(range(len(mails)), draw.randint(0, 3)))
    rows = tuple(
        (
            sender["name"],
            _address(sender),
            about,
            f"{hours[place]:02}:{draw.randint(10, 59)}",
            "New" if place in unread else "Read",
        )
        for place, (sender, about) in enumerate(shuffled(draw, mails))
    )
    return Table(
        key="mail",
        name="Mail today",
        columns=("From", "Address", "About", "Came at", "State"),
        rows=rows,
        strong=unread,
    )


def session(values: Values, draw: Random, with_signal: bool) -> Drawn:  # noqa: FBT001
    """Draw a shared computer where you, or somebody else of the shift, are signed in."""
    you, other, patient = some_people(draw, 3)
    job, other_job = draw.sample(values["jobs"], 2)
    signed_in = (other, other_job) if with_signal else (you, job)
    account = Facts(
        key="account",
        name="Signed in",
        pairs=(("As", f"{signed_in[0].name}, {signed_in[1]}"), ("Since", "07:30")),
    )
    on_shift = Lines(
        key="shift",
        name="On this shift",
        lines=tuple(
            shuffled(draw, [f"{you.name}, {job}", f"{other.name}, {other_job}"]),
        ),
    )
    task = Facts(
        key="task",
        name="Ready to save",
        pairs=(("Patient", patient.name), ("Entry", draw.choice(values["tasks"]))),
    )
    return Drawn(
        parts=(account, on_shift, task),
        where="account",
        words={"you": you.name, "job": job, "signed_in": signed_in[0].name},
    )
