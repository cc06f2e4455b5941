"""Which directory group makes somebody what, as the settings say."""

from collections.abc import Iterable
from dataclasses import dataclass

from integrations.ldap.names import is_group
from tracker.security.identity import Role


@dataclass(frozen=True, kw_only=True)
class GroupRole:
    """One line of `directory.roles`. Without an organisation it holds in all of them."""

    group: str
    role: Role
    organisation_code: str | None


def read_group_roles(text: str) -> tuple[GroupRole, ...]:
    """Read lines of `GROUP = role` or `GROUP = role@CODE`; GROUP is a DN or a common name.

    :raises ValueError: with a sentence, for a line that makes no sense.
    """
    return tuple(_read_line(line) for line in text.splitlines() if line.strip())


def _read_line(line: str) -> GroupRole:
    group, _, grant = line.rpartition("=")
    key, _, code = grant.strip().partition("@")
    if not group.strip() or key.strip() not in set(Role):
        raise ValueError(
            "Write each line of directory.roles as GROUP = role or GROUP = role@CODE, "
            f"where role is one of {', '.join(Role)}."
        )
    return GroupRole(
        group=group.strip(), role=Role(key.strip()), organisation_code=code.strip() or None
    )


def roles_in(
    organisation_code: str,
    groups: Iterable[str],
    granted: Iterable[GroupRole],
    *,
    names: Iterable[str] = (),
) -> frozenset[Role]:
    """Say which roles somebody in these groups has in this organisation.

    The directory's groups are DNs. `names` are those of a system that has no DNs.
    """
    held = tuple(groups)
    named = {name.casefold().strip() for name in names}
    return frozenset(
        line.role
        for line in granted
        if line.organisation_code in {None, organisation_code}
        and (
            line.group.casefold().strip() in named
            or any(is_group(group, line.group) for group in held)
        )
    )
