"""What another version of a framework would change, told competence by competence."""

from dataclasses import dataclass

from integrations.frameworks.records import CompetenceRecord, DomainRecord, FrameworkRecord

LEVEL_WORDS = ("not yet", "getting there", "confident", "helps others")


@dataclass(frozen=True, kw_only=True)
class Change:
    """One competence or domain that differs, and in what."""

    key: str
    name: str
    what: str = ""


@dataclass(frozen=True, kw_only=True)
class Changes:
    added: tuple[Change, ...] = ()
    #: other words, names or order
    changed: tuple[Change, ...] = ()
    #: to another domain
    moved: tuple[Change, ...] = ()
    #: not in the new version; answers to them are kept
    left_out: tuple[Change, ...] = ()
    unchanged: int = 0

    @property
    def is_nothing(self) -> bool:
        return not (self.added or self.changed or self.moved or self.left_out)


def compare(old: FrameworkRecord | None, new: FrameworkRecord) -> Changes:
    """Say how one version differs from the one before. Competences are known by their keys."""
    before = _by_key(old)
    after = _by_key(new)
    changed = [*_of_the_whole(old, new)]
    moved = []
    for key in after.keys() & before.keys():
        (old_domain, was), (new_domain, now) = before[key], after[key]
        if old_domain.key != new_domain.key:
            way = f"from “{old_domain.name}” to “{new_domain.name}”"
            moved.append(Change(key=key, name=now.name, what=way))
        if what := _differences(was, now):
            changed.append(Change(key=key, name=now.name, what=", ".join(what)))
    touched = {one.key for one in changed} | {one.key for one in moved}
    order = {key: place for place, key in enumerate(after)}
    return Changes(
        added=tuple(
            Change(key=key, name=one.name, what=f"in “{domain.name}”")
            for key, (domain, one) in after.items()
            if key not in before
        ),
        changed=tuple(sorted(changed, key=lambda one: order.get(one.key, -1))),
        moved=tuple(sorted(moved, key=lambda one: order[one.key])),
        left_out=tuple(
            Change(key=key, name=one.name, what=f"was in “{domain.name}”")
            for key, (domain, one) in before.items()
            if key not in after
        ),
        unchanged=len((after.keys() & before.keys()) - touched),
    )


def _by_key(
    framework: FrameworkRecord | None,
) -> dict[str, tuple[DomainRecord, CompetenceRecord]]:
    if framework is None:
        return {}
    return {one.key: (domain, one) for domain, one in framework.competences()}


def _differences(was: CompetenceRecord, now: CompetenceRecord) -> list[str]:
    what = []
    if was.name != now.name:
        what.append(f"name (was “{was.name}”)")
    if was.description != now.description:
        what.append("description")
    levels = zip(LEVEL_WORDS, was.levels, now.levels, strict=True)
    return what + [f"words of “{word}”" for word, old, new in levels if old != new]


def _of_the_whole(old: FrameworkRecord | None, new: FrameworkRecord) -> list[Change]:
    """Tell what is not about one competence: names of domains, and the order of things."""
    if old is None:
        return []
    found = []
    if old.name != new.name:
        found.append(Change(key=new.key, name=new.name, what=f"name (was “{old.name}”)"))
    domains = {domain.key: domain for domain in old.domains}
    for domain in new.domains:
        was = domains.get(domain.key)
        if was is None:
            continue
        what = [f"name of the domain (was “{was.name}”)"] if was.name != domain.name else []
        if _is_reordered([c.key for c in was.competences], [c.key for c in domain.competences]):
            what.append("order of its competences")
        if what:
            found.append(Change(key=domain.key, name=domain.name, what=", ".join(what)))
    if _is_reordered(list(domains), [domain.key for domain in new.domains]):
        found.append(Change(key=new.key, name=new.name, what="order of the domains"))
    return found


def _is_reordered(before: list[str], after: list[str]) -> bool:
    """Say whether what both have stands in another order."""
    in_before, in_after = set(before), set(after)
    return [key for key in before if key in in_after] != [key for key in after if key in in_before]
