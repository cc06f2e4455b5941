"""`tracker framework`: what competences a trust works with."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from integrations.frameworks.files import kind_of, read_framework, write_framework
from tracker.cli import main
from tracker.cli.common import config_option, engine_from, organisation_option
from tracker.content import framework as content
from tracker.db import session_for
from tracker.models.base import now
from tracker.request import LONDON
from tracker.security.identity import System
from tracker.services.framework_exchange import (
    add_draft,
    changes_of,
    exchange_schema,
    find_framework,
    record_of,
)
from tracker.services.framework_seed import is_shipped, seed_framework
from tracker.services.organisations import find_organisation
from tracker.services.profile_coverage import coverage

if TYPE_CHECKING:
    from tracker.services.framework_changes import Change, Changes

MOST_SHOWN = 50


@main.group()
def framework() -> None:
    """Look after the frameworks of digital skills and what each role needs."""


@framework.command()
@organisation_option
@config_option
def add(organisation_code: str | None, ini: Path) -> None:
    """Add the framework, tasks and role profiles that we ship, or those that came since.

    What the organisation has already stays as it is.
    """
    with session_for(engine_from(ini)) as db:
        latest = seed_framework(db, find_organisation(db, organisation_code))
        name, is_ours = latest.name, is_shipped(latest)
    if is_ours:
        click.echo(f"Up to date: {name}.")
    else:
        click.echo(f"Left as it is: {name}. The organisation has gone on from what we ship.")


@framework.command("export")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write. Its name ends in .json, .csv or .xlsx.",
)
@click.option(
    "--framework",
    "key",
    default=content.FRAMEWORK.key,
    show_default=True,
    metavar="KEY",
    help="Which framework.",
)
@click.option(
    "--version", type=int, help="Which version. Without it the one in use, or else the latest."
)
@organisation_option
@config_option
def export_framework(
    out: Path, key: str, version: int | None, organisation_code: str | None, ini: Path
) -> None:
    """Write a framework to a file, to share it or to change it in a spreadsheet."""
    kind = kind_of(out)
    with session_for(engine_from(ini)) as db:
        organisation = find_organisation(db, organisation_code)
        found = find_framework(db, organisation, key, version=version)
        record, number, state = record_of(found), found.version, found.state.value
    content = write_framework(record, kind, version=number, state=state)
    try:
        out.write_bytes(content)
    except OSError as why:
        raise click.ClickException(f"The file cannot be written: {why.strerror}.") from why
    count = sum(1 for _one in record.competences())
    click.echo(f"Wrote {out}: {record.name}, version {number} ({state}), {count} competences.")


@framework.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", "is_applied", is_flag=True, help="Keep it, as a new draft version.")
@organisation_option
@config_option
def import_framework(
    file: Path,
    organisation_code: str | None,
    *,
    is_applied: bool,
    ini: Path,
) -> None:
    """Show what a framework file would change; with --apply, keep it as a new draft version."""
    record = read_framework(file, exchange_schema())
    with session_for(engine_from(ini)) as db:
        organisation = find_organisation(db, organisation_code)
        changes = changes_of(db, organisation, record)
        version = 0
        if is_applied and not changes.is_nothing:
            by = System(organisation_id=organisation.id)
            draft = add_draft(db, organisation, record, by=by)
            version = draft.version if draft else 0
    _say(changes)
    if changes.is_nothing or (is_applied and not version):
        click.echo("Nothing to do: the file says the same as the latest version.")
    elif is_applied:
        click.echo(
            f"Kept as a draft: {record.name}, version {version}. What is in use is as it was."
        )
    else:
        click.echo("Nothing is kept yet. To keep it as a new draft, add --apply.")


@framework.command("coverage")
@click.option("--all", "is_all", is_flag=True, help="Show those with a profile of their own too.")
@organisation_option
@config_option
def show_coverage(organisation_code: str | None, *, is_all: bool, ini: Path) -> None:
    """Show which job roles have no role profile of their own, and which profile they inherit."""
    with session_for(engine_from(ini)) as db:
        organisation = find_organisation(db, organisation_code)
        found = coverage(db, organisation.id, today=now().astimezone(LONDON).date())
    if not found.roles:
        raise click.ClickException("No staff are known yet. Take in HR's file: tracker import hr")
    without = found.without_own
    click.echo(f"Job roles with a profile of their own: {len(found.roles) - len(without)}")
    click.echo(f"Job roles without: {len(without)}")
    for role in found.roles if is_all else without:
        names = ([role.own] if role.own else []) + list(role.inherited)
        needs = " + ".join(names) or "no profile at all"
        click.echo(f"  {role.staff_group}, {role.job_role} ({role.people}): {needs}")
    if found.unused:
        click.echo("Profiles that fit nobody's work today. See how HR spells the job role:")
        for name in found.unused:
            click.echo(f"  {name}")


def _say(changes: "Changes") -> None:
    for word, some in (
        ("Added", changes.added),
        ("Changed", changes.changed),
        ("Moved", changes.moved),
        ("Left out", changes.left_out),
    ):
        click.echo(f"{word}: {len(some)}")
        for one in some[:MOST_SHOWN]:
            click.echo(f"  {_line(one)}")
        if len(some) > MOST_SHOWN:
            click.echo(f"  and {len(some) - MOST_SHOWN} more")
    click.echo(f"As before: {changes.unchanged}")


def _line(one: "Change") -> str:
    return f"{one.key} ({one.name}): {one.what}"
