"""Says in words why an account is nobody's, and what would mend it."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.models import StaffMember
from tracker.services.fact_index import Fact, FactIndex, Match

_CALLED = {
    "employee_number": "HR number",
    "email": "address",
    "nhs_unique_id": "NHS Unique ID",
}


@dataclass(frozen=True, kw_only=True)
class Where:
    """What the side that keeps the account is called."""

    put: str
    fix: str


IN_DIRECTORY = Where(put="into the directory", fix="in the directory")
AT_PROVIDER = Where(put="into the account at the identity provider", fix="at the identity provider")


def why_unmatched(  # noqa: PLR0911, PLR0913 - a sentence each
    facts: Sequence[Fact],
    index: FactIndex,
    people: dict[int, StaffMember],
    *,
    is_shared: bool,
    likely: StaffMember | None,
    where: Where,
) -> str:
    """Say why nobody is joined to an account with these facts."""
    answer = index.whose(facts)
    if answer is Match.CONTRADICTS:
        return _disagreement(facts, index, people, where)
    if not isinstance(answer, Match):
        return f"It fits {people[answer[0]].name} by now. The next look joins them."
    if answer is Match.UNCLEAR:
        return f"More than one person on HR's list has its address. Put the HR number {where.put}."
    if likely is not None:
        return f"Could be {likely.name}. Put {likely.employee_number} {where.put}."
    if is_shared:
        return f"Other accounts have its address too. Put the HR number {where.put}."
    if not facts:
        return "It has no HR number and no address. It may be a machine's."
    named = " or this ".join(_CALLED[name] for name, _ in facts)
    return f"Nobody on HR's list has this {named}."


def _disagreement(
    facts: Sequence[Fact], index: FactIndex, people: dict[int, StaffMember], where: Where
) -> str:
    owned = [
        (name, people[owner]) for name, value in facts if (owner := index.owner((name, value)))
    ]
    fact, person = owned[0]
    other = next((one for one in owned if one[1] is not person), None)
    if other is None:
        name = next(
            name
            for name, value in facts
            if name in {"employee_number", "nhs_unique_id"}
            and getattr(person, name) not in {None, value}
        )
        return (
            f"Its {_CALLED[fact]} is that of {person.name}, for whom HR has the {_CALLED[name]} "
            f"{getattr(person, name)}. Correct one of the two."
        )
    return (
        f"Its {_CALLED[fact]} is that of {_named(person)}, its {_CALLED[other[0]]} that of "
        f"{_named(other[1])}. Correct one of the two {where.fix}."
    )


def _named(person: StaffMember) -> str:
    return f"{person.name} ({person.employee_number}{', has left' if person.left_on else ''})"
